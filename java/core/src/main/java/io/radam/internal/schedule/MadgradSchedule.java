package io.radam.internal.schedule;

import static io.radam.MadgradSettings.EPSILON;
import static io.radam.MadgradSettings.MOMENTUM;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** MADGRAD: {@code madgrad.h}. */
public final class MadgradSchedule extends Schedule {
    private double epsilonAsDouble;
    private double weightDecay;
    private boolean isL2;

    /** The weight of a gradient in the sums. */
    public float rate;
    /** What is added to the cube root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        epsilonAsDouble = h.get(EPSILON);
        weightDecay = h.weightDecay();
        isL2 = h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.L2;
        stepSize = (float) (1 - h.get(MOMENTUM));
        epsilon = (float) epsilonAsDouble;
    }

    @Override
    void compute(long step) {
        double added = learningRate == 0 ? 0 : learningRate + epsilonAsDouble;
        double weight = added * Math.sqrt((double) step);
        rate = (float) (weight < 0x1p63 ? weight : 0x1p63);
        l2 = (float) (isL2 ? weightDecay : 0);
        decay = (float) (isL2 ? 0 : added * weightDecay);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(rate);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.MADGRAD(step, learningRate, gradScale, l2, decay, stepSize, rate, epsilon);
    }
}
