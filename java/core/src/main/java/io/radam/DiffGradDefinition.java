package io.radam;

import static io.radam.DiffGradSettings.BETA1;
import static io.radam.DiffGradSettings.BETA2;
import static io.radam.DiffGradSettings.EPSILON;

import java.util.List;

/** diffGrad. */
final class DiffGradDefinition extends AlgorithmDefinition {
    DiffGradDefinition() {
        super("diffgrad", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0),
                        new StateBuffer("previous_grad", true, 0)));
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
