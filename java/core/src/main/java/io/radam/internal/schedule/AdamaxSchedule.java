package io.radam.internal.schedule;

import static io.radam.AdamaxSettings.BETA1;
import static io.radam.AdamaxSettings.BETA2;
import static io.radam.AdamaxSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Adamax: {@code adamax.h}. */
public final class AdamaxSchedule extends Schedule {
    private final BetaPower beta1Power = new BetaPower();
    private double beta1AsDouble;
    private WeightDecay weightDecayMode;

    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the largest magnitude. */
    public float beta2;
    /** What is added to magnitudes. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        beta1AsDouble = h.get(BETA1);
        beta1 = (float) beta1AsDouble;
        oneMinusBeta1 = (float) (1 - beta1AsDouble);
        beta2 = (float) (double) h.get(BETA2);
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        beta1Power.compute(beta1AsDouble, step);
        decay(weightDecayMode);
        stepSize = (float) (learningRate / beta1Power.complement());
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Adamax(step, learningRate, gradScale, l2, decay, stepSize, epsilon);
    }
}
