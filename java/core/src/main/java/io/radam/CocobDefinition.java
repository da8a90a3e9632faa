package io.radam;

import static io.radam.CocobSettings.ALPHA;
import static io.radam.CocobSettings.EPSILON;

import java.util.List;

/** COCOB. */
final class CocobDefinition extends AlgorithmDefinition {
    CocobDefinition() {
        super("cocob", List.of(Hyperparameters.LEARNING_RATE, ALPHA, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("sum_negative_gradients", true, 0),
                        new StateBuffer("grad_norm_sum", false, 0), new StateBuffer("L", false, 0),
                        new StateBuffer("reward", false, 0)));
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
        h.check(ALPHA);
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
