package io.radam;

/**
 * The settings of {@link RMSprop} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface RMSpropSettings<B> {
    /** Decay rate of the averages, in [0, 1). */
    Hyperparameter<Double> ALPHA = Hyperparameter.rate("alpha", 0.99);

    /**
     * The number that keeps the denominator from being 0. At least 0. With an epsilon of 0, an element whose gradients
     * have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** Whether epsilon is added below the root, as in TensorFlow, and not to it, as in PyTorch. */
    Hyperparameter<Boolean> EPSILON_IN_ROOT = Hyperparameter.flag("epsilonInRoot");

    /** The momentum, in [0, 1). Above 0 it costs a buffer of state. */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /**
     * Whether the root is that of the variance: of the average of squares less the square of the average. That costs a
     * buffer of state. Where a gradient hardly changes, the variance is nearly 0, and steps are large. Use {@link
     * StateType#FLOAT32} with it: what smaller types round away of the averages may be more than the variance, and then
     * an element moves by its quotient by epsilon.
     */
    Hyperparameter<Boolean> CENTERED = Hyperparameter.flag("centered");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of RMSprop's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if RMSprop does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rate of the averages.
     *
     * @param alpha in [0, 1)
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
     * Whether epsilon is added below the root, and not to it.
     *
     * @param epsilonInRoot true to do so
     * @return this builder
     */
    default B epsilonInRoot(boolean epsilonInRoot) {
        return set(EPSILON_IN_ROOT, epsilonInRoot);
    }

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
     * Whether to divide by the root of the variance.
     *
     * @param centered true to do so
     * @return this builder
     */
    default B centered(boolean centered) {
        return set(CENTERED, centered);
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
