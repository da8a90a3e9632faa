package io.radam.paper.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RatesFigureTest {
    private static final double NAN = Double.NaN;

    @Test
    void whatDivergedIsNotTheBest() {
        assertEquals(0.9, RatesFigure.best(new double[] {0.5, NAN, 0.9, 0.7}));
        assertEquals(NAN, RatesFigure.best(new double[] {NAN, NAN}));
    }

    @Test
    void aCellSaysHowManySeedsDiverged() {
        assertEquals("diverged", RatesFigure.cell(new double[] {NAN}));
        assertEquals("2 of 3 diverged", RatesFigure.cell(new double[] {NAN, 0.5, NAN}));
        assertEquals("60.0 % (50.0 % to 70.0 %)", RatesFigure.cell(new double[] {0.7, 0.5, 0.6}));
        assertEquals("50.0 %", RatesFigure.cell(new double[] {0.5}));
    }
}
