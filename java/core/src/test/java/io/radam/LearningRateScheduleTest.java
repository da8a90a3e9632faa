package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LearningRateScheduleTest {
    private static final double EXACT = 1e-15;

    private static void assertRates(LearningRateSchedule schedule, double[]... stepsAndRates) {
        for (double[] stepAndRate : stepsAndRates) {
            assertEquals(stepAndRate[1], schedule.learningRate((long) stepAndRate[0]), EXACT, "step " + stepAndRate[0]);
        }
    }

    @Test
    void constant() {
        assertRates(LearningRateSchedule.constant(0.3), new double[] {1, 0.3}, new double[] {1e9, 0.3});
    }

    @Test
    void linear() {
        assertRates(LearningRateSchedule.linear(1, 0, 11), new double[] {1, 1}, new double[] {2, 0.9},
                new double[] {6, 0.5}, new double[] {11, 0}, new double[] {12, 0}, new double[] {1e12, 0});
        assertRates(LearningRateSchedule.linear(0, 8, 5), new double[] {2, 2}, new double[] {5, 8});
    }

    @Test
    void cosine() {
        assertRates(LearningRateSchedule.cosine(1, 0.5, 13), new double[] {1, 1},
                new double[] {3, 0.5 + 0.25 * (1 + Math.sqrt(3) / 2)}, new double[] {5, 0.875}, new double[] {7, 0.75},
                new double[] {9, 0.625}, new double[] {13, 0.5}, new double[] {14, 0.5});
    }

    @Test
    void stairs() {
        assertRates(LearningRateSchedule.stairs(1, 0.5, 10), new double[] {1, 1}, new double[] {10, 1},
                new double[] {11, 0.5}, new double[] {20, 0.5}, new double[] {21, 0.25});
    }

    /** The numbers are those of PyTorch's definition, computed in Python. */
    @Test
    void oneCycle() {
        assertRates(LearningRateSchedule.oneCycle(0.1, 100), new double[] {1, 0.004},
                new double[] {11, 0.029516394846410082}, new double[] {30, 0.1}, new double[] {51, 0.0793893450575732},
                new double[] {100, 4e-07}, new double[] {101, 4e-07});
    }

    @Test
    void warmup() {
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0, 11).afterWarmup(4);
        assertRates(schedule, new double[] {1, 0.25}, new double[] {4, 1}, new double[] {5, 1}, new double[] {6, 0.9},
                new double[] {15, 0});
        assertRates(LearningRateSchedule.constant(2).afterWarmup(0), new double[] {1, 2});
    }

    @Test
    void drivesAnOptimizer() {
        float[] value = {1};
        try (Optimizer adam = Adam.builder().parameter(Parameter.of(value, new float[] {1})).epsilon(0).build()) {
            LearningRateSchedule schedule = LearningRateSchedule.linear(0.5, 0, 3);
            float[] expected = {0.5f, 0.25f, 0.25f};
            for (int step = 1; step <= 3; step++) {
                adam.groups().getFirst().setLearningRate(schedule.learningRate(step));
                adam.step();
                assertEquals(expected[step - 1], value[0], 1e-6f);
            }
        }
    }

    @Test
    void whatIsOutOfRange() {
        for (Executable wrong : List.<Executable>of(
                () -> LearningRateSchedule.constant(-1),
                () -> LearningRateSchedule.constant(Double.NaN),
                () -> LearningRateSchedule.linear(Double.POSITIVE_INFINITY, 0, 5),
                () -> LearningRateSchedule.linear(1, -1, 5),
                () -> LearningRateSchedule.linear(1, 0, 1),
                () -> LearningRateSchedule.cosine(1, 0, 0),
                () -> LearningRateSchedule.cosine(-1, 0, 5),
                () -> LearningRateSchedule.stairs(1, 0, 5),
                () -> LearningRateSchedule.stairs(1, 0.5, 0),
                () -> LearningRateSchedule.oneCycle(1, 1),
                () -> LearningRateSchedule.oneCycle(1, 10, 1, 25, 1e4),
                () -> LearningRateSchedule.oneCycle(1, 10, 0.1, 25, 1e4),
                () -> LearningRateSchedule.oneCycle(1, 10, 0.3, 0, 1e4),
                () -> LearningRateSchedule.constant(1).afterWarmup(-1))) {
            assertThrows(InvalidHyperparameterException.class, wrong);
        }
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> LearningRateSchedule.linear(1, 0, 5).learningRate(0)).getMessage().contains("0"));
    }
}
