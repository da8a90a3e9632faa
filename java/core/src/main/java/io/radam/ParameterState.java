package io.radam;

import java.lang.foreign.MemorySegment;

/**
 * An optimizer's state of one parameter: what a checkpoint has to keep beside the values.
 *
 * <p>From {@link Optimizer#state(Parameter)} the segments are read-only views of the optimizer's own memory, valid until
 * the optimizer is closed, and their contents change with every step; on a GPU they are device memory, which
 * {@link io.radam.cuda.CudaDevice#copy} copies from, in the optimizer's stream. For {@link Optimizer#restore} they may be
 * any segments of the right size.
 *
 * @param step               number of steps taken
 * @param type               how the moments are stored
 * @param expAvg             first moment, in native byte order, as many elements as the parameter has
 * @param expAvgSq           second moment, likewise
 * @param maxExpAvgSq        running maximum of the second moment, likewise; null without AMSGrad
 * @param expAvgScale        scales of the first moment under {@link StateType#BLOCK8}, a {@code float} for each block;
 *                           otherwise null
 * @param expAvgSqScale      scales of the second moment, likewise
 * @param maxExpAvgSqScale   scales of the maximum, likewise; null without AMSGrad too
 */
public record ParameterState(long step, StateType type, MemorySegment expAvg, MemorySegment expAvgSq,
        MemorySegment maxExpAvgSq, MemorySegment expAvgScale, MemorySegment expAvgSqScale,
        MemorySegment maxExpAvgSqScale) {

    /**
     * Moments that are {@link StateType#FLOAT32}.
     *
     * @param step        number of steps taken
     * @param expAvg      first moment
     * @param expAvgSq    second moment
     * @param maxExpAvgSq running maximum of the second moment; null without AMSGrad
     */
    public ParameterState(long step, MemorySegment expAvg, MemorySegment expAvgSq, MemorySegment maxExpAvgSq) {
        this(step, StateType.FLOAT32, expAvg, expAvgSq, maxExpAvgSq, null, null, null);
    }
}
