package io.radam;

/**
 * The settings of {@link AdaMod} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdaModSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /** Decay rate of the average of learning rates, in [0, 1). */
    Hyperparameter<Double> BETA3 = Hyperparameter.rate("beta3", 0.999);

    /**
     * The number that is added to the root, so that it is not 0. At least 0. The learning rate of an element whose
     * gradients have all been zero is divided by it, and the average then bounds nothing for thousands of steps; under
     * {@link StateType#BLOCK8} also that of other elements of its block. With an epsilon of 0 it is 2^63; it is 0/0,
     * which is NaN, in a step whose learning rate is 0.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdaMod's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdaMod does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates of the averages.
     *
     * @param beta1 of the first moment, in [0, 1)
     * @param beta2 of the second moment, in [0, 1)
     * @param beta3 of the average of learning rates, in [0, 1)
     * @return this builder
     */
    default B betas(double beta1, double beta2, double beta3) {
        set(BETA1, beta1);
        set(BETA2, beta2);
        return set(BETA3, beta3);
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
