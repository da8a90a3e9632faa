package io.radam;

/**
 * What the hyperparameters come to in one step, for one to see what an optimizer does. The rule that they enter is
 * written out at {@code radam_coefficients} in {@code radam.h}.
 *
 * @param step          the step number, counted from 1
 * @param mode          what the step does with an element
 * @param rectified     whether RAdam rectified this step; always true under Adam
 * @param rho           length of the simple moving average that the second moment approximates; 0 under Adam
 * @param rectification RAdam's factor r: 0 where not rectified, 1 under Adam
 * @param learningRate  the learning rate of this step, warm-up applied
 * @param stepSize      what the update is multiplied by
 * @param epsilon       what is added to the denominator
 * @param decay         the part of itself that a parameter loses to decoupled weight decay
 * @param l2            the weight decay that is added to the gradient
 * @param gradientScale what gradients are multiplied by; negative to maximize
 */
public record Coefficients(
        long step,
        Mode mode,
        boolean rectified,
        double rho,
        double rectification,
        double learningRate,
        float stepSize,
        float epsilon,
        float decay,
        float l2,
        float gradientScale) {

    /** What a step does with an element of a parameter p, whose moments are m and v. */
    public enum Mode {
        /** p moves by {@code stepSize * m / (sqrt(v) + epsilon)}. */
        ADAPTIVE,
        /** p moves by {@code stepSize * m}. */
        MOMENTUM,
        /** m and v are updated, p is left as it is. */
        MOMENTS_ONLY,
        /** v is updated, m and p are left as they are. */
        SECOND_MOMENT_ONLY
    }
}
