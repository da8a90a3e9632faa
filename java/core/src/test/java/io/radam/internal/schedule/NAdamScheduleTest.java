package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.NAdam;
import io.radam.NAdamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NAdam's momentum and its product as PyTorch defines them, step after step. */
class NAdamScheduleTest {
    private static final Hyperparameters PYTORCH = NAdam.Preset.PYTORCH.hyperparameters();

    private static Coefficients.NAdam at(Hyperparameters h, long step) {
        return (Coefficients.NAdam) StepCoefficients.at(h, step);
    }

    private static double momentum(Hyperparameters h, long step) {
        return h.get(NAdamSettings.BETA1) * (1 - 0.5 * Math.pow(0.96, step * h.get(NAdamSettings.MOMENTUM_DECAY)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 4e-3, 0.2, 10})
    void momentumAndProduct(double momentumDecay) {
        Hyperparameters h = PYTORCH.with(NAdamSettings.MOMENTUM_DECAY, momentumDecay);
        double product = 1;
        for (long step = 1; step <= 300; step++) {
            product *= momentum(h, step);
            double nextProduct = product * momentum(h, step + 1);
            Coefficients.NAdam c = at(h, step);
            assertEquals(momentum(h, step), c.momentum(), 1e-15, "step " + step);
            assertEquals(product, c.momentumProduct(), 1e-15, "step " + step);
            assertEquals((1 - momentum(h, step)) / (1 - product), c.gradientFactor(), 0x1p-24, "step " + step);
            assertEquals(momentum(h, step + 1) / (1 - nextProduct), c.expAvgFactor(), 0x1p-23, "step " + step);
        }
    }

    /** What {@code torch.optim.NAdam} 2.13 had as {@code mu_product} after 45 steps, in the golden vectors. */
    @Test
    void productsOfPyTorch() {
        assertEquals(2.9349363476273805e-16, at(PYTORCH, 45).momentumProduct(), 1e-16);
        Hyperparameters others = PYTORCH.toBuilder().set(NAdamSettings.BETA1, 0.8)
                .set(NAdamSettings.MOMENTUM_DECAY, 0.02).build();
        assertEquals(2.8238516645886036e-18, at(others, 45).momentumProduct(), 1e-16);
    }

    /** The product is of the hyperparameters as they are now, as with the bias corrections of Adam. */
    @Test
    void changesDuringTraining() {
        StepCoefficients training = new StepCoefficients(PYTORCH.algorithm());
        Hyperparameters others = PYTORCH.with(NAdamSettings.BETA1, 0.5);
        for (long step = 1; step <= 60; step++) {
            Hyperparameters h = step % 7 < 3 ? PYTORCH : others;
            long now = step % 5 == 0 ? step / 2 : step;
            training.configure(h);
            training.compute(now);
            assertEquals(at(h, now), training.schedule().coefficients());
        }
    }
}
