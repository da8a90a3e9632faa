package io.radam;

/**
 * The settings of {@link Adagrad} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdagradSettings<B> {
    /**
     * The number that is added to the root of the sum, so that it is not 0. At least 0. With an epsilon of 0, an
     * element whose gradients have all been zero becomes 0/0, which is NaN, unless sums begin above 0.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-10);

    /** How fast the learning rate falls: at least 0. In step t it is divided by {@code 1 + (t - 1) * it}. */
    Hyperparameter<Double> LEARNING_RATE_DECAY = Hyperparameter.real("learningRateDecay", 0.0,
            x -> x >= 0 && Double.isFinite(x), "finite and at least 0");

    /**
     * What sums begin with, in [0, 2^127]. Step 1 adds it: before, the state is 0. It is not added to the state of a
     * parameter whose first step has another number, by {@link Optimizer#setStepCount(Parameter, long)} say.
     */
    Hyperparameter<Double> INITIAL_ACCUMULATOR = Hyperparameter.initialAccumulator(0);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Adagrad's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Adagrad does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

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
     * How fast the learning rate falls.
     *
     * @param learningRateDecay at least 0
     * @return this builder
     */
    default B learningRateDecay(double learningRateDecay) {
        return set(LEARNING_RATE_DECAY, learningRateDecay);
    }

    /**
     * What sums begin with.
     *
     * @param initialAccumulator in [0, 2^127]
     * @return this builder
     */
    default B initialAccumulator(double initialAccumulator) {
        return set(INITIAL_ACCUMULATOR, initialAccumulator);
    }

    /**
     * How the weight decay acts.
     *
     * @param weightDecayMode whether it is added to the gradient, or shrinks the parameters directly
     * @return this builder
     */
    default B weightDecayMode(WeightDecay weightDecayMode) {
        return set(Hyperparameters.WEIGHT_DECAY_MODE, weightDecayMode);
    }
}
