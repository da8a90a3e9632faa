package io.radam;

import static io.radam.AdaModSettings.BETA1;
import static io.radam.AdaModSettings.BETA2;
import static io.radam.AdaModSettings.BETA3;
import static io.radam.AdaModSettings.EPSILON;

import java.util.List;

/** AdaMod. */
final class AdaModDefinition extends AlgorithmDefinition {
    AdaModDefinition() {
        super("adamod", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, BETA3, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0),
                        new StateBuffer("exp_avg_lr", false, 0)));
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
    }
}
