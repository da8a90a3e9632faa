package io.radam.internal;

import io.radam.Hyperparameters;
import java.lang.foreign.MemorySegment;

/**
 * Applies steps of one set of hyperparameters. What a backend is made of.
 *
 * <p>{@link #configure} and {@link #prepare} are for one thread at a time; after them, any number of threads may
 * {@link #step} disjoint ranges. None of the three allocates.
 */
public abstract class Stepper {
    /** The hyperparameters of all steps prepared from now on. */
    public abstract void configure(Hyperparameters hyperparameters);

    /** Computes the coefficients of a step, counted from 1. */
    public abstract void prepare(long step);

    /**
     * Applies the prepared step to elements {@code begin} to {@code end} of float segments, which the caller has checked.
     *
     * @param maxExpAvgSq null without AMSGrad
     */
    public abstract void step(long begin, long end, MemorySegment values, MemorySegment gradient, MemorySegment expAvg,
            MemorySegment expAvgSq, MemorySegment maxExpAvgSq);
}
