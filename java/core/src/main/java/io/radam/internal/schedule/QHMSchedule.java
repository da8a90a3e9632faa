package io.radam.internal.schedule;

import static io.radam.QHMSettings.MOMENTUM;
import static io.radam.QHMSettings.NU;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** QHM: {@code qhm.h}. */
public final class QHMSchedule extends Schedule {
    private WeightDecay weightDecayMode;

    /** Decay rate of the average of gradients. */
    public float momentum;
    /** 1 minus that, rounded once. */
    public float oneMinusMomentum;
    /** The average's part of the update. */
    public float nu;
    /** 1 minus that, rounded once. */
    public float oneMinusNu;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        momentum = (float) (double) h.get(MOMENTUM);
        oneMinusMomentum = (float) (1 - h.get(MOMENTUM));
        nu = (float) (double) h.get(NU);
        oneMinusNu = (float) (1 - h.get(NU));
    }

    @Override
    void compute(long step) {
        decay(weightDecayMode);
        stepSize = (float) learningRate;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(momentum);
        struct.add(oneMinusMomentum);
        struct.add(nu);
        struct.add(oneMinusNu);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.QHM(step, learningRate, gradScale, l2, decay, stepSize);
    }
}
