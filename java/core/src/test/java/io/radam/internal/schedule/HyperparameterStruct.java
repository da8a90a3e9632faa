package io.radam.internal.schedule;

import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.MemorySegment;

/** {@link Hyperparameters} as the C struct. */
final class HyperparameterStruct {
    private HyperparameterStruct() {
    }

    /** Writes every field but struct_size. */
    static void write(Hyperparameters h, MemorySegment struct) {
        radam_hyperparameters.algorithm(struct, h.rectify()
                ? RadamH.RADAM_ALGORITHM_RADAM()
                : RadamH.RADAM_ALGORITHM_ADAM());
        radam_hyperparameters.unrectified(struct, h.unrectified() == Unrectified.SKIP
                ? RadamH.RADAM_UNRECTIFIED_SKIP()
                : RadamH.RADAM_UNRECTIFIED_MOMENTUM());
        radam_hyperparameters.rectify_at_threshold(struct, h.rectifyAtThreshold() ? 1 : 0);
        radam_hyperparameters.epsilon_placement(struct, h.epsilonPlacement() == EpsilonPlacement.PLAIN
                ? RadamH.RADAM_EPSILON_PLAIN()
                : RadamH.RADAM_EPSILON_BIAS_CORRECTED());
        radam_hyperparameters.weight_decay_mode(struct, weightDecayMode(h.weightDecayMode()));
        radam_hyperparameters.maximize(struct, h.maximize() ? 1 : 0);
        radam_hyperparameters.learning_rate(struct, h.learningRate());
        radam_hyperparameters.beta1(struct, h.beta1());
        radam_hyperparameters.beta2(struct, h.beta2());
        radam_hyperparameters.epsilon(struct, h.epsilon());
        radam_hyperparameters.weight_decay(struct, h.weightDecay());
        radam_hyperparameters.grad_scale(struct, h.gradientScale());
        radam_hyperparameters.rho_threshold(struct, h.rhoThreshold());
        radam_hyperparameters.warmup_steps(struct, h.warmupSteps());
        radam_hyperparameters.frozen_steps(struct, h.frozenSteps());
    }

    private static int weightDecayMode(WeightDecay mode) {
        return switch (mode) {
            case L2 -> RadamH.RADAM_WEIGHT_DECAY_L2();
            case DECOUPLED -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED();
            case DECOUPLED_ON_UPDATE -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE();
        };
    }
}
