package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class LearningRateScheduleTest {
    private static final double EXACT = 1e-15;

    private static void assertFactors(LearningRateSchedule schedule, double[]... stepsAndFactors) {
        for (double[] stepAndFactor : stepsAndFactors) {
            assertEquals(stepAndFactor[1], schedule.factor((long) stepAndFactor[0]), EXACT, "step " + stepAndFactor[0]);
        }
    }

    @Test
    void constant() {
        assertFactors(LearningRateSchedule.constant(0.3), new double[] {1, 0.3}, new double[] {1e9, 0.3});
    }

    @Test
    void linear() {
        assertFactors(LearningRateSchedule.linear(1, 0, 11), new double[] {1, 1}, new double[] {2, 0.9},
                new double[] {6, 0.5}, new double[] {11, 0}, new double[] {12, 0}, new double[] {1e12, 0});
        assertFactors(LearningRateSchedule.linear(0, 8, 5), new double[] {2, 2}, new double[] {5, 8});
    }

    @Test
    void cosine() {
        assertFactors(LearningRateSchedule.cosine(1, 0.5, 13), new double[] {1, 1},
                new double[] {3, 0.5 + 0.25 * (1 + Math.sqrt(3) / 2)}, new double[] {5, 0.875}, new double[] {7, 0.75},
                new double[] {9, 0.625}, new double[] {13, 0.5}, new double[] {14, 0.5});
    }

    @Test
    void cosineFromOneToZero() {
        assertFactors(LearningRateSchedule.cosine(13), new double[] {1, 1}, new double[] {5, 0.75},
                new double[] {7, 0.5}, new double[] {13, 0});
    }

    /**
     * By PyTorch's definition: lowest + (1 - lowest) (1 + cos(pi T_cur / T_i)) / 2, T_cur = 0, 1 | 0, 1, 2, 3 | 0, ...
     */
    @Test
    void cosineWithRestarts() {
        double r = Math.sqrt(0.5); // cos(pi / 4)
        assertFactors(LearningRateSchedule.cosineWithRestarts(0.1, 2, 2), new double[] {1, 1}, new double[] {2, 0.55},
                new double[] {3, 1}, new double[] {4, 0.1 + 0.45 * (1 + r)}, new double[] {5, 0.55},
                new double[] {6, 0.1 + 0.45 * (1 - r)}, new double[] {7, 1}, new double[] {11, 0.55},
                new double[] {15, 1}, new double[] {23, 0.55});
        assertFactors(LearningRateSchedule.cosineWithRestarts(0, 4, 1), new double[] {1, 1}, new double[] {2, (1 + r) / 2},
                new double[] {3, 0.5}, new double[] {4, (1 - r) / 2}, new double[] {5, 1},
                new double[] {4_000_000_000_000_003L, 0.5});
        assertFactors(LearningRateSchedule.cosineWithRestarts(0, 1, 1), new double[] {1, 1}, new double[] {2, 1});
        // The third period would be 10^19 steps long.
        LearningRateSchedule.cosineWithRestarts(0, 10_000_000_000L, 1_000_000_000).factor(Long.MAX_VALUE);
    }

    /** Any factor that is finite can be the first. */
    @Test
    void cosineFromTheLargestFactor() {
        assertEquals(Double.MAX_VALUE, LearningRateSchedule.cosine(Double.MAX_VALUE, 0, 5).factor(1));
        assertEquals(Double.MAX_VALUE, LearningRateSchedule.cosine(0, Double.MAX_VALUE, 5).factor(5));
    }

    @Test
    void stairs() {
        assertFactors(LearningRateSchedule.stairs(0.5, 10), new double[] {1, 1}, new double[] {10, 1},
                new double[] {11, 0.5}, new double[] {20, 0.5}, new double[] {21, 0.25});
    }

    /** The numbers are those of PyTorch's definition with a max_lr of 1, computed in Python. */
    @Test
    void oneCycle() {
        assertFactors(LearningRateSchedule.oneCycle(100), new double[] {1, 0.04},
                new double[] {11, 0.29516394846410082}, new double[] {30, 1}, new double[] {51, 0.793893450575732},
                new double[] {100, 4e-06}, new double[] {101, 4e-06});
    }

    @Test
    void warmup() {
        LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0, 11).afterWarmup(4);
        assertFactors(schedule, new double[] {1, 0.25}, new double[] {4, 1}, new double[] {5, 1}, new double[] {6, 0.9},
                new double[] {15, 0});
        assertFactors(LearningRateSchedule.constant(2).afterWarmup(0), new double[] {1, 2});
    }

    @Test
    void noneHasAStepBelowOne() {
        for (LearningRateSchedule schedule : List.of(
                LearningRateSchedule.constant(1),
                LearningRateSchedule.linear(1, 0, 5),
                LearningRateSchedule.cosine(5),
                LearningRateSchedule.cosineWithRestarts(0, 5, 1),
                LearningRateSchedule.cosineWithRestarts(0, 5, 2),
                LearningRateSchedule.stairs(0.5, 5),
                LearningRateSchedule.oneCycle(10),
                LearningRateSchedule.cosine(5).afterWarmup(0),
                LearningRateSchedule.cosine(5).afterWarmup(5),
                ((LearningRateSchedule) step -> 1 / (double) step).afterWarmup(5))) {
            for (long step : new long[] {0, -1, -5, Long.MIN_VALUE}) {
                String message = assertThrows(IllegalArgumentException.class, () -> schedule.factor(step)).getMessage();
                assertEquals("steps are counted from 1, but step is " + step, message);
            }
        }
    }

    @Test
    void drivesAnOptimizer() {
        float[] value = {1};
        try (Optimizer adam = Adam.builder().parameter(Parameter.of(value, new float[] {1})).epsilon(0)
                .learningRate(0.5).build()) {
            LearningRateSchedule schedule = LearningRateSchedule.linear(1, 0, 3);
            float[] expected = {0.5f, 0.25f, 0.25f};
            for (int step = 1; step <= 3; step++) {
                adam.setLearningRateFactor(schedule.factor(step));
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
                () -> LearningRateSchedule.cosine(1),
                () -> LearningRateSchedule.cosineWithRestarts(-0.1, 5, 1),
                () -> LearningRateSchedule.cosineWithRestarts(1.1, 5, 1),
                () -> LearningRateSchedule.cosineWithRestarts(Double.NaN, 5, 1),
                () -> LearningRateSchedule.cosineWithRestarts(0, 0, 1),
                () -> LearningRateSchedule.cosineWithRestarts(0, 5, 0),
                () -> LearningRateSchedule.stairs(0, 5),
                () -> LearningRateSchedule.stairs(Double.POSITIVE_INFINITY, 5),
                () -> LearningRateSchedule.stairs(0.5, 0),
                () -> LearningRateSchedule.oneCycle(1),
                () -> LearningRateSchedule.oneCycle(10, 1, 25, 1e4),
                () -> LearningRateSchedule.oneCycle(10, 0.1, 25, 1e4),
                () -> LearningRateSchedule.oneCycle(10, 0.3, 0, 1e4),
                () -> LearningRateSchedule.oneCycle(10, 0.3, Double.MIN_VALUE, 1e4),
                () -> LearningRateSchedule.oneCycle(10, 0.3, 25, Double.MIN_VALUE),
                () -> LearningRateSchedule.constant(1).afterWarmup(-1))) {
            assertThrows(InvalidHyperparameterException.class, wrong);
        }
    }
}
