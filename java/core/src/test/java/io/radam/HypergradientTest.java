package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Learning rates that steps move, as users meet them. */
@Tag("vectors")
class HypergradientTest {
    static List<Hyperparameters> algorithms() {
        return List.of(Algorithm.SGD_HD.defaults().withLearningRate(0.01).with(SgdHDSettings.HYPERGRAD_LR, 1e-5)
                        .with(SgdHDSettings.MOMENTUM, 0.5),
                SgdHD.Preset.AUTHORS_NESTEROV.hyperparameters().withLearningRate(0.01)
                        .with(SgdHDSettings.HYPERGRAD_LR, 1e-5),
                Algorithm.ADAM_HD.defaults().withLearningRate(0.01).with(AdamHDSettings.HYPERGRAD_LR, 1e-5));
    }

    private static double rate(Optimizer optimizer) {
        return optimizer.groups().getFirst().hyperparameters().learningRate();
    }

    /** In numbers: the product of both parameters is 1 * 3 + 2 * -1 + 4 * 2. */
    @Test
    void ofSgdByTheProductOfAllParameters() {
        for (Backend backend : Backend.available()) {
            float[] first = {0, 0};
            float[] second = {0};
            float[] firstGradient = {1, 2};
            float[] secondGradient = {4};
            try (Optimizer optimizer = SgdHD.builder().learningRate(0.5).hypergradLr(0.125).backend(backend)
                    .parameter(Parameter.of(first, firstGradient)).parameter(Parameter.of(second, secondGradient))
                    .build()) {
                optimizer.step();
                assertEquals(0.5, rate(optimizer));
                firstGradient[0] = 3;
                firstGradient[1] = -1;
                secondGradient[0] = 2;
                optimizer.step();
                assertEquals(0.5 + 0.125 * 9, rate(optimizer));
                assertArrayEquals(new float[] {-0.5f - 3 * 1.625f, -1 + 1.625f}, first);
                assertArrayEquals(new float[] {-2 - 2 * 1.625f}, second);
            }
        }
    }

    /** In numbers: the update before is 2 + 0.5 * 2 and -4 + 0.5 * -4. */
    @Test
    void ofSgdWithNesterovMomentumByTheLastUpdate() {
        for (Backend backend : Backend.available()) {
            float[] values = {8, 0};
            float[] gradient = {2, -4};
            Parameter parameter = Parameter.of(values, gradient);
            try (Optimizer optimizer = SgdHD.builder().learningRate(0.5).hypergradLr(0.25).momentum(0.5).nesterov(true)
                    .backend(backend).parameter(parameter).build()) {
                optimizer.step();
                assertEquals(0.5, rate(optimizer));
                assertArrayEquals(new float[] {6.5f, 3}, values);
                gradient[0] = 4;
                gradient[1] = 1;
                optimizer.step();
                assertEquals(0.5 + 0.25 * (4 * 3 - 6), rate(optimizer));
                assertArrayEquals(new float[] {-6.5f, 2}, values);
                ParameterState state = optimizer.state(parameter);
                assertArrayEquals(new float[] {5, -1}, state.buffer("momentum_buffer").elements()
                        .toArray(ValueLayout.JAVA_FLOAT));
                assertArrayEquals(new float[] {6.5f, 0.5f}, state.buffer("last_update").elements()
                        .toArray(ValueLayout.JAVA_FLOAT));
            }
        }
    }

    /** In numbers: with a beta1 of 0 and an epsilon of 0, the last update is the sign of the last gradient. */
    @Test
    void ofAdamByOneParameterAfterTheOther() {
        for (Backend backend : Backend.available()) {
            float[] first = {0};
            float[] second = {0};
            float[] firstGradient = {2};
            float[] secondGradient = {-4};
            try (Optimizer optimizer = AdamHD.builder().learningRate(0.5).hypergradLr(0.125).betas(0, 0).epsilon(0)
                    .backend(backend).parameter(Parameter.of(first, firstGradient))
                    .parameter(Parameter.of(second, secondGradient)).build()) {
                optimizer.step();
                assertEquals(0.5, rate(optimizer));
                firstGradient[0] = 8;
                secondGradient[0] = -16;
                optimizer.step();
                assertArrayEquals(new float[] {-0.5f - 1.5f}, first); // by 0.5 + 0.125 * 8
                assertArrayEquals(new float[] {0.5f + 3.5f}, second); // by 1.5 + 0.125 * 16
                assertEquals(3.5, rate(optimizer));
            }
        }
    }

