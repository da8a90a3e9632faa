package io.radam;

/** How a value becomes one of a smaller type. */
public enum Rounding {
    /** To the nearest; of values to the even one of two, of moments to the one further from zero. */
    NEAREST,
    /**
     * Up or down by chance, the nearer the likelier, so that the mean is the value. The chance is a hash of the
     * optimizer's seed, the step number and the element's place: the same on every machine and in every run.
     */
    STOCHASTIC
}
