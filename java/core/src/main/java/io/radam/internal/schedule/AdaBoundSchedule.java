package io.radam.internal.schedule;

import static io.radam.AdaBoundSettings.BASE_LEARNING_RATE;
import static io.radam.AdaBoundSettings.BETA1;
import static io.radam.AdaBoundSettings.BETA2;
import static io.radam.AdaBoundSettings.EPSILON;
import static io.radam.AdaBoundSettings.FINAL_LEARNING_RATE;
import static io.radam.AdaBoundSettings.FIXED_WEIGHT_DECAY;
import static io.radam.AdaBoundSettings.GAMMA;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** AdaBound: {@code adabound.h}. */
public final class AdaBoundSchedule extends Schedule {
    /** The Adam that has the same schedule. */
    private final AdamSchedule adam = new AdamSchedule();
    private double finalLearningRate;
    private double baseLearningRate;
    private double gamma;
    private boolean isFixedDecay;
    private double weightDecay;

    /** Decay rate of the first moment. */
    public float beta1;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta1;
    /** Decay rate of the second moment. */
    public float beta2;
    /** 1 minus that, rounded once. */
    public float oneMinusBeta2;
    /** What is divided to be an element's learning rate. */
    public float rate;
    /** An element's learning rate is at least this. */
    public float lower;
    /** An element's learning rate is at most this. */
    public float upper;
    /** What is added to the root. */
    public float epsilon;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        adam.configure(h, h.get(BETA1), h.get(BETA2), h.get(EPSILON), false);
        finalLearningRate = h.get(FINAL_LEARNING_RATE);
        baseLearningRate = h.get(BASE_LEARNING_RATE);
        gamma = h.get(GAMMA);
        isFixedDecay = h.get(FIXED_WEIGHT_DECAY) && h.get(Hyperparameters.WEIGHT_DECAY_MODE) != WeightDecay.L2;
        weightDecay = h.weightDecay();
        beta1 = adam.beta1;
        oneMinusBeta1 = adam.oneMinusBeta1;
        beta2 = adam.beta2;
        oneMinusBeta2 = adam.oneMinusBeta2;
    }

    @Override
    void compute(long step) {
        adam.compute(step, 1);
        double end = finalLearningRate * (Math.abs(learningRate) / baseLearningRate);
        double way = gamma * (double) step;
        l2 = adam.l2;
        decay = isFixedDecay ? (float) weightDecay : adam.decay;
        stepSize = 1;
        rate = Math.abs(adam.stepSize);
        lower = bound(end * (way / (way + 1)));
        upper = bound(end * ((way + 1) / way));
        epsilon = adam.epsilon;
    }

    private static float bound(double rate) {
        return (float) (rate < 0x1p63 ? rate : 0x1p63);
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(beta1);
        struct.add(oneMinusBeta1);
        struct.add(beta2);
        struct.add(oneMinusBeta2);
        struct.add(rate);
        struct.add(lower);
        struct.add(upper);
        struct.add(epsilon);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.AdaBound(step, learningRate, gradScale, l2, decay, stepSize, rate, lower, upper,
                epsilon);
    }
}
