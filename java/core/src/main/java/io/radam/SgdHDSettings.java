package io.radam;

/**
 * The settings of {@link SgdHD} that {@link Settings} does not have. Weight decay is always added to the gradient.
 *
 * @param <B> the builder that has these settings
 */
public interface SgdHDSettings<B> {
    /** The momentum, in [0, 1). */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /** By how much gradients are dampened, as {@link SgdSettings#DAMPENING}. */
    Hyperparameter<Double> DAMPENING = Hyperparameter.real("dampening", 0.0, x -> x >= 0 && x <= 1, "in [0, 1]");

    /** Whether the update is Nesterov's. It needs a momentum above 0 and a dampening of 0. */
    Hyperparameter<Boolean> NESTEROV = Hyperparameter.flag("nesterov");

    /** By which the learning rate follows the product of a gradient and the update before it. At least 0. */
    Hyperparameter<Double> HYPERGRAD_LR = Hyperparameter.atLeastZero("hypergradLr", 1e-6);

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of SgdHD's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if SgdHD does not have it
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
     * Uses Nesterov momentum: SGDN-HD. It needs a momentum above 0 and a dampening of 0, and a second buffer of state.
     *
     * @param nesterov true to do so
     * @return this builder
     */
    default B nesterov(boolean nesterov) {
        return set(NESTEROV, nesterov);
    }

    /**
     * By which the learning rate follows the product of a gradient and the update before it.
     *
     * @param hypergradLr at least 0
     * @return this builder
     */
    default B hypergradLr(double hypergradLr) {
        return set(HYPERGRAD_LR, hypergradLr);
    }
}
