package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients less the means of their rows, on every backend, in every type. */
@Tag("vectors")
class CentralizedGradientTest {
    /** Rows and their lengths: shorter than a vector, a block and a piece of work, and longer. */
    private static final int[][] SHAPES = {{5, 2}, {700, 3}, {4, 31}, {9, 256}, {3, 1000}, {2, 70_001}};
    private static final List<Hyperparameters> ALGORITHMS = List.of(
            Ranger.hyperparameters(),
            Adam.Preset.PYTORCH.hyperparameters().toBuilder().set(Hyperparameters.WEIGHT_DECAY, 0.1)
                    .set(Hyperparameters.MAXIMIZE, true).build(),
            SGD.Preset.PYTORCH.hyperparameters(), Algorithm.LION.defaults(), LAMB.Preset.NVIDIA.hyperparameters(),
            OwnAdaBelief.ALGORITHM.defaults());

    /** A parameter for each shape, and what its gradient is in each step. */
    private record Model(List<Parameter> parameters, DType gradientType, boolean centralizes) {
        static Model of(Arena arena, DType valuesType, DType gradientType, boolean centralized, boolean heap) {
            List<Parameter> made = new ArrayList<>();
            for (int[] shape : SHAPES) {
                int length = shape[0] * shape[1];
                MemorySegment values = MixedModel.memory(heap, valuesType, length, arena);
                MixedModel.put(valuesType, values, Numbers.random(length, length));
                DType type = centralized ? gradientType : DType.FLOAT32;
                Parameter.Builder builder = Parameter.builder(values, MixedModel.memory(heap, type, length, arena))
                        .valuesType(valuesType).gradientType(type);
                made.add(builder.rowLength(shape[1]).build());
            }
            return new Model(made, gradientType, centralized);
        }

        void newGradients(long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int p = 0; p < SHAPES.length; p++) {
                Parameter parameter = parameters.get(p);
                float[] numbers = Numbers.random(random.nextLong(), (int) parameter.length());
                if (centralizes) {
                    MixedModel.put(gradientType, parameter.gradient(), numbers);
                } else {
                    MixedModel.put(DType.FLOAT32, parameter.gradient(),
                            centralized(rounded(numbers), SHAPES[p][1]));
                }
            }
        }

        /** As the gradient's type has them. */
        private float[] rounded(float[] numbers) {
            MemorySegment stored = MixedModel.memory(true, gradientType, numbers.length, null);
            MixedModel.put(gradientType, stored, numbers);
            float[] result = new float[numbers.length];
            Conversions.convert(stored, gradientType, MemorySegment.ofArray(result), DType.FLOAT32);
            return result;
        }

