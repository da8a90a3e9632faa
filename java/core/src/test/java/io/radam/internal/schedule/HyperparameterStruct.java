package io.radam.internal.schedule;

import io.radam.AdaBeliefSettings;
import io.radam.AdadeltaSettings;
import io.radam.AdagradSettings;
import io.radam.AdamSettings;
import io.radam.AdamaxSettings;
import io.radam.AdoptSettings;
import io.radam.Algorithm;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.LionSettings;
import io.radam.NAdamSettings;
import io.radam.QHAdamSettings;
import io.radam.RAdamSettings;
import io.radam.RMSpropSettings;
import io.radam.SgdSettings;
import io.radam.Unrectified;
import io.radam.WeightDecay;
import io.radam.YogiSettings;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_adabelief;
import io.radam.internal.ffi.radam_adadelta;
import io.radam.internal.ffi.radam_adagrad;
import io.radam.internal.ffi.radam_adam;
import io.radam.internal.ffi.radam_adamax;
import io.radam.internal.ffi.radam_adopt;
import io.radam.internal.ffi.radam_hyperparameters;
import io.radam.internal.ffi.radam_lion;
import io.radam.internal.ffi.radam_nadam;
import io.radam.internal.ffi.radam_qhadam;
import io.radam.internal.ffi.radam_rmsprop;
import io.radam.internal.ffi.radam_sgd;
import io.radam.internal.ffi.radam_yogi;
import java.lang.foreign.MemorySegment;

/** {@link Hyperparameters} as the C struct. */
final class HyperparameterStruct {
    private HyperparameterStruct() {
    }

    /** Writes every field but struct_size. */
    static void write(Hyperparameters h, MemorySegment struct) {
        radam_hyperparameters.algorithm(struct, StepCoefficients.nativeId(h.algorithm()));
        radam_hyperparameters.learning_rate(struct, h.learningRate());
        radam_hyperparameters.weight_decay(struct, h.weightDecay());
        radam_hyperparameters.grad_scale(struct, h.gradientScale());
        radam_hyperparameters.maximize(struct, h.maximize() ? 1 : 0);
        radam_hyperparameters.weight_decay_mode(struct, h.algorithm() == Algorithm.LION
                ? RadamH.RADAM_WEIGHT_DECAY_DECOUPLED()
                : weightDecayMode(h.get(Hyperparameters.WEIGHT_DECAY_MODE)));
        MemorySegment of = radam_hyperparameters.of(struct).fill((byte) 0);
        switch (h.algorithm().kind()) {
            case ADAM -> writeAdam(h, of);
            case SGD -> {
                radam_sgd.momentum(of, h.get(SgdSettings.MOMENTUM));
                radam_sgd.dampening(of, h.get(SgdSettings.DAMPENING));
                radam_sgd.nesterov(of, h.get(SgdSettings.NESTEROV) ? 1 : 0);
            }
            case LION -> {
                radam_lion.beta1(of, h.get(LionSettings.BETA1));
                radam_lion.beta2(of, h.get(LionSettings.BETA2));
            }
            case NADAM -> {
                radam_nadam.beta1(of, h.get(NAdamSettings.BETA1));
                radam_nadam.beta2(of, h.get(NAdamSettings.BETA2));
                radam_nadam.epsilon(of, h.get(NAdamSettings.EPSILON));
                radam_nadam.momentum_decay(of, h.get(NAdamSettings.MOMENTUM_DECAY));
            }
            case RMSPROP -> {
                radam_rmsprop.alpha(of, h.get(RMSpropSettings.ALPHA));
                radam_rmsprop.epsilon(of, h.get(RMSpropSettings.EPSILON));
                radam_rmsprop.momentum(of, h.get(RMSpropSettings.MOMENTUM));
                radam_rmsprop.centered(of, h.get(RMSpropSettings.CENTERED) ? 1 : 0);
                radam_rmsprop.epsilon_in_root(of, h.get(RMSpropSettings.EPSILON_IN_ROOT) ? 1 : 0);
            }
            case ADAGRAD -> {
                radam_adagrad.epsilon(of, h.get(AdagradSettings.EPSILON));
                radam_adagrad.learning_rate_decay(of, h.get(AdagradSettings.LEARNING_RATE_DECAY));
                radam_adagrad.initial_accumulator(of, h.get(AdagradSettings.INITIAL_ACCUMULATOR));
            }
            case ADAMAX -> {
                radam_adamax.beta1(of, h.get(AdamaxSettings.BETA1));
                radam_adamax.beta2(of, h.get(AdamaxSettings.BETA2));
                radam_adamax.epsilon(of, h.get(AdamaxSettings.EPSILON));
            }
            case ADADELTA -> {
                radam_adadelta.rho(of, h.get(AdadeltaSettings.RHO));
                radam_adadelta.epsilon(of, h.get(AdadeltaSettings.EPSILON));
            }
            case ADOPT -> {
                radam_adopt.beta1(of, h.get(AdoptSettings.BETA1));
                radam_adopt.beta2(of, h.get(AdoptSettings.BETA2));
                radam_adopt.epsilon(of, h.get(AdoptSettings.EPSILON));
                radam_adopt.clip(of, h.get(AdoptSettings.CLIP) ? 1 : 0);
            }
            case QHADAM -> {
                radam_qhadam.beta1(of, h.get(QHAdamSettings.BETA1));
                radam_qhadam.beta2(of, h.get(QHAdamSettings.BETA2));
                radam_qhadam.nu1(of, h.get(QHAdamSettings.NU1));
                radam_qhadam.nu2(of, h.get(QHAdamSettings.NU2));
                radam_qhadam.epsilon(of, h.get(QHAdamSettings.EPSILON));
            }
            case YOGI -> {
                radam_yogi.beta1(of, h.get(YogiSettings.BETA1));
                radam_yogi.beta2(of, h.get(YogiSettings.BETA2));
                radam_yogi.epsilon(of, h.get(YogiSettings.EPSILON));
                radam_yogi.initial_accumulator(of, h.get(YogiSettings.INITIAL_ACCUMULATOR));
            }
            case ADABELIEF -> {
                radam_adabelief.beta1(of, h.get(AdaBeliefSettings.BETA1));
                radam_adabelief.beta2(of, h.get(AdaBeliefSettings.BETA2));
                radam_adabelief.epsilon(of, h.get(AdaBeliefSettings.EPSILON));
                radam_adabelief.amsgrad(of, h.get(AdaBeliefSettings.AMSGRAD) ? 1 : 0);
                radam_adabelief.rectify(of, h.get(AdaBeliefSettings.RECTIFY) ? 1 : 0);
                radam_adabelief.unrectified(of, unrectified(h.get(AdaBeliefSettings.UNRECTIFIED)));
                radam_adabelief.fixed_weight_decay(of, h.get(AdaBeliefSettings.FIXED_WEIGHT_DECAY) ? 1 : 0);
            }
        }
    }

