package io.radam;

/**
 * A buffer of an algorithm's state. It has as many elements as the parameter.
 *
 * @param name         as the algorithm's first implementations call it, such as {@code exp_avg}
 * @param signed       whether its elements can be negative
 * @param initialValue what its elements are before the first step
 */
public record StateBuffer(String name, boolean signed, float initialValue) {
    /**
     * The slow weights of {@linkplain Settings#lookahead Lookahead}, around any algorithm. In a parameter's first step
     * they begin as its values; what they are before means nothing.
     */
    public static final StateBuffer SLOW_PARAM = new StateBuffer("slow_param", true, 0);

    /**
     * How a buffer is stored.
     *
     * @param name      of the buffer
     * @param stateType of its group
     * @return float32 for {@link #SLOW_PARAM}, which is a parameter itself; the group's type for all others
     */
    public static StateType typeOf(String name, StateType stateType) {
        return name.equals(SLOW_PARAM.name) ? StateType.FLOAT32 : stateType;
    }
}
