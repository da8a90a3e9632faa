package io.radam.internal.schedule;

import static io.radam.AdaModSettings.BETA1;
import static io.radam.AdaModSettings.BETA2;
import static io.radam.AdaModSettings.BETA3;
import static io.radam.AdaModSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** AdaMod: {@code adamod.h}. */
public final class AdaModSchedule extends Schedule {
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
    /** Decay rate of the average of learning rates. */
    public float beta3;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta3;
    /** What is divided to be an element's learning rate. */
    public float rate;
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
        beta3 = (float) (double) h.get(BETA3);
        oneMinusBeta3 = (float) (1 - h.get(BETA3));
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        l2 = adam.l2;
        decay = adam.decay;
        stepSize = 1;
        rate = Math.abs(adam.stepSize);
        epsilon = adam.epsilon;
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
        struct.add(rate);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdaMod(step, learningRate, gradScale, l2, decay, stepSize, rate, epsilon);
    }
}
