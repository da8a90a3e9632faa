package io.radam;

import static io.radam.AdagradSettings.EPSILON;
import static io.radam.AdagradSettings.INITIAL_ACCUMULATOR;
import static io.radam.AdagradSettings.LEARNING_RATE_DECAY;

import java.util.List;

/** Adagrad. */
final class AdagradDefinition extends AlgorithmDefinition {
    AdagradDefinition() {
        super("adagrad", List.of(Hyperparameters.LEARNING_RATE, EPSILON, LEARNING_RATE_DECAY, INITIAL_ACCUMULATOR,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("sum", false, 0)));
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
        h.check(EPSILON);
        h.check(LEARNING_RATE_DECAY);
        h.check(INITIAL_ACCUMULATOR);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
