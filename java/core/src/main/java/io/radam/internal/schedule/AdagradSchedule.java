package io.radam.internal.schedule;

import static io.radam.AdagradSettings.EPSILON;
import static io.radam.AdagradSettings.INITIAL_ACCUMULATOR;
import static io.radam.AdagradSettings.LEARNING_RATE_DECAY;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** Adagrad: {@code adagrad.h}. */
public final class AdagradSchedule extends Schedule {
    private double learningRateDecay;
    private float initialAccumulatorOfFirstStep;
    private WeightDecay weightDecayMode;

    /** What is added to the root. */
    public float epsilon;
    /** What is added to sums in this step; 0 but for step 1. */
    public float initialAccumulator;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        learningRateDecay = h.get(LEARNING_RATE_DECAY);
        initialAccumulatorOfFirstStep = (float) (double) h.get(INITIAL_ACCUMULATOR);
        epsilon = (float) (double) h.get(EPSILON);
    }

    @Override
    void compute(long step) {
        learningRate = learningRate / (1 + (double) (step - 1) * learningRateDecay);
        decay(weightDecayMode);
        stepSize = (float) learningRate;
        initialAccumulator = step == 1 ? initialAccumulatorOfFirstStep : 0;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(epsilon);
        struct.add(initialAccumulator);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Adagrad(step, learningRate, gradScale, l2, decay, stepSize,
                epsilon, initialAccumulator);
    }
}
