package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.kernel.Tensor;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.MemorySegment;

/** The coefficients of a group for one step number. */
final class CoefficientSet {
    final StepCoefficients coefficients;
    /** The kernel that steps by these coefficients; null on a GPU. */
    final Kernel kernel;
    /** The set's number in its engine, counted from 0. */
    final int number;
    /** The step number whose coefficients these are. */
    long step;
    /** The engine's number of the step that the set was prepared for. */
    long present;

    CoefficientSet(Algorithm algorithm, Kernel kernel, int number) {
        coefficients = new StepCoefficients(algorithm);
        this.kernel = kernel;
        this.number = number;
    }

    /** Computes the coefficients of a step number, and loads them into the kernel. */
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

    /**
     * Of a layer-wise algorithm: has a tensor of so many elements, with these sums, be stepped accordingly.
     *
     * @param numbers that the algorithm keeps for the tensor; they are replaced
     */
    void reduce(Tensor tensor, long length, double[] sums, double[] numbers) {
        coefficients.reduce(length, sums, numbers);
        boolean clips = tensor.scaleClipValue(coefficients.reducedGradients());
        if (kernel != null) {
            kernel.load(coefficients);
            if (clips) {
                kernel.load(tensor);
            }
        }
    }

    /** Of an algorithm that measures rows: has the kernel step a tensor by the sums of rows, its own and others. */
    void reduceRows(Tensor tensor, MemorySegment rowSums, long firstRow) {
        tensor.reduceRows(coefficients, rowSums, firstRow);
        if (kernel != null) {
            kernel.load(coefficients);
            kernel.load(tensor);
        }
    }
}
