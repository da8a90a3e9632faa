package io.radam.internal.schedule;

import io.radam.Coefficients;
import io.radam.Coefficients.Mode;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.WeightDecay;

/**
 * From hyperparameters and a step number to coefficients: {@code adam.h} in Java, operation by operation, so that the
 * coefficients have the same bits. The comments there say where the formulas come from.
 */
public final class AdamSchedule {
    private final BetaPower beta1Power = new BetaPower();
    private final BetaPower beta2Power = new BetaPower();

    /** What gradients are multiplied by, beside their hyperparameter. */
    double gradientFactor = 1;

    long step;
    public Mode mode;
    boolean rectified;
    double rho;
    double rectification;
    double learningRate;
    public float gradScale;
    public float l2;
    public float beta1;
    public float oneMinusBeta1;
    public float beta2;
    public float oneMinusBeta2;
    public float stepSize;
    public float epsilon;
    public float decay;

    /** Computes the fields for a step, counted from 1. Does not allocate. */
    void compute(Hyperparameters h, long step) {
        this.step = step;
        double t = (double) step;
        beta1Power.compute(h.beta1(), step);
        beta2Power.compute(h.beta2(), step);
        rectify(h, t);
        learningRate = learningRateAt(h, t);
        double sqrtBiasCorrection2 = Math.sqrt(beta2Power.complement());
        boolean frozen = step <= h.frozenSteps();
        boolean skipped = !rectified && h.unrectified() == Unrectified.SKIP;

        mode = Mode.ADAPTIVE;
        double size = learningRate / beta1Power.complement();
        if (frozen) {
            mode = Mode.SECOND_MOMENT_ONLY;
        } else if (rectified) {
            size = learningRate * sqrtBiasCorrection2 * rectification / beta1Power.complement();
        } else if (!skipped) {
            mode = Mode.MOMENTUM;
        } else if (h.weightDecayMode() == WeightDecay.DECOUPLED && h.weightDecay() != 0) {
            mode = Mode.MOMENTUM; // decay of every step, and no update
            size = 0;
        } else {
            mode = Mode.MOMENTS_ONLY;
        }

        boolean isL2 = h.weightDecayMode() == WeightDecay.L2;
        gradScale = (float) ((h.maximize() ? -h.gradientScale() : h.gradientScale()) * gradientFactor);
        l2 = (float) (isL2 && !frozen ? h.weightDecay() : 0);
        beta1 = (float) h.beta1();
        oneMinusBeta1 = (float) (1 - h.beta1());
        beta2 = (float) h.beta2();
        oneMinusBeta2 = (float) (1 - h.beta2());
        stepSize = (float) size;
        epsilon = (float) (h.epsilonPlacement() == EpsilonPlacement.BIAS_CORRECTED
                ? h.epsilon() * sqrtBiasCorrection2
                : h.epsilon());
        decay = (float) (isL2 ? 0 : learningRate * h.weightDecay());
    }

    private static double learningRateAt(Hyperparameters h, double t) {
        double steps = (double) h.warmupSteps();
        return t < steps ? 1e-8 + t * h.learningRate() / steps : h.learningRate();
    }

    private void rectify(Hyperparameters h, double t) {
        if (!h.rectify()) {
            rectified = true;
            rho = 0;
            rectification = 1;
            return;
        }
        double limit = 2 / (1 - h.beta2()) - 1;
        rho = limit - 2 * t * beta2Power.power() / beta2Power.complement();
        boolean reached = h.rectifyAtThreshold() ? rho >= h.rhoThreshold() : rho > h.rhoThreshold();
        rectified = reached && limit > h.rhoThreshold();
        rectification = rectified
                ? Math.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
                : 0;
    }

    /** The coefficients of one step. */
    public static Coefficients coefficients(Hyperparameters hyperparameters, long step) {
        AdamSchedule schedule = new AdamSchedule();
        schedule.compute(hyperparameters, step);
        return new Coefficients(step, schedule.mode, schedule.rectified, schedule.rho, schedule.rectification,
                schedule.learningRate, schedule.stepSize, schedule.epsilon, schedule.decay, schedule.l2,
                schedule.gradScale);
    }
}
