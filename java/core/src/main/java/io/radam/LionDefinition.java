package io.radam;

import static io.radam.LionSettings.BETA1;
import static io.radam.LionSettings.BETA2;

import java.util.List;

/** Lion, whose weight decay is always decoupled. */
class LionDefinition extends AlgorithmDefinition {
    LionDefinition() {
        this("lion");
    }

    LionDefinition(String name) {
        super(name, List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1e-4);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(BETA1);
        h.check(BETA2);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
