package io.radam;

/**
 * The settings of {@link CautiousAdamW} that {@link Settings} does not have. Weight decay is always decoupled.
 *
 * @param <B> the builder that has these settings
 */
public interface CautiousAdamWSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root of the second moment, before that is bias-corrected. At least 0. With 0, an
     * element whose gradients have all been zero becomes NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-6);

    /** Whether moments are corrected for their beginning at 0. */
    Hyperparameter<Boolean> CORRECT_BIAS = Hyperparameter.flag("correctBias");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of cautious AdamW's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if cautious AdamW does not have it
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
     * The number that is added to the root, so that the denominator is not 0.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * Whether moments are corrected for their beginning at 0.
     *
     * @param correctBias true to do so
     * @return this builder
     */
    default B correctBias(boolean correctBias) {
        return set(CORRECT_BIAS, correctBias);
    }
}
