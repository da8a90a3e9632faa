package io.radam;

import static io.radam.QHMSettings.MOMENTUM;
import static io.radam.QHMSettings.NU;

import java.util.List;

/** QHM. */
final class QHMDefinition extends AlgorithmDefinition {
    QHMDefinition() {
        super("qhm", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, NU, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("momentum_buffer", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1.0);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(MOMENTUM);
        h.check(NU);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
