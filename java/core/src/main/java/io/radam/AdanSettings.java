package io.radam;

/**
 * The settings of {@link Adan} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdanSettings<B> {
    /** Decay rate of the average of gradients, in [0, 1). In the paper, 1 minus that. */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.98);

    /** Decay rate of the average of the gradients' differences, in [0, 1). In the paper, 1 minus that. */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.92);

    /** Decay rate of the second moment, in [0, 1). In the paper, 1 minus that. */
    Hyperparameter<Double> BETA3 = Hyperparameter.rate("beta3", 0.99);

    /**
     * The number that is added to the root, so that it is not 0. At least 0. With an epsilon of 0, an element whose
     * gradients have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * How decoupled decay acts. Unless set, p is divided by 1 + learningRate * weightDecay after its update; otherwise
     * it is multiplied by 1 - learningRate * weightDecay before it.
     */
    Hyperparameter<Boolean> NO_PROX = Hyperparameter.flag("noProx");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Adan's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Adan does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates of the averages.
     *
     * @param beta1 of the average of gradients, in [0, 1)
     * @param beta2 of the average of their differences, in [0, 1)
     * @param beta3 of the second moment, in [0, 1)
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

    /**
     * How decoupled decay acts: whether p is multiplied by 1 - learningRate * weightDecay before its update, as with
     * AdamW, in place of being divided by 1 + learningRate * weightDecay after it.
     *
     * @param noProx false unless set
     * @return this builder
     */
    default B noProx(boolean noProx) {
        return set(NO_PROX, noProx);
    }
}
