package io.radam;

import java.lang.foreign.MemorySegment;

/**
 * An optimizer's state of one parameter: what a checkpoint has to keep beside the values.
 *
 * <p>From {@link Optimizer#state(Parameter)} the segments are read-only views of the optimizer's own memory, valid until
 * the optimizer is closed, and their contents change with every step. For {@link Optimizer#restore} they may be any
 * segments of the right size.
 *
 * @param step        number of steps taken
 * @param expAvg      first moment, {@code float} elements in native byte order, as many as the parameter has
 * @param expAvgSq    second moment, likewise
 * @param maxExpAvgSq running maximum of the second moment, likewise; null without AMSGrad
 */
public record ParameterState(long step, MemorySegment expAvg, MemorySegment expAvgSq, MemorySegment maxExpAvgSq) {
}
