package io.radam.paper.variance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.Coefficients;
import io.radam.RAdam;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TheoryTest {
    @Test
    void exactVarianceIsItsClosedFormWhereThatIsShort() {
        // B(2, 2) = 1/6, so for rho = 5 equation 2 is 5/3 - 160 / (36 pi).
        assertEquals(5.0 / 3 - 160 / (36 * Math.PI), Theory.exactVariance(5), 1e-12);
    }

    @Test
    void exactVarianceIsThatOfDrawnNumbers() {
        int rho = 12;
        int count = 400_000;
        SplittableRandom random = new SplittableRandom(1);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double mean = 0;
            for (int k = 0; k < rho; k++) {
                double gradient = random.nextGaussian();
                mean += gradient * gradient / rho;
            }
            double rate = 1 / Math.sqrt(mean);
            sum += rate;
            squares += rate * rate;
        }
        double variance = squares / count - Math.pow(sum / count, 2);
        assertEquals(variance, Theory.exactVariance(rho), 0.01 * variance);
    }

    @Test
    void theSeriesIsNearTheExactVarianceWhereRhoIsLarge() {
        assertEquals(3.3, Theory.approximateVariance(5) / Theory.exactVariance(5), 0.05);
        assertEquals(1.38, Theory.approximateVariance(10) / Theory.exactVariance(10), 0.005);
        assertEquals(1.05, Theory.approximateVariance(50) / Theory.exactVariance(50), 0.005);
        assertEquals(1, Theory.approximateVariance(1999) / Theory.exactVariance(1999), 0.002);
    }

    @Test
    void theRectificationIsTheRootOfTwoVariancesOfTheSeries() {
        double limit = 2 / (1 - Simulation.BETA2) - 1;
        for (long step : new long[] {6, 10, 100, 1000, 100_000}) {
            var coefficients = (Coefficients.Adam) Coefficients.of(RAdam.Preset.PYTORCH.hyperparameters(), step);
            double rho = Theory.rho(Simulation.BETA2, step);
            assertEquals(coefficients.rho(), rho, 1e-7 * rho);
            assertEquals(Math.sqrt(Theory.approximateVariance(limit) / Theory.approximateVariance(rho)),
                    coefficients.rectification(), 1e-6);
        }
    }
}
