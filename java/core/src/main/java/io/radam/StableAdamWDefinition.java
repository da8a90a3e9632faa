package io.radam;

import static io.radam.StableAdamWSettings.BETA1;
import static io.radam.StableAdamWSettings.BETA2;
import static io.radam.StableAdamWSettings.CLIP_THRESHOLD;
import static io.radam.StableAdamWSettings.EPSILON;

import java.util.List;

/** StableAdamW. */
final class StableAdamWDefinition extends AlgorithmDefinition {
    StableAdamWDefinition() {
        super("stableadamw", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, CLIP_THRESHOLD),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 2e-3);
        defaults.set(Hyperparameters.WEIGHT_DECAY, 0.2);
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.ADAM;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(CLIP_THRESHOLD);
    }
}
