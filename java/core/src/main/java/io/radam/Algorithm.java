package io.radam;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An optimization algorithm. It has hyperparameters; coefficients, which follow from these and the step number; a rule,
 * which applies the coefficients to each element; and buffers of state. {@code radam.h} documents each rule line by
 * line.
 */
public enum Algorithm {
    /**
     * {@link Adam}, and with it {@link AdamW} and {@link RAdam}, which differ from it by their hyperparameters alone.
     */
    ADAM(new AdamDefinition()),
    /** {@link SGD}. */
    SGD(new SgdDefinition()),
    /** {@link Lion}. */
    LION(new LionDefinition()),
    /** {@link NAdam}. */
    NADAM(new NAdamDefinition()),
    /** {@link RMSprop}. */
    RMSPROP(new RMSpropDefinition()),
    /** {@link Adagrad}. */
    ADAGRAD(new AdagradDefinition()),
    /** {@link Adamax}. */
    ADAMAX(new AdamaxDefinition()),
    /** {@link Adadelta}. */
    ADADELTA(new AdadeltaDefinition()),
    /** {@link AdaBelief}. */
    ADABELIEF(new AdaBeliefDefinition()),
    /** {@link io.radam.ADOPT}. */
    ADOPT(new AdoptDefinition());

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
     * The hyperparameters with their default values.
     *
     * @return valid hyperparameters
     */
    public Hyperparameters defaults() {
        return new Hyperparameters.Builder(this).build();
    }

    /**
     * The buffers of state. Each has as many elements as the parameter. Some are needed only under certain
     * hyperparameters: see {@link Hyperparameters#state()}.
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
