package io.radam;

/**
 * The settings of {@link COCOB} that {@link Settings} does not have. Its learning rate is 1. Gradients are multiplied by
 * it: another that does not change changes nothing, unless gradients are as small as epsilon.
 *
 * @param <B> the builder that has these settings
 */
public interface CocobSettings<B> {
    /** The larger it is, the shorter are the first steps. In [0, 2^63]. */
    Hyperparameter<Double> ALPHA = Hyperparameter.real("alpha", 100.0, x -> x >= 0 && x <= 0x1p63, "in [0, 2^63]");

    /** What stands for the largest gradient before the first one. More than 0. */
    Hyperparameter<Double> EPSILON = Hyperparameter.positive("epsilon", 1e-8);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of COCOB's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if COCOB does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * How short the first steps are.
     *
     * @param alpha in [0, 2^63]
     * @return this builder
     */
    default B alpha(double alpha) {
        return set(ALPHA, alpha);
    }

    /**
     * What stands for the largest gradient before the first one.
     *
     * @param epsilon more than 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
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
