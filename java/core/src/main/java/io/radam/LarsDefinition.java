package io.radam;

import static io.radam.LarsSettings.ADAPT;
import static io.radam.LarsSettings.DAMPENING;
import static io.radam.LarsSettings.DECAYED_NORM;
import static io.radam.LarsSettings.EPSILON;
import static io.radam.LarsSettings.MOMENTUM;
import static io.radam.LarsSettings.NESTEROV;
import static io.radam.LarsSettings.TRUST_CLIP;
import static io.radam.LarsSettings.TRUST_COEFFICIENT;

import java.util.List;

/** LARS. */
final class LarsDefinition extends AlgorithmDefinition {
    LarsDefinition() {
        super("lars", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, DAMPENING, NESTEROV, TRUST_COEFFICIENT, EPSILON,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, ADAPT,
                TRUST_CLIP, DECAYED_NORM), List.of(new StateBuffer("momentum_buffer", true, 0)));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 1.0);
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return h.get(MOMENTUM) > 0;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsSgd(h, MOMENTUM, DAMPENING, NESTEROV);
        h.check(TRUST_COEFFICIENT);
        h.check(EPSILON);
    }
}
