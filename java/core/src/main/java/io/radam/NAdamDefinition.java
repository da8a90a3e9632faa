package io.radam;

import static io.radam.NAdamSettings.BETA1;
import static io.radam.NAdamSettings.BETA2;
import static io.radam.NAdamSettings.EPSILON;
import static io.radam.NAdamSettings.MOMENTUM_DECAY;

import java.util.List;

/** NAdam and NAdamW. The product of the momenta is no state: it follows from hyperparameters and step number. */
final class NAdamDefinition extends AlgorithmDefinition {
    NAdamDefinition() {
        super("nadam", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, MOMENTUM_DECAY,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
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
        h.check(Hyperparameters.LEARNING_RATE);
        checkLearningRateAsFloat(h);
        h.check(BETA1);
        h.check(BETA2);
        h.check(EPSILON);
        h.check(MOMENTUM_DECAY);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
