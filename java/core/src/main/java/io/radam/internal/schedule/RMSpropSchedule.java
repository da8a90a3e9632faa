package io.radam.internal.schedule;

import static io.radam.RMSpropSettings.ALPHA;
import static io.radam.RMSpropSettings.EPSILON;
import static io.radam.RMSpropSettings.EPSILON_IN_ROOT;
import static io.radam.RMSpropSettings.MOMENTUM;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/** RMSprop: {@code rmsprop.h}. */
public final class RMSpropSchedule extends Schedule {
    private WeightDecay weightDecayMode;

    /** Decay rate of the averages. */
    public float alpha;
    /** 1 minus that, rounded once. */
    public float oneMinusAlpha;
    /** What is added to the root. */
    public float epsilon;
    /** What is added below the root. */
    public float epsilonInRoot;
    /** The factor of the momentum buffer. */
    public float momentum;

    @Override
    void configure(Hyperparameters h) {
        super.configure(h);
        weightDecayMode = h.get(Hyperparameters.WEIGHT_DECAY_MODE);
        double alphaAsDouble = h.get(ALPHA);
        float epsilonAsFloat = (float) (double) h.get(EPSILON);
        boolean inRoot = h.get(EPSILON_IN_ROOT);
        alpha = (float) alphaAsDouble;
        oneMinusAlpha = (float) (1 - alphaAsDouble);
        epsilon = inRoot ? 0 : epsilonAsFloat;
        epsilonInRoot = inRoot ? epsilonAsFloat : 0;
        momentum = (float) (double) h.get(MOMENTUM);
    }

    @Override
    void compute(long step) {
        decay(weightDecayMode);
        stepSize = (float) learningRate;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(alpha);
        struct.add(oneMinusAlpha);
        struct.add(epsilon);
        struct.add(epsilonInRoot);
        struct.add(momentum);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.RMSprop(step, learningRate, gradScale, l2, decay, stepSize,
                alpha, epsilon, epsilonInRoot, momentum);
    }
}
