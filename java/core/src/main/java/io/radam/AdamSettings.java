package io.radam;

/**
 * The settings of {@link Adam}, {@link AdamW} and {@link RAdam} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdamSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the denominator, so that it is not 0. At least 0. With an epsilon of 0, an element
     * whose gradients have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** Where epsilon is added. */
    Hyperparameter<EpsilonPlacement> EPSILON_PLACEMENT =
            Hyperparameter.choice("epsilonPlacement", EpsilonPlacement.BIAS_CORRECTED);

    /**
     * Whether to divide by the root of the second moment's running maximum (Reddi et al., "On the Convergence of Adam
     * and Beyond", ICLR 2018). The maximum is a third buffer of state.
     */
    Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");

    /**
     * The length of a linear warm-up of the learning rate, as in the RAdam authors' AdamW. In a step t less than this,
     * the learning rate is {@code 1e-8 + t * learningRate / warmupSteps}. 0 is no warm-up.
     */
    Hyperparameter<Long> WARMUP_STEPS = Hyperparameter.steps("warmupSteps");

    /**
     * The number of first steps that update the second moment only. They count as steps, but leave the first moment and
     * the parameters as they are, without decay. "Adam-2k" of the RAdam paper has 2000.
     */
    Hyperparameter<Long> FROZEN_STEPS = Hyperparameter.steps("frozenSteps");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Adam's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Adam does not have it
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
     * Where epsilon is added.
     *
     * @param epsilonPlacement to sqrt(v) as it is, or bias-corrected
     * @return this builder
     */
    default B epsilonPlacement(EpsilonPlacement epsilonPlacement) {
        return set(EPSILON_PLACEMENT, epsilonPlacement);
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
     * Whether to divide by the root of the second moment's running maximum.
     *
     * @param amsgrad true to do so
     * @return this builder
     */
    default B amsgrad(boolean amsgrad) {
        return set(AMSGRAD, amsgrad);
    }

    /**
     * A linear warm-up of the learning rate, as in the RAdam authors' AdamW. In a step t less than {@code steps}, the
     * learning rate is {@code 1e-8 + t * learningRate / steps}.
     *
     * @param steps at least 0; 0 is no warm-up
     * @return this builder
     */
    default B warmupSteps(long steps) {
        return set(WARMUP_STEPS, steps);
    }

    /**
     * The number of first steps that update the second moment only.
     *
     * @param steps at least 0
     * @return this builder
     */
    default B frozenSteps(long steps) {
        return set(FROZEN_STEPS, steps);
    }
}
