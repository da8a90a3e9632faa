package io.radam;

import static io.radam.SgdHDSettings.DAMPENING;
import static io.radam.SgdHDSettings.HYPERGRAD_LR;
import static io.radam.SgdHDSettings.MOMENTUM;
import static io.radam.SgdHDSettings.NESTEROV;

import java.util.List;

/** SGD with hypergradient descent. */
final class SgdHDDefinition extends AlgorithmDefinition {
    private static final StateBuffer LAST_UPDATE = new StateBuffer("last_update", true, 0);

    SgdHDDefinition() {
        super("sgd_hd", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, DAMPENING, NESTEROV, HYPERGRAD_LR,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("momentum_buffer", true, 0), LAST_UPDATE));
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    boolean measuresGroup() {
        return true;
    }

    @Override
    boolean movesLearningRate() {
        return true;
    }

    /** The buffer of momentum is the last update, but with Nesterov momentum. Without momentum it has the gradient. */
    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return !buffer.equals(LAST_UPDATE) || h.get(NESTEROV);
    }

    @Override
    void check(Hyperparameters h) {
        checkAsSgd(h, MOMENTUM, DAMPENING, NESTEROV);
        h.check(HYPERGRAD_LR);
    }
}
