package io.radam.paper.variance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int PARAMETERS = 4096;

    @Test
    void varianceIsThatOfTheRuleInDouble() {
        double mean = 1;
        long[] at = {6, 20, 50};
        List<Simulation.Point> points = Simulation.run(mean, PARAMETERS, at, 3, _ -> { });

        SplittableRandom random = new SplittableRandom(3).split();
        double[] v = new double[PARAMETERS];
        for (int step = 1, next = 0; next < at.length; step++) {
            for (int i = 0; i < v.length; i++) {
                double gradient = mean + random.nextGaussian();
                v[i] += 0.001 * (gradient * gradient - v[i]);
            }
            if (step == at[next]) {
                double correction = 1 - Math.pow(0.999, step);
                double sum = 0;
                double squares = 0;
                for (double each : v) {
                    sum += 1 / Math.sqrt(each / correction);
                    squares += correction / each;
                }
                double variance = (squares - sum * sum / v.length) / (v.length - 1);
                assertEquals(step, points.get(next).step());
                assertEquals(variance, points.get(next).variance(), 1e-4 * variance);
                next++;
            }
        }
    }

    @Test
    void eachStepIsTold() {
        long[] steps = {0};
        Simulation.run(0, PARAMETERS, new long[] {7}, 1, step -> assertEquals(++steps[0], step));
        assertEquals(7, steps[0]);
    }

    @Test
    void atStepSixItIsNearThePapersExactVariance() {
        double measured = Simulation.run(0, 16 * PARAMETERS, new long[] {6}, 1, _ -> { }).getFirst().variance();
        assertEquals(Theory.exactVariance(6), measured, 0.05 * measured);
    }
}
