package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings that change while an optimizer steps, and those that are fine alone but not together. */
class SettingsTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    /** The scale that LossScaler has after 142 skipped steps, and similar cases. */
    @ParameterizedTest
    @MethodSource("backends")
    void productsAreChecked(Backend backend) {
        StepOptions none = StepOptions.NONE;
        refused(backend, 4, none.withLossScale(0x1p-126), 4.0, 0x1p-126, "Infinity");
        refused(backend, 1e10, none.withLossScale(1e-30), 1e10, 1e-30, "Infinity");
        refused(backend, 1e-30, none.withLossScale(1e30), 1e-30, 1e30, "0.0");
        refused(backend, 1e-30, none.withMaxGradientNorm(1e-40), 1e-30, "0.0");
        refused(backend, 1e-30, none.withMaxGradientNorm(1e-40).withNormPerGroup(true), 1e-30, "0.0");
    }

    /** The second group is at fault. The first must not have been stepped. */
    private static void refused(Backend backend, double gradientScale, StepOptions options, Object... parts) {
        float[] first = {1, 2};
        float[] second = {3};
        Parameter one = Parameter.of(first, new float[] {1, 1});
        Parameter two = Parameter.of(second, new float[] {1e30f});
        try (Optimizer optimizer = Adam.builder().backend(backend).parameter(one)
                .group(group -> group.parameter(two).gradientScale(gradientScale)).build()) {
            Misuse.refused(InvalidHyperparameterException.class, () -> optimizer.step(options), parts);
            Misuse.refused(InvalidHyperparameterException.class, () -> optimizer.step(List.of(one, two), options), parts);
            assertArrayEquals(new float[] {1, 2}, first);
            assertArrayEquals(new float[] {3}, second);
            assertEquals(0, optimizer.stepCount(one));
            optimizer.step(one, options.withMaxGradientNorm(Double.POSITIVE_INFINITY).withLossScale(1));
        }
    }

    @Test
    void theFactorOfTheLearningRate() {
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(new float[1], new float[1]))
                .group(group -> group.learningRate(1e30)).build()) {
            for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
                Misuse.refused(InvalidHyperparameterException.class, () -> optimizer.setLearningRateFactor(wrong),
                        "learningRateFactor", wrong);
            }
            Misuse.refused(InvalidHyperparameterException.class, () -> optimizer.setLearningRateFactor(1e10),
                    "learningRate", 1e30, "learningRateFactor", 1e10);
            assertEquals(1, optimizer.learningRateFactor());
            optimizer.setLearningRateFactor(1e-3);
            // A rate that is too large for the factor is found by the step.
            optimizer.groups().getLast().setLearningRate(1);
            optimizer.setLearningRateFactor(1e30);
            optimizer.groups().getFirst().setLearningRate(1e10);
            Misuse.refused(InvalidHyperparameterException.class, optimizer::step, 1e10, 1e30);
            assertEquals(0, optimizer.stepCount(optimizer.groups().getFirst().parameters().getFirst()));
        }
    }

    /** A schedule keeps the groups' own rates. */
    @ParameterizedTest
    @MethodSource("backends")
    void aFactorIsTheSameAsOtherRates(Backend backend) {
        float[][] scaled = {{1}, {1}};
        float[][] set = {{1}, {1}};
        try (Optimizer one = adam(backend, scaled); Optimizer other = adam(backend, set)) {
            for (double factor : new double[] {0.25, 0.5, 0, 2, 1}) {
                one.setLearningRateFactor(factor);
                other.groups().getFirst().setLearningRate(0.1 * factor);
                other.groups().getLast().setLearningRate(0.001 * factor);
                one.step();
                other.step();
                assertArrayEquals(set, scaled);
            }
            assertEquals(0.1, one.groups().getFirst().hyperparameters().learningRate());
        }
    }

    private static Optimizer adam(Backend backend, float[][] values) {
        return Adam.builder().backend(backend).parameter(Parameter.of(values[0], new float[] {1})).learningRate(0.1)
                .group(group -> group.parameter(Parameter.of(values[1], new float[] {-1})).learningRate(0.001)).build();
    }

    @Test
    void noChangeIsLost() throws Exception {
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            List<BiConsumer<ParameterGroup, Integer>> setters = List.of(
                    (g, i) -> g.setLearningRate(i),
                    (g, i) -> g.update(h -> h.withWeightDecay(i)),
                    (g, i) -> g.update(h -> h.withGradientScale(i)));
            List<Thread> threads = new ArrayList<>();
            for (BiConsumer<ParameterGroup, Integer> setter : setters) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 1; i <= 20_000; i++) {
                        setter.accept(group, i);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            Hyperparameters h = group.hyperparameters();
            assertEquals(List.of(20_000.0, 20_000.0, 20_000.0),
                    List.of(h.learningRate(), h.weightDecay(), h.gradientScale()));
        }
    }

    /**
     * Whatever the scale is that a step sees, it is the same for clipping and for the update: so a gradient that is
     * clipped moves SGD by the learning rate.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void oneStepSeesOneSet(Backend backend) throws Exception {
        float[] values = {0};
        AtomicBoolean done = new AtomicBoolean();
        try (Optimizer optimizer = SGD.builder().backend(backend).learningRate(1)
                .parameter(Parameter.of(values, new float[] {1000})).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            Thread setter = Thread.ofPlatform().start(() -> {
                for (int i = 0; !done.get(); i++) {
                    double scale = 1 + i % 7;
                    group.update(h -> h.withGradientScale(scale));
                }
            });
            try {
                StepOptions options = StepOptions.NONE.withMaxGradientNorm(1);
                for (int i = 0; i < 20_000; i++) {
                    values[0] = 0;
                    StepResult result = optimizer.step(options);
                    assertEquals(-1, values[0], 1e-5f);
                    double scale = result.statistics().norm() / 1000;
                    assertTrue(scale >= 1 && scale <= 7, () -> "scale " + scale);
                }
            } finally {
                done.set(true);
                setter.join();
            }
        }
    }

    @Test
    void otherStateIsRefused() {
        try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            Hyperparameters before = group.hyperparameters();
            Misuse.refused(InvalidHyperparameterException.class, () -> group.update(h -> h.with(AdamSettings.AMSGRAD, true)),
                    "max_exp_avg_sq");
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> group.setHyperparameters(Algorithm.LION.defaults()), "lion", "adam");
            Misuse.refused(NullPointerException.class, () -> group.update(h -> null), "hyperparameters");
            assertEquals(before, group.hyperparameters());
        }
    }
}
