package io.radam;

/** For which parameters {@link LAMB} and {@link LARS} adapt the learning rate by the trust ratio. */
public enum Adaptation {
    /** None; then LAMB is Adam, and LARS is SGD. */
    NEVER,
    /** Those of groups with a weight decay; biases and the like have none. */
    WITH_DECAY,
    /** All. */
    ALWAYS
}
