package io.radam;

/**
 * The outcome of a step with {@link StepOptions}.
 *
 * @param applied    whether the step was made; false if it was skipped because gradients are not finite
 * @param statistics of the gradients of the step, before clipping; null if no option needed them
 */
public record StepResult(boolean applied, GradientStatistics statistics) {
    /** The outcome of a step whose options need no statistics. */
    static final StepResult APPLIED = new StepResult(true, null);
}
