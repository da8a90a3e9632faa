package io.radam;

/** How a value becomes one of a smaller type. */
public enum Rounding {
    /** To the nearest number. Ties go to even for values and copies, and away from zero for state. */
    NEAREST,
    /**
     * Up or down at random, with probabilities such that the expected result is the value itself. The random bits
     * follow from the optimizer's seed, the step number and the element's index: they are the same on every machine and
     * in every run.
     */
    STOCHASTIC
}
