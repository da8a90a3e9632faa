package io.radam;

import static io.radam.AdamaxSettings.BETA1;
import static io.radam.AdamaxSettings.BETA2;
import static io.radam.AdamaxSettings.EPSILON;

import java.util.List;

/** Adamax. */
final class AdamaxDefinition extends AlgorithmDefinition {
    AdamaxDefinition() {
        super("adamax", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_inf", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 2e-3);
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
