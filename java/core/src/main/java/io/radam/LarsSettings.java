package io.radam;

/**
 * The settings of {@link LARS} that {@link Settings} does not have. Weight decay is always added to the gradient.
 *
 * @param <B> the builder that has these settings
 */
public interface LarsSettings<B> {
    /** The momentum, in [0, 1). Above 0 it costs a buffer of state. */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /** By how much gradients are dampened, as {@link SgdSettings#DAMPENING}. */
    Hyperparameter<Double> DAMPENING = Hyperparameter.real("dampening", 0.0, x -> x >= 0 && x <= 1, "in [0, 1]");

    /** Whether to step by Nesterov's momentum. Needs a momentum above 0 and a dampening of 0. */
    Hyperparameter<Boolean> NESTEROV = Hyperparameter.flag("nesterov");

    /** The trust ratio where values and gradient have the same norm. More than 0. */
    Hyperparameter<Double> TRUST_COEFFICIENT = Hyperparameter.positive("trustCoefficient", 1e-3);

    /** The number that is added to the norm of the gradient. At least 0. */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** For which parameters gradients are multiplied by the trust ratio. */
    Hyperparameter<Adaptation> ADAPT = Hyperparameter.choice("adapt", Adaptation.WITH_DECAY);

    /**
     * Whether the trust ratio over the learning rate, and at most 1, takes the place of the ratio, so that the learning
     * rate is the largest one.
     */
    Hyperparameter<Boolean> TRUST_CLIP = Hyperparameter.flag("trustClip");

    /**
     * Whether the norm is that of the gradient with weight decay. Otherwise it is that of the gradient without, plus
     * the weight decay times the norm of the values.
     */
    Hyperparameter<Boolean> DECAYED_NORM = Hyperparameter.flag("decayedNorm");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of LARS's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if LARS does not have it
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
     * By how much gradients are dampened before the momentum buffer takes them up.
     *
     * @param dampening in [0, 1]
     * @return this builder
     */
    default B dampening(double dampening) {
        return set(DAMPENING, dampening);
    }

    /**
     * Whether to step by Nesterov's momentum.
     *
     * @param nesterov true to do so
     * @return this builder
     */
    default B nesterov(boolean nesterov) {
        return set(NESTEROV, nesterov);
    }

    /**
     * The trust ratio where values and gradient have the same norm.
     *
     * @param trustCoefficient more than 0
     * @return this builder
     */
    default B trustCoefficient(double trustCoefficient) {
        return set(TRUST_COEFFICIENT, trustCoefficient);
    }

    /**
     * The number that is added to the norm of the gradient.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }

    /**
     * For which parameters gradients are multiplied by the trust ratio.
     *
     * @param adapt which
     * @return this builder
     */
    default B adapt(Adaptation adapt) {
        return set(ADAPT, adapt);
    }

    /**
     * Whether the learning rate is the largest one: the ratio over the learning rate, and at most 1, takes the place of
     * the ratio.
     *
     * @param trustClip true for that
     * @return this builder
     */
    default B trustClip(boolean trustClip) {
        return set(TRUST_CLIP, trustClip);
    }

    /**
     * Whether the norm is that of the gradient with weight decay.
     *
     * @param decayedNorm true for that
     * @return this builder
     */
    default B decayedNorm(boolean decayedNorm) {
        return set(DECAYED_NORM, decayedNorm);
    }
}
