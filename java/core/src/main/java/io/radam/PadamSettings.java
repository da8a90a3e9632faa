package io.radam;

/**
 * The settings of {@link Padam} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface PadamSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root, within the power. At least 0. An element whose gradients have all been zero
     * does not move, with 0 either.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * Half of the power that the denominator is raised to, in (0, 0.5]. With 0.5 the rule is that of Adam or
     * AMSGrad with {@link EpsilonPlacement#PLAIN}, but for a few roundings; the less it is, the more it is that of SGD,
     * and the larger the learning rate may be.
     */
    Hyperparameter<Double> PARTIAL = Hyperparameter.real("partial", 0.25, x -> x.floatValue() > 0 && x <= 0.5,
            "more than 0, as float32 too, and at most 0.5");

    /** Whether to divide by the root of the second moment's running maximum, which is a third buffer of state. */
    Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Padam's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Padam does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * The decay rates.
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
     * Half of the power that the denominator is raised to.
     *
     * @param partial in (0, 0.5]
     * @return this builder
     */
    default B partial(double partial) {
        return set(PARTIAL, partial);
    }

    /**
     * Whether to divide by the root of the second moment's running maximum.
     *
     * @param amsgrad true to do so
     * @return this builder
     */
    default B amsgrad(boolean amsgrad) {
        return set(AMSGRAD, amsgrad);
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
