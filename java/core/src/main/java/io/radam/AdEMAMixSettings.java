package io.radam;

/**
 * The settings of {@link AdEMAMix} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdEMAMixSettings<B> {
    /** Decay rate of the fast average of gradients, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /** Decay rate of the slow average of gradients, in [0, 1). */
    Hyperparameter<Double> BETA3 = Hyperparameter.rate("beta3", 0.9999);

    /** What the slow average is multiplied by in the update, in [0, 2^63]. */
    Hyperparameter<Double> ALPHA = Hyperparameter.real("alpha", 2, x -> x >= 0 && x <= 0x1p63, "in [0, 2^63]");

    /**
     * The number that is added to the root, so that it is not 0. At least 0. With an epsilon of 0, an element whose
     * gradients have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** The steps in which alpha grows from 0 to its value: t / it of it in step t. At least 0, which is none. */
    Hyperparameter<Long> ALPHA_WARMUP_STEPS = Hyperparameter.steps("alphaWarmupSteps");

    /**
     * The steps in which beta3 grows from beta1 to its value, by a half-life that grows evenly. At least 0, which is
     * none. Otherwise beta1 and beta3 have to be below 1 by more than 1e-8.
     */
    Hyperparameter<Long> BETA3_WARMUP_STEPS = Hyperparameter.steps("beta3WarmupSteps");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdEMAMix's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdEMAMix does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates of the averages.
     *
     * @param beta1 of the fast average of gradients, in [0, 1)
     * @param beta2 of the second moment, in [0, 1)
     * @param beta3 of the slow average of gradients, in [0, 1)
     * @return this builder
     */
    default B betas(double beta1, double beta2, double beta3) {
        set(BETA1, beta1);
        set(BETA2, beta2);
        return set(BETA3, beta3);
    }

    /**
     * What the slow average is multiplied by in the update. With 0, AdEMAMix is AdamW.
     *
     * @param alpha in [0, 2^63]
     * @return this builder
     */
    default B alpha(double alpha) {
        return set(ALPHA, alpha);
    }

    /**
     * The number that is added to the denominator, so that it is not 0.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * The steps in which alpha and beta3 grow to their values. The authors propose those of the whole training.
     *
     * @param steps at least 0
     * @return this builder
     */
    default B warmupSteps(long steps) {
        set(ALPHA_WARMUP_STEPS, steps);
        return set(BETA3_WARMUP_STEPS, steps);
    }
}
