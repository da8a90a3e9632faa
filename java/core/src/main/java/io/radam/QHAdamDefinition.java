package io.radam;

import static io.radam.QHAdamSettings.BETA1;
import static io.radam.QHAdamSettings.BETA2;
import static io.radam.QHAdamSettings.EPSILON;
import static io.radam.QHAdamSettings.NU1;
import static io.radam.QHAdamSettings.NU2;

import java.util.List;

/** QHAdam. */
final class QHAdamDefinition extends AlgorithmDefinition {
    QHAdamDefinition() {
        super("qhadam", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, NU1, NU2, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
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
        h.check(NU1);
        h.check(NU2);
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
