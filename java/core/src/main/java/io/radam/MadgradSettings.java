package io.radam;

/**
 * The settings of {@link MADGRAD} that {@link Settings} does not have. With a learning rate of 0 parameters still move,
 * to where the gradients so far lead.
 *
 * @param <B> the builder that has these settings
 */
public interface MadgradSettings<B> {
    /** The momentum, in [0, 1). */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.9);

    /**
     * The number that is added to the cube root, and, as the authors do, to a learning rate that is not 0. At least 0.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-6);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of MADGRAD's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if MADGRAD does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The momentum.
     *
     * @param momentum in [0, 1)
     * @return this builder
     */
    default B momentum(double momentum) {
        return set(MOMENTUM, momentum);
    }

    /**
     * The number that is added to the cube root and to the learning rate.
     *
     * @param epsilon at least 0
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
