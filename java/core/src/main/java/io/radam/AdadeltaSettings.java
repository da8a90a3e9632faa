package io.radam;

/**
 * The settings of {@link Adadelta} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdadeltaSettings<B> {
    /** Decay rate of both averages, in [0, 1). */
    Hyperparameter<Double> RHO = Hyperparameter.rate("rho", 0.9);

    /** The number that is added to both averages below the roots: above 0, or no step would ever move a parameter. */
    Hyperparameter<Double> EPSILON = Hyperparameter.real("epsilon", 1e-6,
            x -> x.floatValue() > 0 && Float.isFinite(x.floatValue()), "above 0 and finite, as float32");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Adadelta's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Adadelta does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rate of both averages.
     *
     * @param rho in [0, 1)
     * @return this builder
     */
    default B rho(double rho) {
        return set(RHO, rho);
    }

    /**
     * The number that is added to both averages below the roots.
     *
     * @param epsilon above 0
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
