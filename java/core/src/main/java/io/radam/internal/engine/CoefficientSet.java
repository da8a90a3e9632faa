package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.schedule.StepCoefficients;

/** The coefficients of a group's steps of one number. */
final class CoefficientSet {
    final StepCoefficients coefficients;
    /** What steps by them; null on a GPU. */
    final Kernel kernel;
    /** Counted from 0 in its engine. */
    final int number;
    /** The step number that they are of. */
    long step;
    /** The engine's number of the step that they were prepared for. */
    long present;

    CoefficientSet(Algorithm algorithm, Kernel kernel, int number) {
        coefficients = new StepCoefficients(algorithm);
        this.kernel = kernel;
        this.number = number;
    }

    /** Computes them. */
    void prepare(Hyperparameters settings, double gradientFactor, long step, long present) {
        coefficients.configure(settings);
        coefficients.setGradientFactor(gradientFactor);
        coefficients.compute(step);
        if (kernel != null) {
            kernel.load(coefficients);
        }
        this.step = step;
        this.present = present;
    }
}
