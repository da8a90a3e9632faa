package io.radam;

import static io.radam.SgdSettings.DAMPENING;
import static io.radam.SgdSettings.MOMENTUM;
import static io.radam.SgdSettings.NESTEROV;

import java.util.List;

/** Stochastic gradient descent. */
final class SgdDefinition extends AlgorithmDefinition {
    SgdDefinition() {
        super("sgd", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, DAMPENING, NESTEROV, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("momentum_buffer", true, 0)));
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return h.get(MOMENTUM) > 0;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsSgd(h, MOMENTUM, DAMPENING, NESTEROV);
    }
}
