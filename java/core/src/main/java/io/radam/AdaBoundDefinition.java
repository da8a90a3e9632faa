package io.radam;

import static io.radam.AdaBoundSettings.AMSGRAD;
import static io.radam.AdaBoundSettings.BASE_LEARNING_RATE;
import static io.radam.AdaBoundSettings.BETA1;
import static io.radam.AdaBoundSettings.BETA2;
import static io.radam.AdaBoundSettings.EPSILON;
import static io.radam.AdaBoundSettings.FINAL_LEARNING_RATE;
import static io.radam.AdaBoundSettings.FIXED_WEIGHT_DECAY;
import static io.radam.AdaBoundSettings.GAMMA;

import java.util.List;

/** AdaBound. */
final class AdaBoundDefinition extends AlgorithmDefinition {
    private static final StateBuffer MAX_EXP_AVG_SQ = new StateBuffer("max_exp_avg_sq", false, 0);

    AdaBoundDefinition() {
        super("adabound", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, FINAL_LEARNING_RATE,
                BASE_LEARNING_RATE, GAMMA, Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE,
                FIXED_WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, AMSGRAD),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0),
                        MAX_EXP_AVG_SQ));
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return buffer != MAX_EXP_AVG_SQ || h.get(AMSGRAD);
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(FINAL_LEARNING_RATE);
        h.check(BASE_LEARNING_RATE);
        h.check(GAMMA);
    }
}
