package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AdamP and SGDP, as users meet them: on every backend, in every type. */
@Tag("vectors")
class ProjectionTest {
    /** Rows and their lengths: shorter than a vector, a block and a piece of work, and longer; 0 for none. */
    private static final int[][] SHAPES = {{5, 2}, {300, 9}, {4, 31}, {9, 256}, {3, 1000}, {2, 40_001}, {100, 0}};
    private static final int STEPS = 4;

    /** With deltas of which all rows are projected, some tensors are as one row, and nothing is. */
    static List<Hyperparameters> algorithms() {
        Hyperparameters adamP = Algorithm.ADAMP.defaults().withLearningRate(0.01).withWeightDecay(0.1);
        Hyperparameters sgdP = Algorithm.SGDP.defaults().withLearningRate(0.01).withWeightDecay(0.1);
        return List.of(adamP.with(AdamPSettings.DELTA, 1e6), adamP.with(AdamPSettings.DELTA, 2.5),
                adamP.with(AdamPSettings.NESTEROV, true).with(AdamPSettings.DELTA, 4.0),
                adamP.with(AdamPSettings.DELTA, 0.0), sgdP.with(SgdPSettings.DELTA, 1e6),
                sgdP.with(SgdPSettings.MOMENTUM, 0.5).with(SgdPSettings.DAMPENING, 0.25).with(SgdPSettings.DELTA, 2.5),
                sgdP.with(SgdPSettings.MOMENTUM, 0.9).with(SgdPSettings.NESTEROV, true).with(SgdPSettings.DELTA, 4.0)
                        .with(Hyperparameters.MAXIMIZE, true));
    }

    private static List<byte[]> train(Hyperparameters h, DType valuesType, DType gradientType, boolean heap,
            StepOptions options, UnaryOperator<OptimizerBuilder<?, ?>> settings) {
        try (Arena arena = Arena.ofShared()) {
            List<Parameter> parameters = new ArrayList<>();
            for (int[] shape : SHAPES) {
                int length = shape[0] * Math.max(1, shape[1]);
                MemorySegment values = MixedModel.memory(heap, valuesType, length, arena);
                MixedModel.put(valuesType, values, Numbers.random(length, length));
                Parameter.Builder builder = Parameter.builder(values,
                        MixedModel.memory(heap, gradientType, length, arena)).valuesType(valuesType)
                        .gradientType(gradientType);
                parameters.add(shape[1] == 0 ? builder.build() : builder.rowLength(shape[1]).build());
            }
            OptimizerBuilder<?, ?> builder = Optimizer.builder(h).parameters(parameters);
            try (Optimizer optimizer = settings.apply(builder).build()) {
                List<byte[]> all = new ArrayList<>();
                for (int step = 1; step <= STEPS; step++) {
                    for (Parameter p : parameters) {
                        MixedModel.put(gradientType, p.gradient(), Numbers.random(step + p.length(), (int) p.length()));
                    }
                    assertTrue(optimizer.step(options).applied());
                }
                for (Parameter p : parameters) {
                    all.add(p.values().toArray(ValueLayout.JAVA_BYTE));
                    for (ParameterState.Buffer buffer : optimizer.state(p).buffers().values()) {
                        all.add(buffer.elements().toArray(ValueLayout.JAVA_BYTE));
                    }
                }
                return all;
            }
        }
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", buffer " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(StateType.class)
    void sameBitsOnEveryBackendInAnyMemoryByAnyThreads(StateType type) {
        StepOptions clipped = StepOptions.NONE.withMaxGradientValue(0.5);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            int number = type.ordinal();
            for (Hyperparameters h : algorithms()) {
                DType values = DType.values()[number % 3];
                DType gradient = DType.values()[number++ / 2 % 3];
                StepOptions options = number % 2 == 0 ? StepOptions.NONE : clipped;
                List<byte[]> expected = train(h, values, gradient, true, options,
                        builder -> builder.stateType(type).backend(Backend.named("java")).sequential());
                for (boolean heap : new boolean[] {true, false}) {
                    for (Backend backend : Backend.available()) {
                        assertSame(expected, train(h, values, gradient, heap, options,
                                builder -> builder.stateType(type).backend(backend).pool(pool)),
                                h + " by " + backend);
                    }
                }
            }
        }
    }

