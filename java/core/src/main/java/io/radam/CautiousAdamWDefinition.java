package io.radam;

import static io.radam.CautiousAdamWSettings.BETA1;
import static io.radam.CautiousAdamWSettings.BETA2;
import static io.radam.CautiousAdamWSettings.CORRECT_BIAS;
import static io.radam.CautiousAdamWSettings.EPSILON;

import java.util.List;

/** Cautious AdamW. */
final class CautiousAdamWDefinition extends AlgorithmDefinition {
    CautiousAdamWDefinition() {
        super("cautious_adamw", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, CORRECT_BIAS),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(CORRECT_BIAS, true);
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
    }
}
