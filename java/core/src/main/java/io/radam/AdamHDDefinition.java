package io.radam;

import static io.radam.AdamHDSettings.BETA1;
import static io.radam.AdamHDSettings.BETA2;
import static io.radam.AdamHDSettings.EPSILON;
import static io.radam.AdamHDSettings.HYPERGRAD_LR;

import java.util.List;

/** Adam with hypergradient descent. */
final class AdamHDDefinition extends AlgorithmDefinition {
    AdamHDDefinition() {
        super("adam_hd", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, HYPERGRAD_LR,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE),
                List.of(new StateBuffer("exp_avg", true, 0), new StateBuffer("exp_avg_sq", false, 0)));
    }

    @Override
    Algorithm steppedBy() {
        return Algorithm.ADAM;
    }

    @Override
    boolean movesLearningRate() {
        return true;
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return true;
    }

    @Override
    void check(Hyperparameters h) {
        checkAsAdam(h, BETA1, BETA2, EPSILON);
        h.check(HYPERGRAD_LR);
        require(Float.isFinite((float) (h.get(HYPERGRAD_LR) / (1 - h.get(BETA1)))),
                "hypergradLr / (1 - beta1) overflows float32: hypergradLr is %s, beta1 %s", h.get(HYPERGRAD_LR),
                h.get(BETA1));
    }
}
