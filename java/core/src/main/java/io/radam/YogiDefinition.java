package io.radam;

import static io.radam.YogiSettings.BETA1;
import static io.radam.YogiSettings.BETA2;
import static io.radam.YogiSettings.EPSILON;
import static io.radam.YogiSettings.INITIAL_ACCUMULATOR;

import java.util.List;

/** Yogi. */
final class YogiDefinition extends AlgorithmDefinition {
    YogiDefinition() {
        super("yogi", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, INITIAL_ACCUMULATOR,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
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
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(INITIAL_ACCUMULATOR);
    }
}
