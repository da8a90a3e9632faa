package io.radam;

import static io.radam.SgdPSettings.DAMPENING;
import static io.radam.SgdPSettings.DELTA;
import static io.radam.SgdPSettings.EPSILON;
import static io.radam.SgdPSettings.MOMENTUM;
import static io.radam.SgdPSettings.NESTEROV;
import static io.radam.SgdPSettings.WD_RATIO;

import java.util.List;

/** SGDP. */
final class SgdPDefinition extends AlgorithmDefinition {
    SgdPDefinition() {
        super("sgdp", List.of(Hyperparameters.LEARNING_RATE, MOMENTUM, DAMPENING, NESTEROV, EPSILON, DELTA, WD_RATIO,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("momentum_buffer", true, 0)));
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.SGD;
    }

    @Override
    boolean measuresRows() {
        return true;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return h.get(MOMENTUM) > 0;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsSgd(h, MOMENTUM, DAMPENING, NESTEROV);
        require(Float.isFinite((float) (h.learningRate() / (1 - h.get(MOMENTUM)) * h.weightDecay())),
                "learningRate / (1 - momentum) * weightDecay overflows float32: learningRate is %s, momentum %s, "
                        + "weightDecay %s", h.learningRate(), h.get(MOMENTUM), h.weightDecay());
        h.check(EPSILON);
        h.check(DELTA);
        h.check(WD_RATIO);
    }
}
