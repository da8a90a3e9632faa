package io.radam;

/**
 * The settings of {@link AdaBound} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface AdaBoundSettings<B> {
    /** Decay rate of the first moment, in [0, 1). */
    Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the root, so that it is not 0. At least 0. With an epsilon of 0, an element whose
     * gradients have all been zero becomes 0/0, which is NaN, in a step whose learning rate is 0.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /**
     * What the learning rates of all elements come to, as long as the learning rate is {@link #BASE_LEARNING_RATE}; with
     * another in proportion. That of SGD with momentum would be a choice, times {@code 1 / (1 - beta1)}. More than 0.
     */
    Hyperparameter<Double> FINAL_LEARNING_RATE = Hyperparameter.positive("finalLearningRate", 0.1);

    /**
     * The learning rate at which the final one is {@link #FINAL_LEARNING_RATE}: that of the first step, as with the
     * authors. {@link Settings#learningRate} sets it, too, unless to 0. Nothing else does: not {@code set}, {@code parse},
     * {@link Hyperparameters#withLearningRate} or schedules, which the final one follows. More than 0.
     */
    Hyperparameter<Double> BASE_LEARNING_RATE = Hyperparameter.positive("baseLearningRate", 1e-3);

    /**
     * How fast the bounds close in: in step t a learning rate is between {@code 1 - 1 / (gamma * t + 1)} and {@code 1 +
     * 1 / (gamma * t)} of the one they come to. In (0, 1).
     */
    Hyperparameter<Double> GAMMA = Hyperparameter.real("gamma", 1e-3, x -> x.floatValue() > 0 && x < 1,
            "more than 0, as float32 too, and less than 1");

    /**
     * Whether to divide by the root of the second moment's running maximum, which is a third buffer of state: AMSBound.
     */
    Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");

    /**
     * Whether a parameter shrinks by {@code weightDecay} of itself, whatever the learning rate; with decoupled decay
     * only.
     */
    Hyperparameter<Boolean> FIXED_WEIGHT_DECAY = Hyperparameter.flag("fixedWeightDecay");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of AdaBound's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if AdaBound does not have it
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
     * What the learning rates of all elements come to.
     *
     * @param finalLearningRate more than 0
     * @return this builder
     */
    default B finalLearningRate(double finalLearningRate) {
        return set(FINAL_LEARNING_RATE, finalLearningRate);
    }

    /**
     * How fast the bounds close in.
     *
     * @param gamma in (0, 1)
     * @return this builder
     */
    default B gamma(double gamma) {
        return set(GAMMA, gamma);
    }

    /**
     * Whether to divide by the root of the second moment's running maximum, as AMSBound does.
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

    /**
     * Whether decoupled decay leaves the learning rate out.
     *
     * @param fixedWeightDecay true to shrink a parameter by {@code weightDecay} of itself
     * @return this builder
     */
    default B fixedWeightDecay(boolean fixedWeightDecay) {
        return set(FIXED_WEIGHT_DECAY, fixedWeightDecay);
    }
}
