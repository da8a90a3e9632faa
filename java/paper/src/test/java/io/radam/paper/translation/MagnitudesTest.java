package io.radam.paper.translation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MagnitudesTest {
    private static double[] counts(float... numbers) {
        double[] counts = new double[Magnitudes.COUNTS];
        Magnitudes.count(numbers, counts);
        return counts;
    }

    @Test
    void numbersAreCountedByDecade() {
        double[] counts = counts(0, 1e-20f, -2e-3f, 5e-3f, 7);
        assertEquals(1, counts[0]);
        assertEquals(2, counts[-3 - Magnitudes.LOWEST + 1]);
        assertEquals(1, counts[Magnitudes.BINS - 1]);
        assertEquals(0.75, Magnitudes.below(-2, counts), 1e-15);
        assertEquals(0.25, Magnitudes.below(-3, counts), 1e-15);
    }

    @Test
    void numbersThatAreNotFiniteAreCountedApart() {
        double[] counts = counts(2e-3f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
        assertEquals(3, counts[Magnitudes.BINS]);
        assertEquals(1, Magnitudes.parts(counts)[-3 - Magnitudes.LOWEST + 1]);
        assertTrue(Double.isNaN(Magnitudes.below(-2, counts(Float.NaN))));
    }
}
