package io.radam;

/**
 * A buffer of an algorithm's state. It has as many elements as the parameter.
 *
 * @param name         as the algorithm's first implementations call it, such as {@code exp_avg}
 * @param signed       whether its elements can be negative
 * @param initialValue what its elements are before the first step
 */
public record StateBuffer(String name, boolean signed, float initialValue) {
    private static final String SLOW = "slow_";

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
     * @return float32 for those of Lookahead: {@link #SLOW_PARAM}, which is a parameter itself, and what {@link
     *     LookaheadMomentum#PULLBACK} needs, {@code slow_} and a buffer's name; the group's type for all others
     */
    public static StateType typeOf(String name, StateType stateType) {
        return isOfLookahead(name) ? StateType.FLOAT32 : stateType;
    }

    /** Whether a buffer of this name is Lookahead's, and no algorithm's. */
    static boolean isOfLookahead(String name) {
        return name.startsWith(SLOW);
    }

    /**
     * Whether it is momentum, an average or sum of gradients or updates along which parameters move: {@link
     * LookaheadMomentum} is about these. Such is every buffer that can be negative and whose name begins with {@code
     * exp_avg} or is {@code momentum_buffer}, of algorithms of one's own, too.
     *
     * @return true for first moments, false for second ones and all others
     */
    public boolean isMomentum() {
        return signed && (name.startsWith("exp_avg") || name.equals("momentum_buffer"));
    }

    /** The buffer of a momentum's slow momentum. */
    StateBuffer slow() {
        return new StateBuffer(SLOW + name, true, 0);
    }
}
