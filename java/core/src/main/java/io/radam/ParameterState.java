package io.radam;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * An optimizer's state of one parameter: what a checkpoint has to keep beside the values.
 *
 * <p>From {@link Optimizer#state(Parameter)} the segments are read-only views of the optimizer's own memory, valid until
 * the optimizer is closed, and their contents change with every step; on a GPU they are device memory, which
 * {@link io.radam.cuda.CudaDevice#copy} copies from, in the optimizer's stream. For {@link Optimizer#restore} they may be
 * any segments of the right size.
 *
 * @param step    number of steps taken
 * @param type    how the state is stored
 * @param buffers the algorithm's buffers by name, in its order: {@code exp_avg}, {@code exp_avg_sq} and, under AMSGrad,
 *                {@code max_exp_avg_sq} for Adam
 */
public record ParameterState(long step, StateType type, Map<String, Buffer> buffers) {
    /**
     * One buffer of the state.
     *
     * @param elements in native byte order, as many as the parameter has
     * @param scales   under {@link StateType#BLOCK8}, a {@code float} for each block; otherwise null
     */
    public record Buffer(MemorySegment elements, MemorySegment scales) {
        /**
         * A buffer that is not {@link StateType#BLOCK8}.
         *
         * @param elements in native byte order, as many as the parameter has
         */
        public Buffer(MemorySegment elements) {
            this(elements, null);
        }
    }

    /**
     * One of the buffers.
     *
     * @param name such as {@code exp_avg}
     * @return the buffer; null if there is none of that name
     */
    public Buffer buffer(String name) {
        return buffers.get(name);
    }
}
