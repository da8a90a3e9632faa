package io.radam.internal.schedule;

import static io.radam.LionSettings.BETA1;
import static io.radam.LionSettings.BETA2;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Lion: {@code lion.h}. */
public final class LionSchedule extends Schedule {
    /** Weight of the average in the update. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the average. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        beta1 = (float) (double) h.get(BETA1);
        oneMinusBeta1 = (float) (1 - h.get(BETA1));
        beta2 = (float) (double) h.get(BETA2);
        oneMinusBeta2 = (float) (1 - h.get(BETA2));
    }

    @Override
    void compute(long step) {
        decay(WeightDecay.DECOUPLED);
        stepSize = (float) learningRate;
    }

    @Override
    void write(CoefficientStruct struct) {
        struct.add(decay);
        struct.add(stepSize);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Lion(step, learningRate, gradScale, decay, stepSize);
    }
}
