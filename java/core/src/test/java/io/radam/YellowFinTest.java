package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** YellowFin, as users meet it. Its numbers are compared in SameScheduleTest and GoldenVectorTest. */
@Tag("vectors")
class YellowFinTest {
    private static Map<String, Double> numbers(Optimizer optimizer, Parameter parameter) {
        return optimizer.state(parameter).numbers();
    }

    private static Parameter parameter(float... gradient) {
        return Parameter.of(new float[gradient.length], gradient);
    }

    /** The first step is by what was set. The norms are those of both parameters: 5, and then 10. */
    @Test
    void measuresAllParametersTogether() {
        for (Backend backend : Backend.available()) {
            float[] first = {0};
            float[] second = {0};
            float[] firstGradient = {3};
            float[] secondGradient = {-4};
            Parameter one = Parameter.of(first, firstGradient);
            Parameter other = Parameter.of(second, secondGradient);
            try (Optimizer optimizer = YellowFin.builder().learningRate(0.5).beta(0.5).adaptClip(false).logSmooth(false)
                    .curvWinWidth(2).backend(backend).parameter(one).parameter(other).build()) {
                optimizer.step();
                assertArrayEquals(new float[] {-1.5f}, first);
                assertArrayEquals(new float[] {2}, second);
                assertEquals(0.5, numbers(optimizer, one).get("learning_rate"));
                assertEquals(0.0, numbers(optimizer, one).get("momentum"));
                firstGradient[0] = 6;
                secondGradient[0] = -8;
                optimizer.step();
                Map<String, Double> numbers = numbers(optimizer, one);
                assertEquals(numbers, numbers(optimizer, other));
                assertEquals(2, numbers.get("steps"));
                assertEquals(0.5 * 0.5 * 25 + 0.5 * 25, numbers.get("h_min"));
                assertEquals(0.5 * 0.5 * 25 + 0.5 * 100, numbers.get("h_max"));
                assertEquals(0.5 * 0.5 * 5 + 0.5 * 10, numbers.get("norm"));
                assertEquals(100, numbers.get("window_0"));
                assertEquals(25, numbers.get("window_1"));
                // The buffer begins in the first step that has momentum.
                assertEquals(6, optimizer.state(one).buffer("momentum_buffer").elements()
                        .get(ValueLayout.JAVA_FLOAT, 0));
                assertEquals(0.5f * 0.5f * 3 + 0.5f * 6, optimizer.state(one).buffer("exp_avg").elements()
                        .get(ValueLayout.JAVA_FLOAT, 0));
                assertEquals(Math.fma(-(float) (double) numbers.get("learning_rate"), 6, -1.5f), first[0]);
            }
        }
    }

    @Test
    void groupsAreTunedEachByItself() {
        Parameter one = parameter(1, 2);
        Parameter other = parameter(100);
        try (Optimizer optimizer = YellowFin.builder().parameter(one).group(group -> group.parameter(other)).build();
                Optimizer alone = YellowFin.builder().parameter(parameter(1, 2)).build()) {
            for (int step = 0; step < 3; step++) {
                optimizer.step();
                alone.step();
            }
            assertEquals(alone.state(alone.groups().getFirst().parameters().getFirst()).numbers(),
                    numbers(optimizer, one));
            assertNotEquals(numbers(optimizer, one), numbers(optimizer, other));
        }
    }

    /** The factor moves parameters by half, and leaves what is found alone. */
    @Test
    void learningRatesAreMultipliedByTheFactor() {
        float[] values = {0};
        float[] halved = {0};
        Parameter one = Parameter.of(values, new float[] {2});
        Parameter other = Parameter.of(halved, new float[] {2});
        try (Optimizer whole = YellowFin.builder().parameter(one).build();
                Optimizer half = YellowFin.builder().parameter(other).build()) {
            half.setLearningRateFactor(0.5);
            for (int step = 0; step < 4; step++) {
                float before = values[0];
                float beforeOfHalf = halved[0];
                whole.step();
                half.step();
                assertEquals((before - values[0]) / 2, beforeOfHalf - halved[0], 1e-6f * (before - values[0]));
                assertEquals(numbers(whole, one).get("momentum"), numbers(half, other).get("momentum"));
                assertEquals(numbers(whole, one).get("learning_rate"), numbers(half, other).get("learning_rate"));
            }
            assertTrue(values[0] < 0);
        }
    }

    /** A step whose sums are not finite goes by what the first one found, times the factor, once. */
    @Test
    void theFactorIsNoPartOfWhatTheFirstStepFound() {
        for (Backend backend : Backend.available()) {
            float[] values = {0, 0};
            float[] gradient = {2, 0};
            Parameter parameter = Parameter.of(values, gradient);
            try (Optimizer optimizer = YellowFin.builder().learningRate(0.5).backend(backend).parameter(parameter)
                    .build()) {
                optimizer.setLearningRateFactor(0.5);
                optimizer.step();
                assertEquals(-0.5f, values[0]);
                assertEquals(0.5, numbers(optimizer, parameter).get("learning_rate"));
                gradient[1] = Float.NaN;
                optimizer.step();
                assertEquals(-1, values[0]);
            }
        }
    }

