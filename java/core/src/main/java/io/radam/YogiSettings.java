package io.radam;

/**
 * The settings of {@link Yogi} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface YogiSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** The second moment moves by 1 minus this, times the squared gradient. In [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root of the bias-corrected second moment, so that it is not 0. At least 0. With
     * an epsilon of 0, an element whose gradients have all been zero becomes 0/0, which is NaN, unless moments begin
     * above 0.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-3);

    /**
     * What both moments begin with, in [0, 2^127], so that elements without a gradient move, too. Step 1 adds it:
     * before, the state is 0. It is not added to the state of a parameter whose first step has another number, by
     * {@link Optimizer#setStepCount(Parameter, long)} say.
     */
    Hyperparameter<Double> INITIAL_ACCUMULATOR = Hyperparameter.initialAccumulator(1e-6);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Yogi's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Yogi does not have it
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
     * The number that is added to the denominator, so that it is not 0.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * What both moments begin with.
     *
     * @param initialAccumulator in [0, 2^127]
     * @return this builder
     */
    default B initialAccumulator(double initialAccumulator) {
        return set(INITIAL_ACCUMULATOR, initialAccumulator);
    }
}
