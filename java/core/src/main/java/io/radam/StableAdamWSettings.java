package io.radam;

/**
 * The settings of {@link StableAdamW} that {@link Settings} does not have. Weight decay is always decoupled.
 *
 * @param <B> the builder that has these settings
 */
public interface StableAdamWSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.99);

    /**
     * The number that is added to the root of the second moment. At least 0. With 0, an element whose gradients have
     * all been zero becomes NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-6);

    /**
     * The root mean square of {@code gradient / max(sqrt(exp_avg_sq), epsilon)} from which on the learning rate is
     * divided by it. More than 0.
     */
    Hyperparameter<Double> CLIP_THRESHOLD = Hyperparameter.positive("clipThreshold", 1);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of StableAdamW's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if StableAdamW does not have it
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
     * The root mean square of updates from which on the learning rate is divided by it.
     *
     * @param clipThreshold more than 0
     * @return this builder
     */
    default B clipThreshold(double clipThreshold) {
        return set(CLIP_THRESHOLD, clipThreshold);
    }
}
