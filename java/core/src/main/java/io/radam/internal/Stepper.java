package io.radam.internal;

import io.radam.Hyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Applies steps of one set of hyperparameters. What a backend is made of.
 *
 * <p>{@link #configure}, {@link #setGradientFactor} and both {@link #prepare} are for one thread at a time; after them, any
 * number of threads may {@link #step} disjoint ranges. None of these allocates.
 */
public abstract class Stepper {
    /** Makes what this stepper needs beside a tensor, in memory of an arena. Once, before the tensor is stepped. */
    public abstract void adopt(Tensor tensor, Arena arena);

    /** The hyperparameters of all steps prepared from now on. */
    public abstract void configure(Hyperparameters hyperparameters);

    /** What gradients are multiplied by, beside their hyperparameter, in all steps prepared from now on. */
    public abstract void setGradientFactor(double factor);

    /** Computes the coefficients of a step, counted from 1. */
    public abstract void prepare(long step);

    /** Takes up what the tensor's next step does. */
    public abstract void prepare(Tensor tensor);

    /**
     * Applies the prepared step to elements {@code begin} to {@code end} of a prepared tensor, whose memory the caller has
     * checked. With state in blocks, {@code begin} is where one begins, and {@code end} too, or the tensor's length.
     */
    public abstract void step(Tensor tensor, long begin, long end);

    /** Writes the statistics of elements {@code begin} to {@code end} of the gradient into an entry of a table. */
    public abstract void gradientStatistics(Tensor tensor, long begin, long end, StatisticsTable table, int entry);

    /** Memory for a null pointer too. */
    static MemorySegment orNull(MemorySegment segment) {
        return segment == null ? MemorySegment.NULL : segment;
    }
}
