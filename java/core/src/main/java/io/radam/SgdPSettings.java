package io.radam;

/**
 * The settings of {@link SGDP} that {@link Settings} does not have. Weight decay is always decoupled, and that of
 * {@code learningRate / (1 - momentum)}.
 *
 * @param <B> the builder that has these settings
 */
public interface SgdPSettings<B> {
    /** The momentum, in [0, 1). Above 0 it costs a buffer of state. */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.rate("momentum", 0.0);

    /**
     * By how much gradients are dampened, in [0, 1); also in step 1, and without momentum, so that with 1 no step would
     * ever move a parameter.
     */
    Hyperparameter<Double> DAMPENING = Hyperparameter.real("dampening", 0.0, x -> x >= 0 && x < 1,
            "in [0, 1), since with 1 no step would ever move a parameter");

    /** The number that is added to the norm of a row. At least 0. */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * Below which cosine of values and gradient a row is projected, times the root of its length. At least 0, with
     * which nothing is projected.
     */
    Hyperparameter<Double> DELTA = Hyperparameter.atLeastZero("delta", 0.1);

    /** What the weight decay is multiplied by in steps that are projected. At least 0. */
    Hyperparameter<Double> WD_RATIO = Hyperparameter.atLeastZero("wdRatio", 0.1);

    /** Whether to step by Nesterov's momentum. Needs a momentum above 0 and a dampening of 0. */
    Hyperparameter<Boolean> NESTEROV = Hyperparameter.flag("nesterov");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of SGDP's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if SGDP does not have it
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
     * By how much gradients are dampened.
     *
     * @param dampening in [0, 1)
     * @return this builder
     */
    default B dampening(double dampening) {
        return set(DAMPENING, dampening);
    }

    /**
     * Below which cosine of values and gradient a row is projected, times the root of its length.
     *
     * @param delta at least 0
     * @return this builder
     */
    default B delta(double delta) {
        return set(DELTA, delta);
    }

    /**
     * What the weight decay is multiplied by in steps that are projected.
     *
     * @param wdRatio at least 0
     * @return this builder
     */
    default B wdRatio(double wdRatio) {
        return set(WD_RATIO, wdRatio);
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
     * The number that is added to the norm of a row.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    default B epsilon(double epsilon) {
        return set(EPSILON, epsilon);
    }
}
