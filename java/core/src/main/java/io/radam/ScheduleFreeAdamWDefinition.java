package io.radam;

import static io.radam.ScheduleFreeAdamWSettings.BETA1;
import static io.radam.ScheduleFreeAdamWSettings.BETA2;
import static io.radam.ScheduleFreeAdamWSettings.EPSILON;
import static io.radam.ScheduleFreeAdamWSettings.INNER_MOMENTUM;
import static io.radam.ScheduleFreeAdamWSettings.R;
import static io.radam.ScheduleFreeAdamWSettings.RECTIFY;
import static io.radam.ScheduleFreeAdamWSettings.SILENT_SGD_PHASE;
import static io.radam.ScheduleFreeAdamWSettings.WARMUP_STEPS;
import static io.radam.ScheduleFreeAdamWSettings.WEIGHT_LR_POWER;

import java.util.List;

/** Schedule-Free AdamW, and with rectification Schedule-Free RAdam. */
final class ScheduleFreeAdamWDefinition extends AlgorithmDefinition {
    private static final double RHO_THRESHOLD = 4;
    private static final StateBuffer EXP_AVG = new StateBuffer("exp_avg", true, 0);

    ScheduleFreeAdamWDefinition() {
        super("schedulefree_adamw", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, R, WEIGHT_LR_POWER,
                INNER_MOMENTUM, WARMUP_STEPS, Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE,
                Hyperparameters.MAXIMIZE, Hyperparameters.GRADIENT_SCALE, RECTIFY, SILENT_SGD_PHASE),
                List.of(new StateBuffer("z_minus_param", true, 0), new StateBuffer("exp_avg_sq", false, 0), EXP_AVG));
    }

    @Override
    void setDefaults(Hyperparameters.Builder defaults) {
        defaults.set(Hyperparameters.LEARNING_RATE, 0.0025);
        defaults.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED);
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return buffer != EXP_AVG || h.get(INNER_MOMENTUM) != 0;
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        h.check(BETA1);
        h.check(INNER_MOMENTUM);
        h.check(R);
        h.check(WEIGHT_LR_POWER);
        h.check(WARMUP_STEPS);
        require(!h.get(RECTIFY) || h.get(WARMUP_STEPS) == 0,
                "warmupSteps must be 0 with rectification, which is a warm-up, but is %s", h.get(WARMUP_STEPS));
        h.check(BETA2);
        require(Float.isFinite((float) (h.learningRate() / (1 - h.get(INNER_MOMENTUM)))),
                "learningRate / (1 - innerMomentum) overflows float32: learningRate is %s, innerMomentum %s",
                h.learningRate(), h.get(INNER_MOMENTUM));
        h.check(EPSILON);
        checkWeightDecay(h, h.learningRate());
        h.check(Hyperparameters.GRADIENT_SCALE);
        if (h.get(RECTIFY)) {
            double rhoInfinity = 2 / (1 - h.get(BETA2)) - 1;
            require(!h.get(SILENT_SGD_PHASE) || rhoInfinity > RHO_THRESHOLD,
                    "with beta2 = %s no step would ever move a parameter: rho stays below %s, the threshold is %s, and "
                            + "unrectified steps are silent. Raise beta2, or do without silentSgdPhase",
                    h.get(BETA2), rhoInfinity, RHO_THRESHOLD);
        }
    }
}
