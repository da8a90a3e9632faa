package io.radam;

import static io.radam.ScheduleFreeSgdSettings.MOMENTUM;
import static io.radam.ScheduleFreeSgdSettings.R;
import static io.radam.ScheduleFreeSgdSettings.WARMUP_STEPS;
import static io.radam.ScheduleFreeSgdSettings.WEIGHT_LR_POWER;

import java.util.List;

/** Schedule-Free SGD. */
final class ScheduleFreeSgdDefinition extends AlgorithmDefinition {
    ScheduleFreeSgdDefinition() {
        super("schedulefree_sgd", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, R, WEIGHT_LR_POWER, WARMUP_STEPS,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE), List.of(new StateBuffer("z_minus_param", true, 0)));
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
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
        h.check(R);
        h.check(WEIGHT_LR_POWER);
        h.check(WARMUP_STEPS);
    }
}
