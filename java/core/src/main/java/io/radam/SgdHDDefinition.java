package io.radam;

import static io.radam.SgdHDSettings.DAMPENING;
import static io.radam.SgdHDSettings.HYPERGRAD_LR;
import static io.radam.SgdHDSettings.MOMENTUM;

import java.util.List;

/** SGD with hypergradient descent. */
final class SgdHDDefinition extends AlgorithmDefinition {
    SgdHDDefinition() {
        super("sgd_hd", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, DAMPENING, HYPERGRAD_LR,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("momentum_buffer", true, 0)));
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    boolean movesLearningRate() {
        return true;
    }

    /** Without momentum the buffer is the last gradient, whose product with the next one moves the learning rate. */
    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(MOMENTUM);
        h.check(DAMPENING);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
        h.check(HYPERGRAD_LR);
    }
}
