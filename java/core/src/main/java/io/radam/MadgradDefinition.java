package io.radam;

import static io.radam.MadgradSettings.EPSILON;
import static io.radam.MadgradSettings.MOMENTUM;

import java.util.List;

/** MADGRAD. */
final class MadgradDefinition extends AlgorithmDefinition {
    MadgradDefinition() {
        super("madgrad", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("grad_sum_sq", false, 0), new StateBuffer("s", true, 0),
                        new StateBuffer("x0_minus_param", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1e-2);
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
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate() == 0 ? 0 : h.learningRate() + h.get(EPSILON));
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
