package io.radam;

import static io.radam.AdamSettings.AMSGRAD;
import static io.radam.AdamSettings.BETA1;
import static io.radam.AdamSettings.BETA2;
import static io.radam.AdamSettings.EPSILON;
import static io.radam.AdamSettings.EPSILON_PLACEMENT;
import static io.radam.AdamSettings.FROZEN_STEPS;
import static io.radam.AdamSettings.WARMUP_STEPS;
import static io.radam.RAdamSettings.RECTIFY;
import static io.radam.RAdamSettings.RECTIFY_AT_THRESHOLD;
import static io.radam.RAdamSettings.RHO_THRESHOLD;
import static io.radam.RAdamSettings.UNRECTIFIED;

import java.util.List;

/** Adam, AdamW and RAdam. */
final class AdamDefinition extends AlgorithmDefinition {
    private static final StateBuffer EXP_AVG = new StateBuffer("exp_avg", true, 0);
    private static final StateBuffer EXP_AVG_SQ = new StateBuffer("exp_avg_sq", false, 0);
    private static final StateBuffer MAX_EXP_AVG_SQ = new StateBuffer("max_exp_avg_sq", false, 0);

    AdamDefinition() {
        super("adam", List.of(Hyperparameters.LEARNING_RATE, BETA1, BETA2, EPSILON, EPSILON_PLACEMENT,
                Hyperparameters.WEIGHT_DECAY, Hyperparameters.WEIGHT_DECAY_MODE, Hyperparameters.MAXIMIZE,
                Hyperparameters.GRADIENT_SCALE, AMSGRAD, RECTIFY, UNRECTIFIED, RHO_THRESHOLD, RECTIFY_AT_THRESHOLD,
                WARMUP_STEPS, FROZEN_STEPS),
                List.of(EXP_AVG, EXP_AVG_SQ, MAX_EXP_AVG_SQ));
    }

    @Override
    boolean isPresent(StateBuffer buffer, Hyperparameters h) {
        return buffer != MAX_EXP_AVG_SQ || h.get(AMSGRAD);
    }

    @Override
    void check(Hyperparameters h) {
        h.check(Hyperparameters.LEARNING_RATE);
        h.check(BETA1);
        h.check(BETA2);
        double learningRate = h.learningRate();
        double beta1 = h.get(BETA1);
        double beta2 = h.get(BETA2);
        // No step size is larger than learningRate / (1 - beta1), with the largest learning rate, which warm-up may
        // raise by its 1e-8. So no coefficient of any step overflows.
        double largestLearningRate = h.get(WARMUP_STEPS) > 0 ? 1e-8 + learningRate : learningRate;
        require(Float.isFinite((float) (largestLearningRate / (1 - beta1))),
                "learningRate / (1 - beta1) overflows float32: learningRate is %s, beta1 %s", learningRate, beta1);
        h.check(EPSILON);
        checkWeightDecay(h, largestLearningRate);
        h.check(Hyperparameters.GRADIENT_SCALE);
        boolean rectify = h.get(RECTIFY);
        double rhoThreshold = h.get(RHO_THRESHOLD);
        require(!rectify || rhoThreshold >= 4 && Double.isFinite(rhoThreshold),
                "rhoThreshold must be finite and at least 4, but is %s", rhoThreshold);
        h.check(WARMUP_STEPS);
        h.check(FROZEN_STEPS);
        if (rectify) {
            checkRectifies(beta2, rhoThreshold, h.get(UNRECTIFIED));
        }
    }
}