    @Test
    void stepsThatAreNotMadeLeaveTheNumbers() {
        float[] gradient = {3, -4};
        Parameter parameter = Parameter.of(new float[2], gradient);
        try (Optimizer optimizer = YellowFin.builder().parameter(parameter).build()) {
            optimizer.step();
            optimizer.step();
            Map<String, Double> before = numbers(optimizer, parameter);
            gradient[0] = Float.NaN;
            assertFalse(optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
            assertEquals(before, numbers(optimizer, parameter));
            optimizer.step(); // by the last learning rate, and with a NaN in one element
            assertEquals(before, numbers(optimizer, parameter));
            gradient[0] = 3;
            optimizer.step(StepOptions.NONE.withMaxGradientNorm(1));
        }
    }

    @Test
    void goesOnAfterARestore() {
        for (Backend backend : Backend.available()) {
            float[] gradient = Numbers.random(1, 3000);
            float[] values = Numbers.random(2, 3000);
            Parameter parameter = Parameter.of(values, gradient);
            try (Optimizer optimizer = YellowFin.builder().backend(backend).parameter(parameter).build()) {
                for (int step = 0; step < 30; step++) {
                    optimizer.step();
                }
                float[] copies = values.clone();
                Parameter copy = Parameter.of(copies, gradient);
                try (Optimizer restored = YellowFin.builder().backend(Backend.named("java")).parameter(copy).build()) {
                    restored.restore(optimizer.snapshot());
                    optimizer.step();
                    restored.step();
                    assertArrayEquals(values, copies);
                    assertEquals(numbers(optimizer, parameter), numbers(restored, copy));
                }
            }
        }
    }

    @Test
    void refusesWhatIsOutOfRange() {
        Parameter parameter = parameter(1);
        for (double wrong : new double[] {-1, 1, Double.NaN}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> YellowFin.builder().parameter(parameter).momentum(wrong).build(), "momentum", wrong);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> YellowFin.builder().parameter(parameter).beta(wrong).build(), "beta", wrong);
        }
        for (double wrong : new double[] {-1, 1e-60, 1e39, Double.NaN}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> YellowFin.builder().parameter(parameter).clipThreshold(wrong).build(), "clipThreshold",
                    wrong);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> YellowFin.builder().parameter(parameter).autoClipFactor(wrong).build(), "autoClipFactor",
                    wrong);
        }
        for (long wrong : new long[] {0, -1, 65, Long.MAX_VALUE}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> YellowFin.builder().parameter(parameter).curvWinWidth(wrong).build(), "curvWinWidth", wrong);
        }
    }

    @Test
    void coefficientsAreThoseOfTheFirstStep() {
        try (Optimizer optimizer = YellowFin.builder().learningRate(0.5).momentum(0.25).beta(0.75)
                .parameter(parameter(1)).build()) {
            Coefficients.YellowFin c = (Coefficients.YellowFin) optimizer.groups().getFirst().coefficients(3);
            assertEquals(0.5f, c.stepSize());
            assertEquals(0.25f, c.momentum());
            assertEquals(0.25f, c.oneMinusBeta());
            assertEquals(0, c.decay());
        }
    }

    /** A parameter goes by the settings of its own step, also where others of its group went by others meanwhile. */
    @Test
    void settingsThatWereThereBeforeCountAgain() {
        Parameter one = parameter(1);
        Parameter two = parameter(2);
        Parameter sameOne = parameter(1);
        Parameter sameTwo = parameter(2);
        try (Optimizer changed = YellowFin.builder().parameter(one).parameter(two).build();
                Optimizer unchanged = YellowFin.builder().parameter(sameOne).parameter(sameTwo).build()) {
            changed.step();
            unchanged.step();
            ParameterGroup group = changed.groups().getFirst();
            Hyperparameters first = group.hyperparameters();
            group.setHyperparameters(first.with(YellowFinSettings.BETA, 0.5).with(YellowFinSettings.CURV_WIN_WIDTH, 3L));
            changed.step(one);
            unchanged.step(sameOne);
            assertNotEquals(numbers(unchanged, sameOne), numbers(changed, one));
            group.setHyperparameters(first);
            changed.step(two);
            unchanged.step(sameTwo);
            assertEquals(numbers(unchanged, sameTwo), numbers(changed, two));
            assertEquals(sameTwo.values().get(ValueLayout.JAVA_FLOAT, 0), two.values().get(ValueLayout.JAVA_FLOAT, 0));
        }
    }
}
