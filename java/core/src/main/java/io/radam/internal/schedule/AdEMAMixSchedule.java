package io.radam.internal.schedule;

import static io.radam.AdEMAMixSettings.ALPHA;
import static io.radam.AdEMAMixSettings.ALPHA_WARMUP_STEPS;
import static io.radam.AdEMAMixSettings.BETA1;
import static io.radam.AdEMAMixSettings.BETA2;
import static io.radam.AdEMAMixSettings.BETA3;
import static io.radam.AdEMAMixSettings.BETA3_WARMUP_STEPS;
import static io.radam.AdEMAMixSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** AdEMAMix: {@code ademamix.h}. */
public final class AdEMAMixSchedule extends Schedule {
    /** The Adam that has the same schedule. */
    private final AdamSchedule adam = new AdamSchedule();
    private final BetaPower beta1Power = new BetaPower();
    private final HalfLife halfLife = new HalfLife();
    private double beta1AsDouble;
    private double beta3AsDouble;
    private double lastAlpha;
    private long alphaWarmupSteps;
    private long beta3WarmupSteps;

    /** Decay rate of the fast average. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** Decay rate of the slow average in this step. */
    public float beta3;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta3;
    /** What the slow average is multiplied by, with the correction that the step size has of the fast one. */
    public float alpha;
    /** What is added to the root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        beta1AsDouble = h.get(BETA1);
        beta3AsDouble = h.get(BETA3);
        lastAlpha = h.get(ALPHA);
        alphaWarmupSteps = h.get(ALPHA_WARMUP_STEPS);
        beta3WarmupSteps = h.get(BETA3_WARMUP_STEPS);
        adam.configure(h, beta1AsDouble, h.get(BETA2), h.get(EPSILON), true);
        beta1 = adam.beta1;
        oneMinusBeta1 = adam.oneMinusBeta1;
        beta2 = adam.beta2;
        oneMinusBeta2 = adam.oneMinusBeta2;
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        l2 = adam.l2;
        decay = adam.decay;
        stepSize = adam.stepSize;
        epsilon = adam.epsilon;
        if (step < beta3WarmupSteps) {
            halfLife.compute(beta1AsDouble, beta3AsDouble, partOf(step, beta3WarmupSteps));
            beta3 = (float) halfLife.rate();
            oneMinusBeta3 = (float) halfLife.complement();
        } else {
            beta3 = (float) beta3AsDouble;
            oneMinusBeta3 = (float) (1 - beta3AsDouble);
        }
        double now = step < alphaWarmupSteps ? partOf(step, alphaWarmupSteps) * lastAlpha : lastAlpha;
        beta1Power.compute(beta1AsDouble, step);
        alpha = (float) (now * beta1Power.complement());
    }

    private static double partOf(long step, long steps) {
        return (double) step / (double) steps;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(beta3);
        struct.add(oneMinusBeta3);
        struct.add(alpha);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdEMAMix(step, learningRate, gradScale, l2, decay, stepSize, beta3, oneMinusBeta3, alpha,
                epsilon);
    }
}
