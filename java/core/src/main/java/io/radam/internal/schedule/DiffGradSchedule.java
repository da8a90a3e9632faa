package io.radam.internal.schedule;

import static io.radam.DiffGradSettings.BETA1;
import static io.radam.DiffGradSettings.BETA2;
import static io.radam.DiffGradSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** diffGrad: {@code diffgrad.h}. */
public final class DiffGradSchedule extends Schedule {
    /** The Adam that has the same schedule. */
    private final AdamSchedule adam = new AdamSchedule();

    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is added to the root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), false);
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
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.DiffGrad(step, learningRate, gradScale, l2, decay, stepSize, epsilon);
    }
}
