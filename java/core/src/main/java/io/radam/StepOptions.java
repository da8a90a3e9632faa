package io.radam;

/**
 * Options of a step: what training does around it, in the same pass over memory. Options are immutable values. Begin
 * with {@link #NONE}:
 * {@snippet :
 * StepResult result = optimizer.step(StepOptions.NONE.withMaxGradientNorm(1).withZeroGradients(true));
 * }
 *
 * <p>Gradients are divided by the loss scale and multiplied by their group's {@code gradientScale}, then clipped by
 * their norm, then by value.
 *
 * @param lossScale        the number by which the loss, and so the gradients, was multiplied; more than 0, finite
 * @param maxGradientNorm  the largest 2-norm of all gradients together: they are multiplied by PyTorch's factor
 *                         {@code min(1, max / (norm + 1e-6))}; more than 0; infinite for no such clipping. A step whose
 *                         gradients are not all finite is skipped, because their norm is not finite either
 * @param normPerGroup     whether {@code maxGradientNorm} is the largest norm of each group's gradients, which then
 *                         have a factor of their own; otherwise it is the largest norm of all gradients of the step
 * @param maxGradientValue each element is cut to this magnitude; more than 0; infinite for no such clipping
 * @param skipNonFinite    whether a step is skipped if any gradient is not finite
 * @param zeroGradients    whether gradients are set to zero once they were used
 */
public record StepOptions(double lossScale, double maxGradientNorm, boolean normPerGroup, double maxGradientValue,
        boolean skipNonFinite, boolean zeroGradients) {
    /** No options: a step as {@link Optimizer#step()} makes it. */
    public static final StepOptions NONE =
            new StepOptions(1, Double.POSITIVE_INFINITY, false, Double.POSITIVE_INFINITY, false, false);

    /**
     * Checks the options.
     *
     * @throws InvalidHyperparameterException if one is out of range
     */
    public StepOptions {
        requirePositive(lossScale, "lossScale");
        if (!Float.isFinite((float) lossScale) || !Float.isFinite((float) (1 / lossScale))) {
            throw new InvalidHyperparameterException("lossScale, or one over it, is not finite as float32: "
                    + lossScale);
        }
        requirePositive(maxGradientNorm, "maxGradientNorm");
        requirePositive(maxGradientValue, "maxGradientValue");
        if ((float) maxGradientValue == 0) {
            throw new InvalidHyperparameterException("maxGradientValue is 0 as float32: " + maxGradientValue);
        }
    }

    private static void requirePositive(double value, String name) {
        if (!(value > 0)) {
            throw new InvalidHyperparameterException(name + " is not more than 0: " + value);
        }
    }

    /**
     * These options with another loss scale.
     *
     * @param lossScale more than 0, finite
     * @return the options
     */
    public StepOptions withLossScale(double lossScale) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /**
     * These options with clipping by global norm.
     *
     * @param maxGradientNorm more than 0
     * @return the options
     */
    public StepOptions withMaxGradientNorm(double maxGradientNorm) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /**
     * These options with clipping by the norm of each group, or of all.
     *
     * @param normPerGroup true for a norm and a factor of each group
     * @return the options
     */
    public StepOptions withNormPerGroup(boolean normPerGroup) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /**
     * These options with clipping by value.
     *
     * @param maxGradientValue more than 0
     * @return the options
     */
    public StepOptions withMaxGradientValue(double maxGradientValue) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /**
     * These options with or without skipping.
     *
     * @param skipNonFinite whether a step is skipped if any gradient is not finite
     * @return the options
     */
    public StepOptions withSkipNonFinite(boolean skipNonFinite) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /**
     * These options with or without setting gradients to zero.
     *
     * @param zeroGradients whether gradients are set to zero once they were used
     * @return the options
     */
    public StepOptions withZeroGradients(boolean zeroGradients) {
        return new StepOptions(lossScale, maxGradientNorm, normPerGroup, maxGradientValue, skipNonFinite,
                zeroGradients);
    }

    /** Whether an option depends on the statistics of all gradients. */
    boolean needsStatistics() {
        return skipNonFinite || maxGradientNorm < Double.POSITIVE_INFINITY;
    }
}
