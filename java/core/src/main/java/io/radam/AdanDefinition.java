package io.radam;

import static io.radam.AdanSettings.BETA1;
import static io.radam.AdanSettings.BETA2;
import static io.radam.AdanSettings.BETA3;
import static io.radam.AdanSettings.EPSILON;
import static io.radam.AdanSettings.NO_PROX;

import java.util.List;

/** Adan. */
final class AdanDefinition extends AlgorithmDefinition {
    AdanDefinition() {
        super("adan", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, BETA3, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, NO_PROX, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0),
                        new StateBuffer("exp_avg_diff", true, 0), new StateBuffer("neg_pre_grad", true, 0)));
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
