package io.radam;

/**
 * The settings of {@link QHAdam} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface QHAdamSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /** The first moment's part of the numerator, in [0, 1]. The rest is the gradient's. */
    Hyperparameter<Double> NU1 = Hyperparameter.real("nu1", 1, x -> x >= 0 && x <= 1, "in [0, 1]");

    /** The second moment's part below the root, in [0, 1]. The rest is the squared gradient's. */
    Hyperparameter<Double> NU2 = Hyperparameter.real("nu2", 1, x -> x >= 0 && x <= 1, "in [0, 1]");

    /**
     * The number that is added to the root, so that it is not 0. At least 0. With an epsilon of 0, an element whose
     * gradients have all been zero becomes 0/0, which is NaN. With a nu2 of 0, also one whose gradient is zero in a
     * step becomes infinite or NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of QHAdam's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if QHAdam does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates of the moments.
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
     * The moments' parts of the update. With (1, 1), the default, QHAdam is Adam.
     *
     * @param nu1 of the first moment, in [0, 1]
     * @param nu2 of the second moment, in [0, 1]
     * @return this builder
     */
    default B nus(double nu1, double nu2) {
        set(NU1, nu1);
        return set(NU2, nu2);
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
}
