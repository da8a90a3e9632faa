package io.radam;

/**
 * What became of a step with {@link StepOptions}.
 *
 * @param applied    false if gradients that are not finite were skipped
 * @param statistics of the gradients that the step was given, before clipping; null if none of its options needed them
 */
public record StepResult(boolean applied, GradientStatistics statistics) {
    /** Of a step that no gradient was looked at for. */
    static final StepResult APPLIED = new StepResult(true, null);
}