    /** With centralized gradients, whose rows are the same, and Lookahead. */
    @Test
    void sameBitsWithWhatElseARowAndAStepCanHave() {
        for (Hyperparameters each : algorithms()) {
            Hyperparameters h = each.with(Hyperparameters.CENTRALIZE_GRADIENTS, true)
                    .with(Hyperparameters.LOOKAHEAD_STEPS, 2L);
            List<byte[]> expected = train(h, DType.FLOAT32, DType.FLOAT32, true, StepOptions.NONE,
                    builder -> builder.backend(Backend.named("java")).sequential());
            for (Backend backend : Backend.available()) {
                assertSame(expected, train(h, DType.FLOAT32, DType.FLOAT32, false, StepOptions.NONE,
                        builder -> builder.backend(backend)), h + " by " + backend);
            }
        }
    }

    /** Without rows there is no projection, and what is left is AdamW, to the bit. */
    @Test
    void withoutRowsItIsAdamW() {
        for (Backend backend : Backend.available()) {
            List<float[]> trained = new ArrayList<>();
            for (Algorithm algorithm : List.of(Algorithm.ADAMP, Algorithm.ADAM)) {
                Hyperparameters h = (algorithm == Algorithm.ADAM ? AdamW.Preset.PYTORCH.hyperparameters()
                        : algorithm.defaults().with(AdamPSettings.DELTA, 1e6)).withWeightDecay(0.1);
                float[] values = Numbers.random(1, 700);
                float[] gradient = Numbers.random(2, 700);
                try (Optimizer optimizer = Optimizer.builder(h).backend(backend)
                        .parameter(Parameter.of(values, gradient)).build()) {
                    for (int step = 0; step < 3; step++) {
                        optimizer.step();
                    }
                }
                trained.add(values);
            }
            assertArrayEquals(trained.getFirst(), trained.getLast(), backend.name());
        }
    }

    /**
     * In numbers. The rows (3, 4) and (0, 2) have gradients (4, -3) and (1, 0) at right angles; the last one has one
     * along itself. A momentum of (3, 4) from before has a part along the first row.
     */
    @Test
    void losesItsPartAlongTheValues() {
        for (Backend backend : Backend.available()) {
            float[] values = {3, 4, 0, 2};
            float[] gradient = {4, -3, 1, 0};
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                    .rowLength(2).build();
            try (Optimizer optimizer = SGDP.builder().learningRate(0.5).momentum(0.5).epsilon(0).weightDecay(0.25)
                    .wdRatio(0.5).backend(backend).parameter(parameter).build()) {
                ParameterState.Buffer state = optimizer.state(parameter).buffers().get("momentum_buffer");
                ParameterState before = new ParameterState(0, StateType.FLOAT32, Map.of("momentum_buffer",
                        new ParameterState.Buffer(MemorySegment.ofArray(new float[] {3, 4, 0, 0}), null)),
                        Map.of());
                optimizer.restore(parameter, before);
                optimizer.step();
                // The momentum is (5.5, -1, 1, 0): (1.5, 2) of it is along the row, and stays in the buffer.
                assertArrayEquals(new float[] {5.5f, -1, 1, 0}, state.elements().toArray(ValueLayout.JAVA_FLOAT));
                // By half of (4, -3, 1, 0), and a decay of 0.5 * 0.25 / (1 - 0.5) * 0.5.
                assertArrayEquals(new float[] {3 - 2 - 0.375f, 4 + 1.5f - 0.5f, -0.5f, 2 - 0.25f}, values, 1e-6f,
                        backend.name());
            }
        }
    }

    @Test
    void refusesWhatCannotBe() {
        Parameter parameter = Parameter.of(new float[4], new float[4]);
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e39}) {
            refused("delta", () -> AdamP.builder().delta(wrong).parameter(parameter).build());
            refused("wdRatio", () -> AdamP.builder().wdRatio(wrong).parameter(parameter).build());
            refused("delta", () -> SGDP.builder().delta(wrong).parameter(parameter).build());
            refused("wdRatio", () -> SGDP.builder().wdRatio(wrong).parameter(parameter).build());
        }
        refused("nesterov needs a momentum", () -> SGDP.builder().nesterov(true).parameter(parameter).build());
        refused("learningRate / (1 - momentum) * weightDecay overflows", () -> SGDP.builder().learningRate(1)
                .momentum(0.5).weightDecay(3e38).parameter(parameter).build());
        assertEquals(List.of(Algorithm.ADAMP, Algorithm.SGDP),
                Arrays.stream(Algorithm.values()).filter(Algorithm::measuresRows).toList());
    }

    private static void refused(String what, Executable call) {
        String message = assertThrows(InvalidHyperparameterException.class, call).getMessage();
        assertTrue(message.contains(what), message);
    }
}
