package io.radam;

import io.radam.internal.schedule.StepCoefficients;

/**
 * Computes the coefficients of a step of a {@link CustomAlgorithm}, in double. They are the same for all elements, so
 * that what does not depend on an element is computed once: powers of decay rates, corrections of bias, the step size.
 *
 * {@snippet :
 * CustomCoefficients coefficients = (step, h, c) -> {
 *     c[0] = 1 - h.get(BETA);
 *     c[1] = h.learningRate() / CustomCoefficients.biasCorrection(h.get(BETA), step);
 * };
 * }
 *
 * <p>{@link StrictMath} has the same bits on all machines, which {@link Math#pow} and its like have not.
 *
 * <p>A step asks for its coefficients before it changes anything. An exception ends the step, which then has changed
 * nothing.
 */
@FunctionalInterface
public interface CustomCoefficients {
    /**
     * Computes the coefficients of a step. They should follow from the step and the hyperparameters alone: they are
     * asked for any number of times, by several threads at once where several optimizers or {@link Coefficients#of} do
     * so, and a training that goes on from a checkpoint asks for them anew.
     *
     * @param step            the parameter's step number, counted from 1
     * @param hyperparameters of the parameter's group, with the optimizer's learning rate factor applied
     * @param coefficients    gets each coefficient, in the order in which they were named. Each is rounded to float32,
     *                        and must then be finite. Must not be kept
     */
    void compute(long step, Hyperparameters hyperparameters, double[] coefficients);

    /**
     * {@code 1 - beta^step}: what an average that began with 0 is divided by, to correct its bias. To the bit as the
     * algorithms of the library have it, and without the error that a subtraction from 1 makes where the power is near
     * 1.
     *
     * @param beta the average's decay rate, in [0, 1)
     * @param step at least 1
     * @return in (0, 1]
     */
    static double biasCorrection(double beta, long step) {
        return StepCoefficients.biasCorrection(beta, step);
    }
}
