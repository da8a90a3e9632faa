package io.radam;

/** For which parameters {@link LAMB} multiplies the learning rate by the trust ratio. */
public enum Adaptation {
    /** None; then LAMB is Adam. */
    NEVER,
    /** Those of groups with a weight decay; biases and the like have none. */
    WITH_DECAY,
    /** All. */
    ALWAYS
}
