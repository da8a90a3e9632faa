package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InputsTest {
    private static final int SIZE = 1 << 20;

    @Test
    void gradientsAreNeitherZeroNorHuge() {
        boolean[] signs = new boolean[2];
        float smallest = 1;
        for (float gradient : Inputs.gradients(SIZE, 1)) {
            float magnitude = Math.abs(gradient);
            assertTrue(magnitude >= 0x1p-16f && magnitude < 1, () -> "gradient " + gradient);
            signs[gradient > 0 ? 1 : 0] = true;
            smallest = Math.min(smallest, magnitude);
        }
        assertTrue(signs[0] && signs[1]);
        assertTrue(smallest < 0x1p-15f, "the smallest are what tells where epsilon is");
    }

    @Test
    void valuesAreSpread() {
        double sum = 0;
        for (float value : Inputs.values(SIZE)) {
            assertTrue(value >= -1 && value <= 1);
            sum += value;
        }
        assertTrue(Math.abs(sum / SIZE) < 0.01, "mean " + sum / SIZE);
    }
}
