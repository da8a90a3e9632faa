package io.radam;

/**
 * The settings of {@link AdamP} that {@link Settings} does not have. Weight decay is always decoupled.
 *
 * @param <B> the builder that has these settings
 */
public interface AdamPSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root of the second moment, once that is bias-corrected, and to the norm of a row.
     * At least 0. With 0, an element whose gradients have all been zero becomes NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * Below which cosine of values and gradient a row is projected, times the root of its length. At least 0, with
     * which nothing is projected.
     */
    Hyperparameter<Double> DELTA = Hyperparameter.atLeastZero("delta", 0.1);

    /** What the weight decay is multiplied by in steps that are projected. At least 0. */
    Hyperparameter<Double> WD_RATIO = Hyperparameter.atLeastZero("wdRatio", 0.1);

    /** Whether the update has the gradient mixed with the first moment once more, as Nesterov's momentum has. */
    Hyperparameter<Boolean> NESTEROV = Hyperparameter.flag("nesterov");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdamP's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdamP does not have it
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
     * Below which cosine of values and gradient a row is projected, times the root of its length.
     *
     * @param delta at least 0
     * @return this builder
     */
    default B delta(double delta) {
        return set(DELTA, delta);
    }

    /**
     * What the weight decay is multiplied by in steps that are projected.
     *
     * @param wdRatio at least 0
     * @return this builder
     */
    default B wdRatio(double wdRatio) {
        return set(WD_RATIO, wdRatio);
    }

    /**
     * Whether to step by Nesterov's momentum.
     *
     * @param nesterov true to do so
     * @return this builder
     */
    default B nesterov(boolean nesterov) {
        return set(NESTEROV, nesterov);
    }

    /**
     * The number that is added to the root of the second moment, and to the norm of a row.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }
}
