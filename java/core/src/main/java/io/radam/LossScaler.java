package io.radam;

/**
 * A dynamic loss scale for 16-bit gradients. It grows while the gradients are finite, and is reduced when they are not.
 * The rule and the defaults are those of PyTorch's {@code torch.amp.GradScaler}.
 *
 * <p>Before each step the loss is multiplied by {@link #scale()}:
 * {@snippet :
 * LossScaler scaler = new LossScaler();
 * for (int step = 1; step <= steps; step++) {
 *     backward(scaler.scale()); // writes the gradients of the scaled loss
 *     StepResult result = optimizer.step(StepOptions.NONE.withLossScale(scaler.scale()).withSkipNonFinite(true));
 *     scaler.update(result.applied());
 * }
 * }
 *
 * <p>A scaler may be used by one thread at a time.
 */
public final class LossScaler {
    /** Powers of two that are normal as float32, as is one over them. */
    private static final double SMALLEST = 0x1p-126;
    private static final double LARGEST = 0x1p126;

    private final double growthFactor;
    private final double backoffFactor;
    private final int growthInterval;
    private double scale;
    private int appliedInARow;

    /** A scaler that begins at 65,536, doubles after 2,000 applied steps in a row and halves at each skipped step. */
    public LossScaler() {
        this(65_536, 2, 0.5, 2000);
    }

    /**
     * A scaler.
     *
     * @param scale          the first scale, from 2^-126 to 2^126
     * @param growthFactor   the factor by which the scale grows; more than 1, finite
     * @param backoffFactor  the factor by which the scale is reduced; more than 0 and less than 1
     * @param growthInterval the number of applied steps in a row after which the scale grows; at least 1
     * @throws InvalidHyperparameterException if one is out of range
     */
    public LossScaler(double scale, double growthFactor, double backoffFactor, int growthInterval) {
        if (!(growthFactor > 1 && growthFactor < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("growthFactor is not more than 1 and finite: " + growthFactor);
        }
        if (!(backoffFactor > 0 && backoffFactor < 1)) {
            throw new InvalidHyperparameterException("backoffFactor is not between 0 and 1: " + backoffFactor);
        }
        if (growthInterval < 1) {
            throw new InvalidHyperparameterException("growthInterval is less than 1: " + growthInterval);
        }
        this.growthFactor = growthFactor;
        this.backoffFactor = backoffFactor;
        this.growthInterval = growthInterval;
        restore(scale, 0);
    }

    /**
     * The number by which to multiply the loss of the next step.
     *
     * @return the scale
     */
    public double scale() {
        return scale;
    }

    /**
     * The number of steps that were applied since the scale last changed. A checkpoint has to keep this and {@link
     * #scale()}.
     *
     * @return less than the growth interval
     */
    public int appliedInARow() {
        return appliedInARow;
    }

    /**
     * Goes on from a checkpoint.
     *
     * @param scale         from 2^-126 to 2^126
     * @param appliedInARow at least 0, less than the growth interval
     * @throws InvalidHyperparameterException if one is out of range; nothing is changed
     */
    public void restore(double scale, int appliedInARow) {
        if (!(scale >= SMALLEST && scale <= LARGEST)) {
            throw new InvalidHyperparameterException("scale is not from 2^-126 to 2^126: " + scale);
        }
        if (appliedInARow < 0 || appliedInARow >= growthInterval) {
            throw new InvalidHyperparameterException("appliedInARow is not from 0 to " + (growthInterval - 1) + ": "
                    + appliedInARow);
        }
        this.scale = scale;
        this.appliedInARow = appliedInARow;
    }

    /**
     * Grows or reduces the scale after a step.
     *
     * @param applied false if it was skipped, because gradients were not finite
     */
    public void update(boolean applied) {
        if (!applied) {
            scale = Math.max(scale * backoffFactor, SMALLEST);
            appliedInARow = 0;
        } else if (++appliedInARow == growthInterval) {
            scale = Math.min(scale * growthFactor, LARGEST);
            appliedInARow = 0;
        }
    }
}
