package io.radam.internal.schedule;

import static io.radam.YogiSettings.BETA1;
import static io.radam.YogiSettings.BETA2;
import static io.radam.YogiSettings.EPSILON;
import static io.radam.YogiSettings.INITIAL_ACCUMULATOR;

import io.radam.Coefficients;
import io.radam.Hyperparameters;

/** Yogi: {@code yogi.h}. */
public final class YogiSchedule extends Schedule {
    /** The Adam that has the same schedule. */
    private final AdamSchedule adam = new AdamSchedule();
    private float initialAccumulatorOfFirstStep;

    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** The part of a squared gradient by which the second moment moves. */
    public float oneMinusBeta2;
    /** What is added to the denominator. */
    public float epsilon;
    /** What is added to both moments in this step; 0 but for step 1. */
    public float initialAccumulator;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), true);
        initialAccumulatorOfFirstStep = (float) (double) h.get(INITIAL_ACCUMULATOR);
        beta1 = adam.beta1;
        oneMinusBeta1 = adam.oneMinusBeta1;
        oneMinusBeta2 = adam.oneMinusBeta2;
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        l2 = adam.l2;
        decay = adam.decay;
        stepSize = adam.stepSize;
        epsilon = adam.epsilon;
        initialAccumulator = step == 1 ? initialAccumulatorOfFirstStep : 0;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(oneMinusBeta2);
        struct.add(epsilon);
        struct.add(initialAccumulator);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.Yogi(step, learningRate, gradScale, l2, decay, stepSize, epsilon, initialAccumulator);
    }
}
