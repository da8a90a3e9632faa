package io.radam;

/**
 * The settings of {@link Lion} and {@link CautiousLion} that {@link Settings} does not have. Weight decay is always
 * decoupled.
 *
 * @param <B> the builder that has these settings
 */
public interface LionSettings<B> {
    /** Weight of the average in the update, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the average, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.99);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of the algorithm's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if the algorithm does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The weight of the average in the update, and its decay rate.
     *
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @return this builder
     */
    default B betas(double beta1, double beta2) {
        set(BETA1, beta1);
        return set(BETA2, beta2);
    }
}