        List<byte[]> bytes(Optimizer optimizer) {
            List<byte[]> all = new ArrayList<>();
            for (Parameter p : parameters) {
                all.add(p.values().toArray(ValueLayout.JAVA_BYTE));
                for (ParameterState.Buffer buffer : optimizer.state(p).buffers().values()) {
                    all.add(buffer.elements().toArray(ValueLayout.JAVA_BYTE));
                }
            }
            return all;
        }
    }

    /** The rule of {@code radam.h}. */
    private static float[] centralized(float[] gradient, int row) {
        float[] result = gradient.clone();
        for (int begin = 0; begin < gradient.length; begin += row) {
            double[] sums = new double[32];
            for (int i = 0; i < row; i++) {
                sums[i % 32] += gradient[begin + i];
            }
            for (int apart = 16; apart > 0; apart /= 2) {
                for (int i = 0; i < apart; i++) {
                    sums[i] += sums[i + apart];
                }
            }
            float mean = (float) (sums[0] / row);
            for (int i = 0; i < row; i++) {
                result[begin + i] = gradient[begin + i] - mean;
            }
        }
        return result;
    }

    private static List<byte[]> run(Hyperparameters h, DType values, DType gradient, boolean centralized, boolean heap,
            StepOptions options, Function<OptimizerBuilder<?, ?>, OptimizerBuilder<?, ?>> settings) {
        try (Arena arena = Arena.ofShared()) {
            Model model = Model.of(arena, values, gradient, centralized, heap);
            OptimizerBuilder<?, ?> builder = Optimizer
                    .builder(h.with(Hyperparameters.CENTRALIZE_GRADIENTS, centralized)).parameters(model.parameters);
            try (Optimizer optimizer = settings.apply(builder).build()) {
                for (int step = 1; step <= 4; step++) {
                    model.newGradients(step);
                    assertTrue(optimizer.step(options).applied());
                }
                return model.bytes(optimizer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void asStepsOfGradientsThatWereCentralizedBefore(DType gradient) {
        StepOptions clipped = StepOptions.NONE.withMaxGradientValue(0.01);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            int number = 0;
            for (Hyperparameters h : ALGORITHMS) {
                for (StateType type : StateType.values()) {
                    DType values = DType.values()[number++ % 3];
                    StepOptions options = number % 2 == 0 ? StepOptions.NONE : clipped;
                    List<byte[]> expected = run(h, values, gradient, false, true, options,
                            builder -> builder.stateType(type).backend(Backend.named("java")).sequential());
                    for (boolean heap : new boolean[] {true, false}) {
                        for (Backend backend : Backend.available()) {
                            assertSame(expected, run(h, values, gradient, true, heap, options,
                                    builder -> builder.stateType(type).backend(backend)), h + " by " + backend);
                        }
                    }
                    assertSame(expected, run(h, values, gradient, true, false, options,
                            builder -> builder.stateType(type).pool(pool)), h + " by three threads");
                }
            }
        }
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", memory " + i);
        }
    }

    /** The gradient's memory is only read, and what measures it measures what is there. */
    @Test
    void theGradientStaysWhatItIs() {
        float[] values = new float[4];
        float[] gradient = {1, 2, 3, 6};
        Parameter weight = Parameter.builder(MemorySegment.ofArray(values),
                MemorySegment.ofArray(gradient).asReadOnly()).rowLength(4).build();
        try (Optimizer sgd = SGD.builder().learningRate(1).centralizeGradients(true).parameter(weight).build()) {
            StepResult result = sgd.step(StepOptions.NONE.withMaxGradientNorm(1e9));
            assertEquals(Math.sqrt(50), result.statistics().norm(), 1e-12);
        }
        assertArrayEquals(new float[] {2, 1, 0, -3}, values);
        assertArrayEquals(new float[] {1, 2, 3, 6}, gradient);
    }

    /** A row with a gradient that is not finite is not taken for a finite one; other rows are as always. */
    @Test
    void gradientsThatAreNotFinite() {
        for (Backend backend : Backend.available()) {
            float[] values = new float[6];
            float[] gradient = {1, Float.POSITIVE_INFINITY, 1, Float.NaN, 2, 4};
            Parameter weight = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                    .rowLength(2).build();
            try (Optimizer sgd = SGD.builder().learningRate(1).centralizeGradients(true).backend(backend)
                    .parameter(weight).build()) {
                sgd.step();
            }
            assertTrue(Float.isNaN(values[1]), backend + ": infinite less infinite");
            assertTrue(Math.abs(values[0]) >= 0x1p63f, backend + ": " + values[0]);
            assertTrue(Float.isNaN(values[2]) && Float.isNaN(values[3]), backend.toString());
            assertEquals(1, values[4], backend.toString());
            assertEquals(-1, values[5], backend.toString());
        }
    }

    /** Slices of whole rows give the bits of the whole. */
    @Test
    void slices() {
        int row = 100;
        float[] gradient = Numbers.random(3, 5 * row);
        float[] whole = Numbers.random(4, 5 * row);
        float[] sliced = whole.clone();
        try (Optimizer one = Ranger.builder().centralizeGradients(true).parameter(Parameter
                .builder(MemorySegment.ofArray(whole), MemorySegment.ofArray(gradient)).rowLength(row).build())
                .build()) {
            one.step();
        }
        for (int[] part : new int[][] {{0, 2}, {2, 5}}) {
            long first = (long) part[0] * row;
            long bytes = (long) (part[1] - part[0]) * row * Float.BYTES;
            Parameter slice = Parameter.builder(MemorySegment.ofArray(sliced).asSlice(4 * first, bytes),
                    MemorySegment.ofArray(gradient).asSlice(4 * first, bytes)).slice(first, 5 * row)
                    .rowLength(row).build();
            try (Optimizer one = Ranger.builder().centralizeGradients(true).parameter(slice).build()) {
                one.step();
            }
        }
        assertArrayEquals(Numbers.bits(whole), Numbers.bits(sliced));
    }

    @Test
    void whatIsNotMadeUpOfRowsIsRefused() {
        MemorySegment values = MemorySegment.ofArray(new float[12]);
        for (long wrong : new long[] {Long.MIN_VALUE, -1, 0}) {
            Misuse.refused(InvalidParameterException.class, () -> Parameter.builder(values).rowLength(wrong),
                    "at least 1", wrong);
        }
        Misuse.refused(InvalidParameterException.class,
                () -> Parameter.builder(values).rowLength(5).build(), "rows of 5", "12");
        Misuse.refused(InvalidParameterException.class,
                () -> Parameter.builder(values).rowLength(Long.MAX_VALUE).build(), "rows of", "12");
        Misuse.refused(InvalidParameterException.class,
                () -> Parameter.builder(values).slice(2, 20).rowLength(4).build(), "from 2 to 14 of 20");
        Misuse.refused(InvalidParameterException.class,
                () -> Parameter.builder(values).slice(4, 19).rowLength(4).build(), "from 4 to 16 of 19");
        assertEquals(0, Parameter.builder(values).build().rowLength());
        assertEquals(12, Parameter.builder(values).rowLength(12).build().rowLength());
    }

    /** Also without elements. */
    @Test
    void parametersWithoutRowsAreLeftAlone() {
        float[] bias = new float[3];
        float[] column = new float[3];
        float[] weight = new float[3];
        MemorySegment gradient = MemorySegment.ofArray(new float[] {1, 2, 3});
        Parameter none = Parameter.builder(MemorySegment.ofArray(new float[0]), MemorySegment.ofArray(new float[0]))
                .rowLength(3).build();
        try (Optimizer optimizer = SGD.builder().learningRate(1).centralizeGradients(true)
                .parameters(List.of(Parameter.of(MemorySegment.ofArray(bias), gradient), none,
                        Parameter.builder(MemorySegment.ofArray(column), gradient).rowLength(1).build(),
                        Parameter.builder(MemorySegment.ofArray(weight), gradient).rowLength(3).build())).build()) {
            optimizer.step();
        }
        assertArrayEquals(new float[] {-1, -2, -3}, bias);
        assertArrayEquals(new float[] {-1, -2, -3}, column);
        assertArrayEquals(new float[] {1, 0, -1}, weight, "beside them, in their group");
    }

    /** A group that does not centralize, beside one that does, and what a group may not become. */
    @Test
    void ofEachGroup() {
        float[] centralized = new float[2];
        float[] plain = new float[2];
        MemorySegment gradient = MemorySegment.ofArray(new float[] {1, 3});
        try (Optimizer optimizer = SGD.builder().learningRate(1).centralizeGradients(true)
                .parameter(Parameter.builder(MemorySegment.ofArray(centralized), gradient).rowLength(2).build())
                .group(group -> group.centralizeGradients(false)
                        .parameter(Parameter.builder(MemorySegment.ofArray(plain), gradient).rowLength(2).build()))
                .build()) {
            optimizer.step();
            assertArrayEquals(new float[] {1, -1}, centralized);
            assertArrayEquals(new float[] {-1, -3}, plain);
            ParameterGroup first = optimizer.groups().getFirst();
            Hyperparameters h = first.hyperparameters();
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> first.setHyperparameters(h.with(Hyperparameters.CENTRALIZE_GRADIENTS, false)),
                    "centralizeGradients", "cannot change");
            assertEquals(h, Hyperparameters.parse(h.algorithm(), h.toText()));
            assertNotEquals(h, optimizer.groups().getLast().hyperparameters());
        }
    }
}
