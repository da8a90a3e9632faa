package io.radam.internal.schedule;

import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.WeightDecay;

/**
 * From hyperparameters and a step number to an algorithm's coefficients: its header in {@code native/src/algorithm},
 * operation by operation, so that the coefficients have the same bits. The comments there say where the formulas come
 * from. Allocates nothing once it is made.
 */
public abstract sealed class Schedule permits AdamSchedule, SgdSchedule, LionSchedule {
    // The coefficients that all algorithms have.
    long step;
    double learningRate;
    /** What gradients are multiplied by. */
    public float gradScale;
    /** Weight decay that is added to the gradient. */
    public float l2;
    /** Weight decay that the parameter loses by itself. */
    public float decay;
    /** What the update is multiplied by. */
    public float stepSize;

    private double signedGradientScale;
    private double baseLearningRate;
    private double weightDecay;

    /** The schedule of an algorithm, to be configured. */
    static Schedule of(Algorithm algorithm) {
        return switch (algorithm) {
            case ADAM -> new AdamSchedule();
            case SGD -> new SgdSchedule();
            case LION -> new LionSchedule();
        };
    }

    /** Takes over hyperparameters, of this algorithm. */
    void configure(Hyperparameters h) {
        signedGradientScale = h.maximize() ? -h.gradientScale() : h.gradientScale();
        baseLearningRate = h.learningRate();
        weightDecay = h.weightDecay();
    }

    /**
     * Computes the coefficients of a step.
     *
     * @param step           counted from 1
     * @param gradientFactor what gradients are multiplied by, beside their hyperparameter
     */
    final void compute(long step, double gradientFactor) {
        this.step = step;
        gradScale = (float) (signedGradientScale * gradientFactor);
        learningRate = baseLearningRate;
        compute(step);
    }

    /** Computes what the algorithm has of its own. */
    abstract void compute(long step);

    /** Sets the decay of a step with the present learning rate, in the way that the hyperparameters ask for. */
    final void decay(WeightDecay mode) {
        boolean isL2 = mode == WeightDecay.L2;
        l2 = (float) (isL2 ? weightDecay : 0);
        decay = (float) (isL2 ? 0 : learningRate * weightDecay);
    }

    final boolean hasWeightDecay() {
        return weightDecay != 0;
    }

    /** The mode, as C has it. */
    int mode() {
        return 0;
    }

    /** Writes what the algorithm has of its own, in the order of its C struct. */
    abstract void write(CoefficientStruct struct);

    /** Whether a step moves one of the algorithm's buffers. */
    public abstract boolean movesState(int buffer);

    /** Whether a step moves the parameters. */
    public abstract boolean movesValues();

    /** The coefficients as a value. */
    abstract Coefficients coefficients();
}
