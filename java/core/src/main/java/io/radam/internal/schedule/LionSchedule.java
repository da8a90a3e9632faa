package io.radam.internal.schedule;

import static io.radam.LionSettings.BETA1;
import static io.radam.LionSettings.BETA2;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;

/** Lion: {@code lion.h}. */
public final class LionSchedule extends Schedule {
    /** Whether elements stay whose update does not have the sign of the gradient. */
    public final boolean cautious;
    /** Weight of the average in the update. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the average. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;

    LionSchedule(boolean cautious) {
        this.cautious = cautious;
    }

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
    int mode() {
        return cautious ? RadamH.RADAM_MODE_CAUTIOUS() : 0;
    }

    @Override
    void write(CoefficientStruct struct) {
        write(struct, stepSize);
    }

    /** Writes the coefficients with another step size. */
    void write(CoefficientStruct struct, float stepSize) {
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
