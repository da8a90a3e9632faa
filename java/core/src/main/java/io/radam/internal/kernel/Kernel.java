package io.radam.internal.kernel;

import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;

/**
 * Applies steps on the processor. What a backend is made of.
 *
 * <p>After the two {@code load}s, which are for one thread at a time, any number of threads may {@link #step} disjoint
 * ranges. None of these allocates.
 */
public abstract sealed class Kernel permits NativeKernel, JavaKernel {
    /** Makes what this kernel needs beside a tensor, in memory of an arena. Once, before the tensor is stepped. */
    public abstract void adopt(Tensor tensor, Arena arena);

    /** The coefficients of all steps from now on, until they change. */
    public abstract void load(StepCoefficients coefficients);

    /** Takes up what the tensor's next step does. */
    public abstract void load(Tensor tensor);

    /**
     * Applies the step that was loaded to elements {@code begin} to {@code end} of a loaded tensor, whose memory the caller
     * has checked. With state in blocks, {@code begin} is where one begins, and {@code end} too, or the tensor's length.
     */
    public abstract void step(Tensor tensor, long begin, long end);

    /** Writes the statistics of elements {@code begin} to {@code end} of the gradient into an entry of a table. */
    public abstract void gradientStatistics(Tensor tensor, long begin, long end, StatisticsTable table, int entry);
}
