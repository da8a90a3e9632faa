package io.radam;

/**
 * The settings of {@link AdaBelief} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdaBeliefSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the variance, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the variance, again in every step, and to its root in the denominator. At least 0.
     * With an epsilon of 0, an element whose gradients have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-16);

    /**
     * Whether to divide by the root of the variance's running maximum, which is a third buffer of state. With
     * {@link #RECTIFY} it changes nothing, as with the authors.
     */
    Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");

    /** Whether to rectify the learning rate as {@link RAdam} does, in steps whose rho is at least 5. */
    Hyperparameter<Boolean> RECTIFY = Hyperparameter.flag("rectify");

    /** What a step does while rho is below 5; with {@link #RECTIFY} only. */
    Hyperparameter<Unrectified> UNRECTIFIED = Hyperparameter.choice("unrectified", Unrectified.MOMENTUM);

    /**
     * Whether a parameter shrinks by {@code weightDecay} of itself, whatever the learning rate; with decoupled decay
     * only.
     */
    Hyperparameter<Boolean> FIXED_WEIGHT_DECAY = Hyperparameter.flag("fixedWeightDecay");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdaBelief's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdaBelief does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates.
     *
     * @param beta1 of the first moment, in [0, 1)
     * @param beta2 of the variance, in [0, 1)
     * @return this builder
     */
    default B betas(double beta1, double beta2) {
        set(BETA1, beta1);
        return set(BETA2, beta2);
    }

    /**
     * The number that is added to the variance in every step, and to its root.
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

    /**
     * Whether decoupled decay leaves the learning rate out.
     *
     * @param fixedWeightDecay true to shrink a parameter by {@code weightDecay} of itself
     * @return this builder
     */
    default B fixedWeightDecay(boolean fixedWeightDecay) {
        return set(FIXED_WEIGHT_DECAY, fixedWeightDecay);
    }

    /**
     * Whether to divide by the root of the variance's running maximum.
     *
     * @param amsgrad true to do so, where steps are not rectified
     * @return this builder
     */
    default B amsgrad(boolean amsgrad) {
        return set(AMSGRAD, amsgrad);
    }

    /**
     * Whether to rectify the learning rate as {@link RAdam} does.
     *
     * @param rectify true to do so
     * @return this builder
     */
    default B rectify(boolean rectify) {
        return set(RECTIFY, rectify);
    }

    /**
     * What a step does while rho is below 5.
     *
     * @param unrectified skip or momentum
     * @return this builder
     */
    default B unrectified(Unrectified unrectified) {
        return set(UNRECTIFIED, unrectified);
    }
}
