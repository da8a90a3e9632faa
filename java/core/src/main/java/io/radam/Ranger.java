package io.radam;

/**
 * Ranger: {@link RAdam} with {@linkplain Settings#lookahead Lookahead} around it, as Less Wright has put them together
 * (lessw2020/Ranger-Deep-Learning-Optimizer, version 20.4.11). That version also centralizes gradients of two and more
 * axes, which {@link Settings#centralizeGradients} adds. Its {@code N_sma_threshhold} is {@link
 * RAdamSettings#rhoThreshold rhoThreshold}.
 *
 * {@snippet :
 * try (Optimizer optimizer = Ranger.builder()
 *         .learningRate(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Ranger {
    private static final Hyperparameters AUTHOR = RAdam.Preset.PYTORCH.hyperparameters().toBuilder()
            .set(AdamSettings.BETA1, 0.95).set(AdamSettings.EPSILON, 1e-5)
            .set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
            .set(Hyperparameters.LOOKAHEAD_STEPS, 6L).set(Hyperparameters.LOOKAHEAD_ALPHA, 0.5).build();

    private Ranger() {
    }

    /**
     * A builder with the settings of Ranger's author: those of {@link #hyperparameters()}.
     *
     * @return a new builder
     */
    public static RAdam.Builder builder() {
        return new RAdam.Builder(AUTHOR);
    }

    /**
     * The settings of Ranger's author: RAdam that is rectified where rho is above 5, and steps along the first moment
     * before; learning rate 1e-3, betas 0.95 and 0.999, epsilon 1e-5, no weight decay, which is decoupled where it is
     * set; Lookahead of 6 steps, with an alpha of 0.5.
     *
     * @return the hyperparameters that a builder starts from
     */
    public static Hyperparameters hyperparameters() {
        return AUTHOR;
    }
}
