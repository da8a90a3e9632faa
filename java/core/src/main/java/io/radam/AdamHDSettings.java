package io.radam;

/**
 * The settings of {@link AdamHD} that {@link Settings} does not have. Weight decay is always added to the gradient.
 *
 * @param <B> the builder that has these settings
 */
public interface AdamHDSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root of the second moment. At least 0. With 0, an element whose gradients have
     * all been zero becomes NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** By which the learning rate follows the product of a gradient and the update before it. At least 0. */
    Hyperparameter<Double> HYPERGRAD_LR = Hyperparameter.atLeastZero("hypergradLr", 1e-8);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdamHD's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdamHD does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates.
     *
     * @param beta1 of the first moment, in [0, 1)
     * @param beta2 of the second moment, in [0, 1)
     * @return this builder
     */
    default B betas(double beta1, double beta2) {
        set(BETA1, beta1);
        return set(BETA2, beta2);
    }

    /**
     * The number that is added to the root of the second moment.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * By which the learning rate follows the product of a gradient and the update before it.
     *
     * @param hypergradLr at least 0
     * @return this builder
     */
    default B hypergradLr(double hypergradLr) {
        return set(HYPERGRAD_LR, hypergradLr);
    }
}
