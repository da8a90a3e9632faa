package io.radam;

import static io.radam.AdamPSettings.BETA1;
import static io.radam.AdamPSettings.BETA2;
import static io.radam.AdamPSettings.DELTA;
import static io.radam.AdamPSettings.EPSILON;
import static io.radam.AdamPSettings.NESTEROV;
import static io.radam.AdamPSettings.WD_RATIO;

import java.util.List;

/** AdamP. */
final class AdamPDefinition extends AlgorithmDefinition {
    AdamPDefinition() {
        super("adamp", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, DELTA, WD_RATIO, NESTEROV,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    /** It has the numerator of Nesterov's update. */
    @Override
    Algorithm steppedBy() {
        return Algorithm.NADAM;
    }

    @Override
    boolean measuresRows() {
        return true;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(DELTA);
        h.check(WD_RATIO);
    }
}
