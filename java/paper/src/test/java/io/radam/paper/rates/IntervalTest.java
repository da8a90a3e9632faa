package io.radam.paper.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IntervalTest {
    private static final double Z = 1.959964;

    /** Which part would be that far from the one that was measured: the equation that defines the interval. */
    private static double deviations(double truth, double part, long trials) {
        return (part - truth) / Math.sqrt(truth * (1 - truth) / trials);
    }

    @Test
    void eachEndIsAsFarAsTheConfidenceSays() {
        for (double part : new double[] {0.1, 0.5, 0.982}) {
            Interval interval = Interval.of(part, 450);
            assertEquals(Z, deviations(interval.low(), part, 450), 1e-9);
            assertEquals(-Z, deviations(interval.high(), part, 450), 1e-9);
        }
    }

    @Test
    void itHasAWidthWhereEveryTrialSucceeded() {
        Interval interval = Interval.of(1, 450);
        assertEquals(1, interval.high(), 1e-12);
        assertEquals(450 / (450 + Z * Z), interval.low(), 1e-12);
    }
}
