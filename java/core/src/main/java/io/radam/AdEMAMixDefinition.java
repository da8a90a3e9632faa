package io.radam;

import static io.radam.AdEMAMixSettings.ALPHA;
import static io.radam.AdEMAMixSettings.ALPHA_WARMUP_STEPS;
import static io.radam.AdEMAMixSettings.BETA1;
import static io.radam.AdEMAMixSettings.BETA2;
import static io.radam.AdEMAMixSettings.BETA3;
import static io.radam.AdEMAMixSettings.BETA3_WARMUP_STEPS;
import static io.radam.AdEMAMixSettings.EPSILON;

import java.util.List;

/** AdEMAMix. */
final class AdEMAMixDefinition extends AlgorithmDefinition {
    /** What the authors add to a rate before they take its logarithm. */
    private static final double LEAST = 1e-8;

    AdEMAMixDefinition() {
        super("ademamix", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, BETA3, ALPHA, EPSILON,
                ALPHA_WARMUP_STEPS, BETA3_WARMUP_STEPS, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg_fast", true, 0), new StateBuffer("exp_avg_slow", true, 0),
                        new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(BETA3);
        h.check(ALPHA);
        h.check(ALPHA_WARMUP_STEPS);
        h.check(BETA3_WARMUP_STEPS);
        require(h.get(BETA3_WARMUP_STEPS) == 0 || h.get(BETA1) + LEAST < 1 && h.get(BETA3) + LEAST < 1,
                "beta3WarmupSteps must be 0 unless beta1 and beta3 are below 1 by more than 1e-8, but is %s, beta1 %s, "
                        + "beta3 %s", h.get(BETA3_WARMUP_STEPS), h.get(BETA1), h.get(BETA3));
    }
}
