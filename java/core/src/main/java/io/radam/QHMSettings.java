package io.radam;

/**
 * The settings of {@link QHM} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface QHMSettings<B> {
    /** Decay rate of the average of gradients, in [0, 1). */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.999);

    /** The average's part of the update, in [0, 1]. The rest is the gradient's. */
    Hyperparameter<Double> NU = Hyperparameter.real("nu", 0.7, x -> x >= 0 && x <= 1, "in [0, 1]");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of QHM's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if QHM does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rate of the average of gradients. Gradients have the weight 1 - momentum in it, so that with a nu of 1
     * the learning rate is 1 / (1 - momentum) times that of SGD with the same momentum.
     *
     * @param momentum in [0, 1)
     * @return this builder
     */
    default B momentum(double momentum) {
        return set(MOMENTUM, momentum);
    }

    /**
     * The average's part of the update. With 1, QHM is SGD with momentum; with 0, SGD without.
     *
     * @param nu in [0, 1]
     * @return this builder
     */
    default B nu(double nu) {
        return set(NU, nu);
    }
}