    private static Optimizer optimizer(Hyperparameters h, float[] values, float[] gradient) {
        return Optimizer.builder(h).parameter(Parameter.of(values, gradient)).build();
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aLearningRateThatIsSetGoesOnFromThere(Hyperparameters h) {
        float[] gradient = {3, -4};
        try (Optimizer optimizer = optimizer(h, new float[2], gradient)) {
            optimizer.step();
            optimizer.step();
            double moved = rate(optimizer);
            assertNotEquals(0.01, moved);
            ParameterGroup group = optimizer.groups().getFirst();
            group.update(present -> present.withWeightDecay(0.5));
            assertEquals(moved, rate(optimizer));
            double grown = moved;
            optimizer.step();
            assertNotEquals(grown, rate(optimizer));
            group.setLearningRate(7);
            assertEquals(7, rate(optimizer));
            optimizer.step();
            assertNotEquals(7, rate(optimizer));
            assertEquals(7, rate(optimizer), 0.1);
        }
    }

    /** A change while a step is made, here by a function that the step asks, is not lost. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void aLearningRateThatIsSetMeanwhileStays(Hyperparameters h) {
        List<ParameterGroup> groups = new ArrayList<>();
        float[] values = {1, 2};
        AverageDecay setting = step -> {
            if (step == 2) {
                groups.getFirst().setLearningRate(0.25);
            }
            return 0.5;
        };
        try (Optimizer optimizer = Optimizer.builder(h).parameter(Parameter.builder(
                MemorySegment.ofArray(values),
                MemorySegment.ofArray(new float[] {3, -4}))
                .average(Arena.ofAuto().allocate(8, 4), setting).build()).build()) {
            groups.addAll(optimizer.groups());
            optimizer.step();
            optimizer.step();
            assertEquals(0.25, rate(optimizer));
            optimizer.step();
            assertNotEquals(0.25, rate(optimizer));
        }
    }

    /** Another setting that changes in the middle of a step leaves the learning rate to the step. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void anotherSettingThatIsSetMeanwhileStopsNothing(Hyperparameters h) {
        List<Double> rates = new ArrayList<>();
        for (boolean changes : new boolean[] {false, true}) {
            List<ParameterGroup> groups = new ArrayList<>();
            AverageDecay setting = step -> {
                if (changes && step == 2) {
                    groups.getFirst().update(present -> present.withGradientScale(present.gradientScale()));
                }
                return 0.5;
            };
            try (Optimizer optimizer = Optimizer.builder(h).parameter(Parameter.builder(
                    MemorySegment.ofArray(new float[] {1, 2}), MemorySegment.ofArray(new float[] {3, -4}))
                    .average(Arena.ofAuto().allocate(8, 4), setting).build()).build()) {
                groups.addAll(optimizer.groups());
                optimizer.step();
                double before = rate(optimizer);
                optimizer.step();
                assertNotEquals(before, rate(optimizer));
                rates.add(rate(optimizer));
                assertSame(optimizer.groups().getFirst().hyperparameters(),
                        optimizer.groups().getFirst().hyperparameters(), "made once");
            }
        }
        assertEquals(rates.getFirst(), rates.getLast());
    }

    /** The factor is of steps, and not of the learning rate that moves. */
    @Test
    void theFactorMultipliesWhatStepsGoBy() {
        float[] values = {0};
        float[] gradient = {1};
        try (Optimizer optimizer = optimizer(SgdHD.Preset.AUTHORS.hyperparameters().withLearningRate(0.5)
                .with(SgdHDSettings.HYPERGRAD_LR, 0.25), values, gradient)) {
            optimizer.setLearningRateFactor(0.5);
            optimizer.step();
            optimizer.step();
            assertEquals(0.75, rate(optimizer));
            assertArrayEquals(new float[] {-0.25f - 0.375f}, values);
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void staysWithinItsLimits(Hyperparameters h) {
        float[] gradient = {1e10f};
        Hyperparameter<Double> hypergradLr =
                h.algorithm() == Algorithm.SGD_HD ? SgdHDSettings.HYPERGRAD_LR : AdamHDSettings.HYPERGRAD_LR;
        float[] values = {0};
        try (Optimizer optimizer = optimizer(h.with(hypergradLr, 1e30).withWeightDecay(4), values, gradient)) {
            optimizer.step();
            gradient[0] = -1e10f;
            optimizer.step();
            assertEquals(0, rate(optimizer));
            optimizer.step();
            assertEquals(0x1p61, rate(optimizer));
            gradient[0] = Float.NaN;
            optimizer.step();
            assertEquals(0x1p61, rate(optimizer));
        }
    }

    /** Steps that are skipped or refused leave it, and so do those of other groups. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void movesInStepsAlone(Hyperparameters h) {
        float[] gradient = {3, -4};
        Parameter other = Parameter.of(new float[1], new float[] {1});
        try (Optimizer optimizer = optimizer(h, new float[2], gradient)) {
            ParameterGroup second = optimizer.addGroup(group -> group.parameter(other));
            optimizer.step();
            optimizer.step();
            double before = rate(optimizer);
            gradient[0] = Float.NaN;
            assertFalse(optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
            gradient[0] = 3;
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> optimizer.step(StepOptions.NONE.withMaxGradientNorm(1e-60)), "gradientScale");
            optimizer.step(second);
            assertEquals(before, rate(optimizer));
            assertNotEquals(second.hyperparameters().learningRate(), rate(optimizer));
        }
    }

    /** A snapshot has it: training goes on with the same bits, also with parameters at other step numbers. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void goesOnAfterARestore(Hyperparameters h) {
        float[][] expected = null;
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (Backend backend : Backend.available()) {
                float[][] values = {Numbers.random(1, 20000), Numbers.random(2, 300)};
                float[][] gradients = {Numbers.random(3, 20000), Numbers.random(4, 300)};
                double moved;
                OptimizerSnapshot saved;
                try (Optimizer optimizer = built(h, values, gradients, backend, pool)) {
                    optimizer.step(optimizer.groups().getFirst().parameters().getFirst());
                    optimizer.step();
                    optimizer.step();
                    saved = optimizer.snapshot();
                    float[][] copies = {values[0].clone(), values[1].clone()};
                    try (Optimizer restored = built(h, copies, gradients, Backend.named("java"), pool)) {
                        restored.restore(saved);
                        assertEquals(rate(optimizer), rate(restored));
                        optimizer.step();
                        restored.step();
                        moved = rate(optimizer);
                        assertEquals(moved, rate(restored));
                    }
                    assertArrayEquals(values, copies, backend.name());
                }
                assertNotEquals(0.01, moved);
                expected = expected == null ? values : expected;
                assertArrayEquals(expected, values, backend.name());
            }
        }
    }

    private static Optimizer built(Hyperparameters h, float[][] values, float[][] gradients, Backend backend,
            ForkJoinPool pool) {
        return Optimizer.builder(h).backend(backend).pool(pool).parameter(Parameter.of(values[0], gradients[0]))
                .parameter(Parameter.of(values[1], gradients[1])).build();
    }

    @Test
    void refusesWhatIsOutOfRange() {
        Parameter parameter = Parameter.of(new float[1], new float[1]);
        for (double wrong : new double[] {-1, Double.NaN, 1e39}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> SgdHD.builder().parameter(parameter).hypergradLr(wrong).build(), "hypergradLr", wrong);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> AdamHD.builder().parameter(parameter).hypergradLr(wrong).build(), "hypergradLr", wrong);
        }
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdamHD.builder().parameter(parameter).hypergradLr(1e38).betas(0.9, 0.9).build(),
                "hypergradLr / (1 - beta1)", 1e38, 0.9);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> SgdHD.builder().parameter(parameter).momentum(1).build(), "momentum", 1.0);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> SgdHD.builder().parameter(parameter).dampening(1.5).build(), "dampening", 1.5);
        Misuse.refused(InvalidHyperparameterException.class,
                () -> SgdHD.builder().parameter(parameter).nesterov(true).build(), "nesterov", "momentum is 0.0");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> SgdHD.builder().parameter(parameter).nesterov(true).momentum(0.5).dampening(0.25).build(),
                "nesterov", "dampening 0.25");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> AdamHD.builder().parameter(parameter).betas(0.9, 1).build(), "beta2", 1.0);
    }

    @Test
    void coefficientsAreThoseOfThePresentLearningRate() {
        try (Optimizer optimizer = optimizer(SgdHD.Preset.AUTHORS.hyperparameters().withLearningRate(0.5)
                .with(SgdHDSettings.HYPERGRAD_LR, 0.25), new float[1], new float[] {1})) {
            optimizer.step();
            optimizer.step();
            Coefficients.SgdHD c = (Coefficients.SgdHD) optimizer.groups().getFirst().coefficients(3);
            assertEquals(0.75, c.learningRate());
            assertEquals(0.25f, c.hypergradLr());
        }
    }
}
