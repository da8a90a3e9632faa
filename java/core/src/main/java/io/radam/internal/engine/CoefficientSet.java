package io.radam.internal.engine;

import io.radam.Hyperparameters;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.schedule.StepCoefficients;

/** The coefficients of a group's steps of one number. */
final class CoefficientSet {
    final StepCoefficients coefficients = new StepCoefficients();
    /** What steps by them; null on a GPU. */
    final Kernel kernel;
    /** Counted from 0 in its engine. */
    final int number;
    /** The step number that they are of. */
    long step;
    /** The engine's number of the step that they were prepared for. */
    long present;
    private Hyperparameters configured;

    CoefficientSet(Kernel kernel, int number) {
        this.kernel = kernel;
        this.number = number;
    }

    /** Computes them. */
    void prepare(Hyperparameters settings, double gradientFactor, long step, long present) {
        if (configured != settings) {
            coefficients.configure(settings);
            configured = settings;
        }
        coefficients.setGradientFactor(gradientFactor);
        coefficients.compute(step);
        if (kernel != null) {
            kernel.load(coefficients);
        }
        this.step = step;
        this.present = present;
    }
}
