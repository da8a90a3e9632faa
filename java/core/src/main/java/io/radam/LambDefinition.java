package io.radam;

import static io.radam.LambSettings.ADAPT;
import static io.radam.LambSettings.BETA1;
import static io.radam.LambSettings.BETA2;
import static io.radam.LambSettings.BIAS_CORRECTION;
import static io.radam.LambSettings.DECAY_APART;
import static io.radam.LambSettings.EPSILON;
import static io.radam.LambSettings.GRAD_AVERAGING;
import static io.radam.LambSettings.MAX_PARAM_NORM;
import static io.radam.LambSettings.TRUST_CLIP;

import java.util.List;

/** LAMB. */
final class LambDefinition extends AlgorithmDefinition {
    LambDefinition() {
        super("lamb", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, MAX_PARAM_NORM, BIAS_CORRECTION,
                GRAD_AVERAGING, ADAPT, TRUST_CLIP, DECAY_APART),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.WEIGHT_DECAY, 0.01);
        defaults.set(BIAS_CORRECTION, true);
        defaults.set(GRAD_AVERAGING, true);
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.ADAM;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        double beta1 = h.get(BETA1);
        require(h.get(GRAD_AVERAGING) || Float.isFinite((float) (h.learningRate() / (1 - beta1) / (1 - beta1))),
                "without gradAveraging, learningRate / (1 - beta1)^2 overflows float32: learningRate is %s, beta1 %s",
                h.learningRate(), beta1);
        h.check(MAX_PARAM_NORM);
    }
}
