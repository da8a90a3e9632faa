package io.radam.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Applies steps on the processor. What a backend is made of.
 *
 * <p>After {@link #prepare(Tensor)}, which is for one thread at a time, any number of threads may {@link #step} disjoint
 * ranges. None of these allocates.
 */
public abstract sealed class HostStepper extends Stepper permits NativeStepper, JavaStepper {
    /** Makes what this stepper needs beside a tensor, in memory of an arena. Once, before the tensor is stepped. */
    public abstract void adopt(Tensor tensor, Arena arena);

    /** Takes up what the tensor's next step does. */
    public abstract void prepare(Tensor tensor);

    /**
     * Applies the prepared step to elements {@code begin} to {@code end} of a prepared tensor, whose memory the caller has
     * checked. With state in blocks, {@code begin} is where one begins, and {@code end} too, or the tensor's length.
     */
    public abstract void step(Tensor tensor, long begin, long end);

    /** Writes the statistics of elements {@code begin} to {@code end} of the gradient into an entry of a table. */
    public abstract void gradientStatistics(Tensor tensor, long begin, long end, StatisticsTable table, int entry);
}
