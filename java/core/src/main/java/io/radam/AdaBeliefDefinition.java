package io.radam;

import static io.radam.AdaBeliefSettings.AMSGRAD;
import static io.radam.AdaBeliefSettings.BETA1;
import static io.radam.AdaBeliefSettings.BETA2;
import static io.radam.AdaBeliefSettings.EPSILON;
import static io.radam.AdaBeliefSettings.FIXED_WEIGHT_DECAY;
import static io.radam.AdaBeliefSettings.RECTIFY;
import static io.radam.AdaBeliefSettings.UNRECTIFIED;

import java.util.List;

/** AdaBelief. */
final class AdaBeliefDefinition extends AlgorithmDefinition {
    private static final double RHO_THRESHOLD = 5;
    private static final StateBuffer MAX_EXP_AVG_VAR = new StateBuffer("max_exp_avg_var", false, 0);

    AdaBeliefDefinition() {
        super("adabelief", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, FIXED_WEIGHT_DECAY,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, AMSGRAD, RECTIFY, UNRECTIFIED),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_var", false, 0),
                        MAX_EXP_AVG_VAR));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED);
        defaults.set(RECTIFY, true);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return buffer != MAX_EXP_AVG_VAR || h.get(AMSGRAD) && !h.get(RECTIFY);
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        if (h.get(RECTIFY)) {
            checkRectifies(h.get(BETA2), RHO_THRESHOLD, h.get(UNRECTIFIED));
        }
    }
}
