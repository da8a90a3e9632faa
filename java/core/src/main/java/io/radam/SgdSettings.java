package io.radam;

/**
 * The settings of {@link SGD} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface SgdSettings<B> {
    /** The momentum, in [0, 1). Above 0 it costs a buffer of state. */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /**
     * By how much gradients are dampened: in [0, 1]. The momentum buffer takes up {@code (1 - dampening) * gradient};
     * in step 1, the whole gradient.
     */
    Hyperparameter<Double> DAMPENING =
            Hyperparameter.real("dampening", 0.0, x -> x >= 0 && x <= 1, "in [0, 1]");

    /** Whether to step by Nesterov's momentum. Needs a momentum above 0 and a dampening of 0. */
    Hyperparameter<Boolean> NESTEROV = Hyperparameter.flag("nesterov");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of SGD's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if SGD does not have it
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
     * How the weight decay acts.
     *
     * @param weightDecayMode whether it is added to the gradient, or shrinks the parameters directly
     * @return this builder
     */
    default B weightDecayMode(WeightDecay weightDecayMode) {
        return set(Hyperparameters.WEIGHT_DECAY_MODE, weightDecayMode);
    }
}
