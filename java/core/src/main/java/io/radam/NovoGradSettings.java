package io.radam;

/**
 * The settings of {@link NovoGrad} that {@link Settings} does not have. Weight decay is always added to the gradient,
 * once that is normalized.
 *
 * @param <B> the builder that has these settings
 */
public interface NovoGradSettings<B> {
    /** Decay rate of the first moment, in [0, 1). Above 0 it costs a buffer of state. */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.95);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.98);

    /** The number that is added to the root of the second moment. At least 0. */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** Whether the first moment is an average; otherwise it is 1 / (1 - beta1) times that. */
    Hyperparameter<Boolean> GRAD_AVERAGING = Hyperparameter.flag("gradAveraging");

    /** Whether to divide by the root of the second moment's running maximum. */
    Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of NovoGrad's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if NovoGrad does not have it
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
     * Whether the first moment is an average.
     *
     * @param gradAveraging true for that
     * @return this builder
     */
    default B gradAveraging(boolean gradAveraging) {
        return set(GRAD_AVERAGING, gradAveraging);
    }

    /**
     * Whether to divide by the root of the second moment's running maximum.
     *
     * @param amsgrad true to do so
     * @return this builder
     */
    default B amsgrad(boolean amsgrad) {
        return set(AMSGRAD, amsgrad);
    }
}
