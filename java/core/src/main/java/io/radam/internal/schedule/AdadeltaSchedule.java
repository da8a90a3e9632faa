package io.radam.internal.schedule;

import static io.radam.AdadeltaSettings.EPSILON;
import static io.radam.AdadeltaSettings.RHO;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Adadelta: {@code adadelta.h}. */
public final class AdadeltaSchedule extends Schedule {
    private WeightDecay weightDecayMode;

    /** Decay rate of both averages. */
    public float rho;
    /** 1 minus that, rounded once. */
    public float oneMinusRho;
    /** What is added below the roots. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        double rhoAsDouble = h.get(RHO);
        rho = (float) rhoAsDouble;
        oneMinusRho = (float) (1 - rhoAsDouble);
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        decay(weightDecayMode);
        stepSize = (float) learningRate;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(rho);
        struct.add(oneMinusRho);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Adadelta(step, learningRate, gradScale, l2, decay, stepSize, rho, epsilon);
    }
}
