package io.radam;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an optimizer follows: hyperparameters, coefficients that follow from these in each step, a rule that applies the
 * coefficients to each element, and state. {@code radam.h} documents each rule line by line.
 */
public enum Algorithm {
    /** {@link Adam}, and what differs from it by its settings alone: {@link AdamW} and {@link RAdam}. */
    ADAM(new AdamDefinition()),
    /** {@link SGD}. */
    SGD(new SgdDefinition()),
    /** {@link Lion}. */
    LION(new LionDefinition());

    private final AlgorithmDefinition definition;

    Algorithm(AlgorithmDefinition definition) {
        this.definition = definition;
    }

    /**
     * The algorithm of that name.
     *
     * @param name such as {@code adam}
     * @return the algorithm
     * @throws IllegalArgumentException if there is none
     */
    public static Algorithm named(String name) {
        for (Algorithm algorithm : values()) {
            if (algorithm.definition.name.equals(name)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("there is no algorithm \"" + name + "\", only " + Arrays.stream(values())
                .map(Algorithm::toString).collect(Collectors.joining(", ")));
    }

    /**
     * The hyperparameters.
     *
     * @return in the order in which they are shown; immutable
     */
    public List<Hyperparameter<?>> hyperparameters() {
        return definition.hyperparameters;
    }

    /**
     * The hyperparameters that the algorithm has where none is set.
     *
     * @return valid hyperparameters
     */
    public Hyperparameters defaults() {
        return new Hyperparameters.Builder(this).build();
    }

    /**
     * The buffers of state, each of which has an element for each of a parameter. Some are there only where the
     * hyperparameters want them: see {@link Hyperparameters#state()}.
     *
     * @return in a fixed order; immutable
     */
    public List<StateBuffer> state() {
        return definition.state;
    }

    AlgorithmDefinition definition() {
        return definition;
    }

    /**
     * The name, as {@link #named} takes it.
     *
     * @return such as {@code adam}
     */
    @Override
    public String toString() {
        return definition.name;
    }
}
