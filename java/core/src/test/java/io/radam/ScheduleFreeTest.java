package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The average of iterates, which is the model to use. */
class ScheduleFreeTest {
    private static final Hyperparameters SGD =
            Algorithm.SCHEDULEFREE_SGD.defaults().with(ScheduleFreeSgdSettings.MOMENTUM, 0.5);

    static List<Path> files() throws IOException, URISyntaxException {
        List<Path> files = GoldenVectorTest.family().stream()
                .filter(file -> file.getFileName().toString().startsWith("schedulefree_")).toList();
        assertEquals(10, files.size());
        return files;
    }

    /** What the authors evaluate after the last step. */
    @ParameterizedTest
    @MethodSource("files")
    void isThatOfTheAuthors(Path file) throws IOException {
        GoldenVector vector = GoldenVector.read(file);
        double[] expected = vector.evaluated();
        float[] values = new float[expected.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) vector.initial()[i];
        }
        float[] gradient = new float[values.length];
        float[] average = new float[values.length];
        double[] path = new double[values.length];
        Parameter parameter = Parameter.of(values, gradient);
        double[][] gradients = vector.gradients();
        try (Optimizer optimizer = vector.optimizer(List.of(parameter), Backend.preferred())) {
            for (double[] each : gradients) {
                float[] before = values.clone();
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = (float) each[i];
                }
                optimizer.step();
                for (int i = 0; i < values.length; i++) {
                    path[i] += Math.abs(values[i] - before[i]);
                }
            }
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            ParameterState state = optimizer.state(parameter);
            ScheduleFree.average(h, state, MemorySegment.ofArray(values), MemorySegment.ofArray(average));
            MemorySegment d = state.buffer("z_minus_param").elements();
            for (int i = 0; i < values.length; i++) {
                // As Trajectory bounds parameters; d, which is divided by b, is as wrong as they are.
                double distance = Math.abs(d.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                double bound = (8 + gradients.length) * 0x1p-24 * (Math.abs(values[i]) + path[i] + distance)
                        * (2 / interpolation(h) - 1);
                assertEquals(expected[i], average[i], bound, "element " + i);
            }
            // In the place of the values it is the same.
            ScheduleFree.average(h, state, MemorySegment.ofArray(values), MemorySegment.ofArray(values));
            assertArrayEquals(average, values);
        }
    }

    private static double interpolation(Hyperparameters h) {
        return h.algorithm() == Algorithm.SCHEDULEFREE_SGD
                ? h.get(ScheduleFreeSgdSettings.MOMENTUM)
                : h.get(ScheduleFreeAdamWSettings.BETA1);
    }

    /** In numbers that need no rounding. */
    @ParameterizedTest
    @EnumSource
    void ofAnyTypeOfState(StateType type) {
        try (Arena arena = Arena.ofConfined()) {
            ParameterState exact = state(arena, 64, 0, 0, -128);
            ParameterState state = Conversions.convert(exact, Algorithm.SCHEDULEFREE_SGD, type, arena);
            float[] average = new float[4];
            ScheduleFree.average(SGD, state, MemorySegment.ofArray(new float[] {1, 2, 3, 4}),
                    MemorySegment.ofArray(average));
            MemorySegment d = Conversions.convert(state, Algorithm.SCHEDULEFREE_SGD, StateType.FLOAT32, arena)
                    .buffer("z_minus_param").elements();
            for (int i = 0; i < average.length; i++) {
                assertEquals(1 + i - d.getAtIndex(ValueLayout.JAVA_FLOAT, i), average[i]);
            }
            assertEquals(2, average[1]);
        }
    }

    @Test
    void ofTwoAlgorithms() {
        for (Algorithm algorithm : Algorithm.values()) {
            assertEquals(algorithm.toString().startsWith("schedulefree"), ScheduleFree.has(algorithm));
        }
        assertTrue(ScheduleFree.has(ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters().algorithm()));
        assertFalse(ScheduleFree.has(OwnAdaBelief.ALGORITHM));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = MemorySegment.ofArray(new float[4]);
            String message = assertThrows(InvalidHyperparameterException.class, () -> ScheduleFree.average(
                    Algorithm.ADAM.defaults(), state(arena, 0, 0, 0, 0), values, values)).getMessage();
            assertTrue(message.contains("adam"), message);
        }
    }

    /** Of values and state of any type, by the optimizer; CudaSameBitsTest has it of a GPU. */
    @ParameterizedTest
    @EnumSource
    void ofAnOptimizer(DType type) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel.Kind kind = new MixedModel.Kind(type, Rounding.NEAREST, DType.FLOAT32,
                    type == DType.BFLOAT16 ? DType.FLOAT16 : null, false, false); // bfloat16 is split then
            MixedModel model = new MixedModel(kind, arena);
            try (Optimizer optimizer = ScheduleFreeAdamW.builder().stateType(StateType.BLOCK8)
                    .parameters(model.parameters).build()) {
                for (int step = 0; step < 3; step++) {
                    model.newGradients(step);
                    optimizer.step();
                }
                for (Parameter parameter : model.parameters) {
                    float[] values = new float[(int) parameter.length()];
                    MemorySegment asSegment = MemorySegment.ofArray(values);
                    if (parameter.lowerHalves() != null) {
                        Conversions.join(parameter.values(), parameter.lowerHalves(), asSegment);
                    } else {
                        Conversions.convert(parameter.values(), type, asSegment, DType.FLOAT32);
                    }
                    float[] expected = new float[values.length];
                    ScheduleFree.average(optimizer.groups().getFirst().hyperparameters(), optimizer.state(parameter),
                            asSegment, MemorySegment.ofArray(expected));
                    float[] average = new float[values.length];
                    ScheduleFree.average(optimizer, parameter, MemorySegment.ofArray(average));
                    assertArrayEquals(expected, average);
                }
            }
        }
    }

    @Test
    void refusesOptimizersOfOthers() {
        Parameter parameter = Parameter.of(new float[2], new float[2]);
        MemorySegment average = MemorySegment.ofArray(new float[2]);
        Optimizer closed;
        try (Optimizer adam = Adam.builder().parameter(parameter).build();
                Optimizer free = ScheduleFreeSGD.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            assertThrows(InvalidHyperparameterException.class, () -> ScheduleFree.average(adam, parameter, average));
            assertThrows(InvalidParameterException.class, () -> ScheduleFree.average(free, parameter, average));
            closed = free;
        }
        assertThrows(OptimizerStateException.class, () -> ScheduleFree.average(closed, parameter, average));
    }

    @Test
    void refusesStateOfTheOtherAlgorithm() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = MemorySegment.ofArray(new float[4]);
            String message = assertThrows(InvalidParameterException.class, () -> ScheduleFree.average(
                    Algorithm.SCHEDULEFREE_ADAMW.defaults(), state(arena, 1, 2, 3, 4), values, values)).getMessage();
            assertTrue(message.contains("exp_avg_sq"), message);
            assertThrows(NullPointerException.class, () -> ScheduleFree.average(SGD, null, values, values));
        }
    }

    @Test
    void refusesMemoryThatDoesNotFit() {
        try (Arena arena = Arena.ofConfined()) {
            ParameterState state = state(arena, 1, 2, 3, 4);
            float[] numbers = {1, 2, 3, 4, 5};
            MemorySegment all = MemorySegment.ofArray(numbers);
            MemorySegment first = all.asSlice(0, 16);
            refused("overlaps", state, first, all.asSlice(4));
            refused("average", state, first, MemorySegment.ofArray(new float[3]));
            refused("average", state, first, MemorySegment.ofArray(new float[4]).asReadOnly());
            refused("4 elements", state, all, MemorySegment.ofArray(new float[5]));
            refused("z_minus_param", new ParameterState(1, StateType.FLOAT32, Map.of()), first, first);
            MemorySegment closed;
            try (Arena other = Arena.ofConfined()) {
                closed = other.allocate(16, 4);
            }
            refused("average", state, first, closed);
            refused("values", state, closed, first);
            assertArrayEquals(new float[] {1, 2, 3, 4, 5}, numbers);
        }
    }

    private static void refused(String part, ParameterState state, MemorySegment values, MemorySegment average) {
        String message = assertThrows(InvalidParameterException.class,
                () -> ScheduleFree.average(SGD, state, values, average)).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static ParameterState state(Arena arena, float... numbers) {
        MemorySegment elements = arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers);
        return new ParameterState(1, StateType.FLOAT32, Map.of("z_minus_param", new ParameterState.Buffer(elements)));
    }
}
