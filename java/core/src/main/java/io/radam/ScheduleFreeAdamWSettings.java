package io.radam;

/**
 * The settings of {@link ScheduleFreeAdamW} and {@link ScheduleFreeRAdam} that {@link Settings} does not have.
 *
 * @param <B> the builder that has these settings
 */
public interface ScheduleFreeAdamWSettings<B> {
    /**
     * How much of the average there is where gradients are taken; the rest is the newest iterate. In (0, 1).
     */
    Hyperparameter<Double> BETA1 = Hyperparameter.interpolation("beta1", 0.9);

    /** Decay rate of the second moment, in [0, 1). */
    Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);

    /**
     * The number that is added to the bias-corrected root, so that it is not 0. At least 0. With an epsilon of 0, an
     * element whose gradients have all been zero becomes 0/0, which is NaN.
     */
    Hyperparameter<Double> EPSILON = Hyperparameter.epsilon(1e-8);

    /** The power of the step number in the weight of an iterate in the average, in [0, 16]. */
    Hyperparameter<Double> R = Hyperparameter.powerOfWeights("r", 0);

    /**
     * The power of the learning rate in the weight of an iterate in the average, in [0, 16]. It makes a difference with
     * a warm-up or {@link #RECTIFY} only: a learning rate that is changed during training counts as if it had always
     * been that. The authors take the largest one so far, which is the same for one that stays as it is while these
     * raise it, and does not grow later. For one that grows other than by them, weights differ from the authors'.
     */
    Hyperparameter<Double> WEIGHT_LR_POWER = Hyperparameter.powerOfWeights("weightLrPower", 2);

    /** In how many steps the learning rate grows to what it is, at least 0; 0 with {@link #RECTIFY}. */
    Hyperparameter<Long> WARMUP_STEPS = Hyperparameter.steps("warmupSteps");

    /**
     * Decay rate of an average of gradients that takes the gradient's place, and is a buffer of state; in [0, 1). With
     * 0 there is none.
     */
    Hyperparameter<Double> INNER_MOMENTUM = Hyperparameter.rate("innerMomentum", 0);

    /** Whether to rectify the learning rate as {@link RAdam} does, in steps whose rho is more than 4. */
    Hyperparameter<Boolean> RECTIFY = Hyperparameter.flag("rectify");

    /**
     * Whether steps whose rho is at most 4 leave the parameters as they are; otherwise they are those of {@link
     * ScheduleFreeSGD}. With {@link #RECTIFY} only.
     */
    Hyperparameter<Boolean> SILENT_SGD_PHASE = Hyperparameter.flag("silentSgdPhase");

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of Schedule-Free AdamW's
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if Schedule-Free AdamW does not have it
     */
    <T> B set(Hyperparameter<T> hyperparameter, T value);

    /**
     * How much of the average there is where gradients are taken, and the decay rate of the second moment.
     *
     * @param beta1 in (0, 1)
     * @param beta2 in [0, 1)
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
     * @param warmupSteps at least 0; 0 for none, and with rectification
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

    /**
     * Decay rate of an average of gradients that takes the gradient's place.
     *
     * @param innerMomentum in [0, 1); 0 for none
     * @return this builder
     */
    default B innerMomentum(double innerMomentum) {
        return set(INNER_MOMENTUM, innerMomentum);
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
     * Whether steps that are not rectified leave the parameters as they are.
     *
     * @param silentSgdPhase true to do so
     * @return this builder
     */
    default B silentSgdPhase(boolean silentSgdPhase) {
        return set(SILENT_SGD_PHASE, silentSgdPhase);
    }
}
