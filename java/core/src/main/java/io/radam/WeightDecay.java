package io.radam;

/** How weight decay acts on a parameter. */
public enum WeightDecay {
    /** Added to the gradient, {@code g + weightDecay * p}, before the gradient enters the state. */
    L2,
    /**
     * The parameter shrinks by {@code learningRate * weightDecay} of itself in every step (Loshchilov and Hutter,
     * 2019). {@link Adan} has its own way, unless {@link AdanSettings#NO_PROX} is set.
     */
    DECOUPLED,
    /** As {@link #DECOUPLED}, but only in steps that move the parameter by their update, as the RAdam authors do. */
    DECOUPLED_ON_UPDATE
}
