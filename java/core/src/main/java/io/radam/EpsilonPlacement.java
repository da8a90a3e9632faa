package io.radam;

/** Where epsilon is added to the denominator. */
public enum EpsilonPlacement {
    /** To {@code sqrt(v)} as it is. */
    PLAIN,
    /** To the bias-corrected {@code sqrt(v / (1 - beta2^t))}, as in the Adam paper's Algorithm 1. */
    BIAS_CORRECTED
}
