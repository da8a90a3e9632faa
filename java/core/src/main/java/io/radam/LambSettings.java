package io.radam;

/**
 * The settings of {@link LAMB} that {@link Settings} does not have. Weight decay is always decoupled.
 *
 * @param <B> the builder that has these settings
 */
public interface LambSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root of the second moment, once that is bias-corrected. At least 0. With 0, an
     * element whose gradients have all been zero becomes NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-6);

    /** What the norm of a parameter counts as at most, in the trust ratio. More than 0, and infinite unless set. */
    Hyperparameter<Double> MAX_PARAM_NORM = Hyperparameter.real("maxParamNorm", Double.POSITIVE_INFINITY,
            x -> x.floatValue() > 0, "more than 0 as float32");

    /** Whether moments are corrected for their beginning at 0. */
    Hyperparameter<Boolean> BIAS_CORRECTION = Hyperparameter.flag("biasCorrection");

    /**
     * Whether the first moment is an average of gradients. Otherwise it is 1 / (1 - beta1) times that, and the state
     * still has the average.
     */
    Hyperparameter<Boolean> GRAD_AVERAGING = Hyperparameter.flag("gradAveraging");

    /** For which parameters the learning rate is multiplied by the trust ratio. */
    Hyperparameter<Adaptation> ADAPT = Hyperparameter.choice("adapt", Adaptation.WITH_DECAY);

    /** Whether the trust ratio is at most 1. */
    Hyperparameter<Boolean> TRUST_CLIP = Hyperparameter.flag("trustClip");

    /**
     * Whether decay is apart from the update: values shrink by the learning rate times the weight decay before their
     * norm is taken. Otherwise the weight decay times the values is a part of the update, whose norm counts.
     */
    Hyperparameter<Boolean> DECAY_APART = Hyperparameter.flag("decayApart");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of LAMB's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if LAMB does not have it
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
     * The number that is added to the root, so that the denominator is not 0.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * What the norm of a parameter counts as at most.
     *
     * @param maxParamNorm more than 0; {@link Double#POSITIVE_INFINITY} for no limit
     * @return this builder
     */
    default B maxParamNorm(double maxParamNorm) {
        return set(MAX_PARAM_NORM, maxParamNorm);
    }

    /**
     * Whether moments are corrected for their beginning at 0.
     *
     * @param biasCorrection true to do so
     * @return this builder
     */
    default B biasCorrection(boolean biasCorrection) {
        return set(BIAS_CORRECTION, biasCorrection);
    }

    /**
     * Whether the first moment is an average of gradients, or 1 / (1 - beta1) times that.
     *
     * @param gradAveraging true for the average
     * @return this builder
     */
    default B gradAveraging(boolean gradAveraging) {
        return set(GRAD_AVERAGING, gradAveraging);
    }

    /**
     * For which parameters the learning rate is multiplied by the trust ratio.
     *
     * @param adapt which
     * @return this builder
     */
    default B adapt(Adaptation adapt) {
        return set(ADAPT, adapt);
    }

    /**
     * Whether the trust ratio is at most 1.
     *
     * @param trustClip true for that
     * @return this builder
     */
    default B trustClip(boolean trustClip) {
        return set(TRUST_CLIP, trustClip);
    }

    /**
     * Whether decay is apart from the update, and has no part in its norm.
     *
     * @param decayApart true for that
     * @return this builder
     */
    default B decayApart(boolean decayApart) {
        return set(DECAY_APART, decayApart);
    }
}
