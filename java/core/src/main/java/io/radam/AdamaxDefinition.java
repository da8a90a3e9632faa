package io.radam;

import static io.radam.AdamaxSettings.BETA1;
import static io.radam.AdamaxSettings.BETA2;
import static io.radam.AdamaxSettings.EPSILON;

import java.util.List;

/** Adamax. */
final class AdamaxDefinition extends AlgorithmDefinition {
    AdamaxDefinition() {
        super("adamax", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, Hyperparameters.WEIGHT_DECAY,
                Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_inf", false, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 2e-3);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        h.check(BETA1);
        h.check(BETA2);
        require(Float.isFinite((float) (h.learningRate() / (1 - h.get(BETA1)))),
                "learningRate / (1 - beta1) overflows float32: learningRate is %s, beta1 %s", h.learningRate(),
                h.get(BETA1));
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
    }
}
