package io.radam;

/**
 * What becomes of the algorithm's momentum in each step in which the parameters take the slow weights of {@linkplain
 * Settings#lookahead Lookahead}, after its rule: of the buffers of state that are {@linkplain StateBuffer#isMomentum
 * momentum}.
 */
public enum LookaheadMomentum {
    /** It stays as it is. */
    KEEP,
    /** It becomes 0. */
    RESET,
    /**
     * It is pulled back as the parameters are: for each buffer there is a slow momentum, which begins as 0; {@code slow
     * = slow + alpha * (momentum - slow)}, and then {@code momentum = slow}. This is an interpolation, as the authors
     * mean it. Their code does it the first time only: its slow momentum is then the same memory as the momentum, so
     * that from the second time on it multiplies the momentum by {@code alpha * (2 - alpha)}.
     */
    PULLBACK
}