    private static void writeAdam(Hyperparameters h, MemorySegment adam) {
        radam_adam.beta1(adam, h.get(AdamSettings.BETA1));
        radam_adam.beta2(adam, h.get(AdamSettings.BETA2));
        radam_adam.epsilon(adam, h.get(AdamSettings.EPSILON));
        radam_adam.epsilon_placement(adam, h.get(AdamSettings.EPSILON_PLACEMENT) == EpsilonPlacement.PLAIN
                ? RadamH.RADAM_EPSILON_PLAIN()
                : RadamH.RADAM_EPSILON_BIAS_CORRECTED());
        radam_adam.amsgrad(adam, h.get(AdamSettings.AMSGRAD) ? 1 : 0);
        radam_adam.rectify(adam, h.get(RAdamSettings.RECTIFY) ? 1 : 0);
        radam_adam.unrectified(adam, unrectified(h.get(RAdamSettings.UNRECTIFIED)));
        radam_adam.rho_threshold(adam, h.get(RAdamSettings.RHO_THRESHOLD));
        radam_adam.rectify_at_threshold(adam, h.get(RAdamSettings.RECTIFY_AT_THRESHOLD) ? 1 : 0);
        radam_adam.warmup_steps(adam, h.get(AdamSettings.WARMUP_STEPS));
        radam_adam.frozen_steps(adam, h.get(AdamSettings.FROZEN_STEPS));
    }

    private static int unrectified(Unrectified unrectified) {
        return unrectified == Unrectified.SKIP
                ? RadamH.RADAM_UNRECTIFIED_SKIP()
                : RadamH.RADAM_UNRECTIFIED_MOMENTUM();
    }

    private static int weightDecayMode(WeightDecay mode) {
        return switch (mode) {
            case L2 -> RadamH.RADAM_WEIGHT_DECAY_L2();
            case DECOUPLED -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED();
            case DECOUPLED_ON_UPDATE -> RadamH.RADAM_WEIGHT_DECAY_DECOUPLED_ON_UPDATE();
        };
    }
}
