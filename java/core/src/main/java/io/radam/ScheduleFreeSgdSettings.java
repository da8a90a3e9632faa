package io.radam;

/**
 * The settings of {@link ScheduleFreeSGD} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface ScheduleFreeSgdSettings<B> {
    /**
     * How much of the average there is where gradients are taken; the rest is the newest iterate. In (0, 1).
     */
    Hyperparameter<Double> MOMENTUM = Hyperparameter.interpolation("momentum", 0.9);

    /** The power of the step number in the weight of an iterate in the average, in [0, 16]. */
    Hyperparameter<Double> R = Hyperparameter.powerOfWeights("r", 0);

    /**
     * The power of the learning rate in the weight of an iterate in the average, in [0, 16]. It makes a difference with
     * a warm-up only: a learning rate that is changed during training counts as if it had always been that. The authors
     * take the largest one so far, which is the same for one that stays as it is in the warm-up and does not grow
     * later. For one that grows other than by {@link #WARMUP_STEPS}, weights differ from the authors'.
     */
    Hyperparameter<Double> WEIGHT_LR_POWER = Hyperparameter.powerOfWeights("weightLrPower", 2);

    /** In how many steps the learning rate grows to what it is, at least 0. */
    Hyperparameter<Long> WARMUP_STEPS = Hyperparameter.steps("warmupSteps");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Schedule-Free SGD's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Schedule-Free SGD does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * How much of the average there is where gradients are taken.
     *
     * @param momentum in (0, 1)
     * @return this builder
     */
    default B momentum(double momentum) {
        return set(MOMENTUM, momentum);
    }

    /**
     * The power of the step number in the weight of an iterate in the average.
     *
     * @param r in [0, 16]
     * @return this builder
     */
    default B r(double r) {
        return set(R, r);
    }

    /**
     * The power of the learning rate in the weight of an iterate in the average.
     *
     * @param weightLrPower in [0, 16]
     * @return this builder
     */
    default B weightLrPower(double weightLrPower) {
        return set(WEIGHT_LR_POWER, weightLrPower);
    }

    /**
     * In how many steps the learning rate grows to what it is.
     *
     * @param warmupSteps at least 0; 0 for none
     * @return this builder
     */
    default B warmupSteps(long warmupSteps) {
        return set(WARMUP_STEPS, warmupSteps);
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
