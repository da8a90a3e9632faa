package io.radam.internal.schedule;

import static io.radam.SgdSettings.DAMPENING;
import static io.radam.SgdSettings.MOMENTUM;
import static io.radam.SgdSettings.NESTEROV;

import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;
import io.radam.internal.ffi.RadamH;

/** Stochastic gradient descent: {@code sgd.h}. */
public final class SgdSchedule extends Schedule {
    private float momentumOfLaterSteps;
    private float oneMinusDampeningOfLaterSteps;
    private WeightDecay weightDecayMode;

    /** The factor of the momentum buffer; 0 in step 1. */
    public float momentum;
    /** The factor of gradients in the momentum buffer; 1 in step 1. */
    public float oneMinusDampening;
    /** The momentum under Nesterov's update; 0 without. */
    public float nesterov;
    /** Whether the update, which is Nesterov's, stays in a second buffer. */
    public boolean keepsUpdate;
    /** Whether that has an average of gradients, which takes up as much of each as {@code nesterov} says. */
    public boolean averagesGradient;

    @Override
    void configure(Hyperparameters h) {
        configure(h, h.get(MOMENTUM), h.get(DAMPENING), h.get(NESTEROV), h.get(Hyperparameters.WEIGHT_DECAY_MODE));
    }

    /** Sets the hyperparameters of momentum, and those that all algorithms have. */
    void configure(Hyperparameters h, double momentumAsDouble, double dampening, boolean isNesterov, WeightDecay mode) {
        super.configure(h);
        momentumOfLaterSteps = (float) momentumAsDouble;
        oneMinusDampeningOfLaterSteps = (float) (1 - dampening);
        nesterov = isNesterov ? momentumOfLaterSteps : 0;
        weightDecayMode = mode;
    }

    @Override
    void compute(long step) {
        momentum = step == 1 ? 0 : momentumOfLaterSteps;
        oneMinusDampening = step == 1 ? 1 : oneMinusDampeningOfLaterSteps;
        decay(weightDecayMode);
        stepSize = (float) learningRate;
    }

    @Override
    int mode() {
        return keepsUpdate ? RadamH.RADAM_MODE_KEEPS_UPDATE()
                : averagesGradient ? RadamH.RADAM_MODE_AVERAGES_GRADIENT() : 0;
    }

    @Override
    public boolean movesState(int buffer) {
        return buffer == 0 || hasSecond();
    }

    /** Whether steps have a second buffer. */
    public boolean hasSecond() {
        return keepsUpdate || averagesGradient;
    }

    @Override
    void write(CoefficientStruct struct) {
        super.write(struct);
        struct.add(momentum);
        struct.add(oneMinusDampening);
        struct.add(nesterov);
    }

    @Override
    Coefficients coefficients() {
        return new Coefficients.SGD(step, learningRate, gradScale, l2, decay, stepSize, momentum, oneMinusDampening,
                nesterov);
    }
}
