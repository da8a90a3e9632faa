package io.radam;

import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * An optimizer's state of one parameter. A checkpoint has to keep this and the values.
 *
 * <p>The segments of {@link Optimizer#state(Parameter)} are read-only views of the optimizer's own memory, which is
 * valid until the parameter is removed or the optimizer closed. Their contents change with every step. On a GPU they
 * are device memory, which {@link io.radam.cuda.CudaDevice#copy} can copy, in the optimizer's stream. The segments of a
 * state for {@link Optimizer#restore(Parameter, ParameterState)} may be any of the right size.
 *
 * @param step    the number of steps that the parameter has made
 * @param type    how the state is stored, but for slow weights and slow momenta, which are float32
 * @param buffers the algorithm's buffers by name, in its order: {@code exp_avg}, {@code exp_avg_sq} and, under AMSGrad,
 *                {@code max_exp_avg_sq} for Adam; with Lookahead, {@link StateBuffer#SLOW_PARAM} after them,
 *                and with {@link LookaheadMomentum#PULLBACK} one for each momentum
 * @param numbers the {@linkplain Algorithm#numbers() numbers} that the algorithm keeps for each parameter, by name, as
 *                they were when this state was made; empty for most algorithms
 */
public record ParameterState(long step, StateType type, Map<String, Buffer> buffers, Map<String, Double> numbers) {
    /**
     * A state without numbers.
     *
     * @param step    the number of steps that the parameter has made
     * @param type    how the state is stored
     * @param buffers the algorithm's buffers by name
     */
    public ParameterState(long step, StateType type, Map<String, Buffer> buffers) {
        this(step, type, buffers, Map.of());
    }

    /**
     * One buffer of the state.
     *
     * @param elements in native byte order, as many as the parameter has
     * @param scales   under {@link StateType#BLOCK8}, a {@code float} for each block; null otherwise, and for slow
     *                 weights and momenta
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
