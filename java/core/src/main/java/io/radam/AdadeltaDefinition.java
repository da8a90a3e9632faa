package io.radam;

import static io.radam.AdadeltaSettings.EPSILON;
import static io.radam.AdadeltaSettings.RHO;

import java.util.List;

/** Adadelta. */
final class AdadeltaDefinition extends AlgorithmDefinition {
    AdadeltaDefinition() {
        super("adadelta", List.of(Hyperparameters.LEARNING_RATE, RHO, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("square_avg", false, 0), new StateBuffer("acc_delta", false, 0)));
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
        h.check(RHO);
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
