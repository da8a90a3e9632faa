package io.radam;

import static io.radam.AdoptSettings.BETA1;
import static io.radam.AdoptSettings.BETA2;
import static io.radam.AdoptSettings.CLIP;
import static io.radam.AdoptSettings.EPSILON;

import java.util.List;

/** ADOPT. */
final class AdoptDefinition extends AlgorithmDefinition {
    AdoptDefinition() {
        super("adopt", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, CLIP, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(CLIP, true);
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
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
