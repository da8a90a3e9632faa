package io.radam.internal.schedule;

import static io.radam.CocobSettings.ALPHA;
import static io.radam.CocobSettings.EPSILON;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** COCOB: {@code cocob.h}. */
public final class CocobSchedule extends Schedule {
    private WeightDecay weightDecayMode;

    /** What gradients are multiplied by, beside their scale. */
    public float rate;
    /** How short the first steps are. */
    public float alpha;
    /** What stands for the largest gradient before the first one. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        alpha = (float) Math.abs(h.get(ALPHA));
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        decay(weightDecayMode);
        stepSize = 1;
        rate = (float) Math.abs(learningRate);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(rate);
        struct.add(alpha);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.COCOB(step, learningRate, gradScale, l2, decay, stepSize, rate, alpha, epsilon);
    }
}
