package io.radam;

import static io.radam.PadamSettings.AMSGRAD;
import static io.radam.PadamSettings.BETA1;
import static io.radam.PadamSettings.BETA2;
import static io.radam.PadamSettings.EPSILON;
import static io.radam.PadamSettings.PARTIAL;

import java.util.List;

/** Padam. */
final class PadamDefinition extends AlgorithmDefinition {
    private static final StateBuffer MAX_EXP_AVG_SQ = new StateBuffer("max_exp_avg_sq", false, 0);

    PadamDefinition() {
        super("padam", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, PARTIAL,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE, AMSGRAD),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0),
                        MAX_EXP_AVG_SQ));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 0.1);
        defaults.set(AMSGRAD, true);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return buffer != MAX_EXP_AVG_SQ || h.get(AMSGRAD);
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(PARTIAL);
    }
}
