package io.radam.internal.kernel;

import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;

/**
 * Applies steps on the processor. Each backend has its kernels.
 *
 * <p>One thread at a time may call the two {@code load} methods. After both, any number of threads may {@link #step}
 * disjoint ranges. None of these methods allocates.
 */
public abstract sealed class Kernel permits NativeKernel, JavaKernel {
    /** Prepares a tensor for this kernel, in memory of an arena. To be called once, before the tensor is stepped. */
    public abstract void adopt(Tensor tensor, Arena arena);

    /**
     * Sets the coefficients of all steps from now on. Those of a layer-wise algorithm are for {@link #sums}, and, once
     * they are reduced, for {@link #step}.
     */
    public abstract void load(StepCoefficients coefficients);

    /** Sets what the tensor's next step does. */
    public abstract void load(Tensor tensor);

    /**
     * Applies the loaded coefficients to elements {@code begin} to {@code end} of a loaded tensor, whose memory the
     * caller has checked. With state in blocks, a block begins at {@code begin} and at {@code end}, or {@code end} is
     * the tensor's length.
     */
    public abstract void step(Tensor tensor, long begin, long end);

    /** Writes the statistics of elements {@code begin} to {@code end} of the gradient into an entry of a table. */
    public abstract void gradientStatistics(Tensor tensor, long begin, long end, StatisticsTable table, int entry);

    /** Writes the means of some rows of the gradient of a tensor that centralizes it. */
    public abstract void gradientMeans(Tensor tensor, long firstRow, long endRow);

    /**
     * Of a layer-wise algorithm: writes the sums of elements {@code begin} to {@code end} of a loaded tensor, which a
     * step by the loaded coefficients depends on, into an entry of a table. With state in blocks, ranges are as for
     * {@link #step}.
     */
    public abstract void sums(Tensor tensor, long begin, long end, SumsTable table, int entry);

    /**
     * Of an algorithm that measures rows: writes the sums of some rows of a loaded tensor, which a step by the loaded
     * coefficients depends on, where the tensor has them.
     */
    public abstract void rowSums(Tensor tensor, long firstRow, long endRow);
}
