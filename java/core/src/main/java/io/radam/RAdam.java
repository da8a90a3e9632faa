package io.radam;

import java.util.Objects;

/**
 * RAdam: Adam whose adaptive learning rate is rectified while the second moment has seen few gradients, in place of a
 * warm-up tuned by hand. Liyuan Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020.
 *
 * <pre>{@code
 * try (RAdam optimizer = RAdam.builder()
 *         .learningRate(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     for (...) {
 *         // compute the gradients, then:
 *         optimizer.step();
 *     }
 * }
 * }</pre>
 */
public final class RAdam extends Optimizer {
    private RAdam(Builder builder) {
        super(builder);
    }

    /**
     * A builder with the settings of the paper's authors.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.AUTHORS);
    }

    /**
     * A builder with the settings of a preset.
     *
     * @param preset whose rules to follow
     * @return a new builder
     */
    public static Builder builder(Preset preset) {
        return new Builder(Objects.requireNonNull(preset, "preset").hyperparameters());
    }

    /** Whose rules to follow. Each preset is nothing but settings, any of which can be changed. */
    public enum Preset {
        /**
         * The authors' {@code radam.py}: rectified from rho = 5 on; no step before that. Their {@code degenerated_to_sgd}
         * is {@link Unrectified#MOMENTUM}.
         */
        AUTHORS(Unrectified.SKIP, 5, true, EpsilonPlacement.PLAIN, WeightDecay.DECOUPLED_ON_UPDATE, 1e-8),
        /** {@code torch.optim.RAdam}. Its {@code decoupled_weight_decay} is {@link WeightDecay#DECOUPLED}. */
        PYTORCH(Unrectified.MOMENTUM, 5, false, EpsilonPlacement.PLAIN, WeightDecay.L2, 1e-8),
        /** {@code tfa.optimizers.RectifiedAdam}. Its {@code sma_threshold} is {@link Builder#rhoThreshold}. */
        TENSORFLOW_ADDONS(Unrectified.MOMENTUM, 5, true, EpsilonPlacement.BIAS_CORRECTED, WeightDecay.DECOUPLED, 1e-7),
        /** {@code optax.radam}. */
        OPTAX(Unrectified.MOMENTUM, 5, true, EpsilonPlacement.BIAS_CORRECTED, WeightDecay.DECOUPLED, 1e-8),
        /**
         * Algorithm 2 of the paper, to the letter: rectified from rho above 4 on, and no epsilon. An element whose
         * gradients have all been zero becomes 0/0, which is NaN; set an epsilon where that can happen.
         */
        PAPER(Unrectified.MOMENTUM, 4, false, EpsilonPlacement.PLAIN, WeightDecay.L2, 0);

        private final Hyperparameters hyperparameters;

        Preset(Unrectified unrectified, double rhoThreshold, boolean rectifyAtThreshold, EpsilonPlacement epsilonPlacement,
                WeightDecay weightDecayMode, double epsilon) {
            hyperparameters = new Hyperparameters(true, 1e-3, 0.9, 0.999, epsilon, epsilonPlacement, 0, weightDecayMode,
                    false, 1, unrectified, rhoThreshold, rectifyAtThreshold, 0, 0);
        }

        /**
         * The settings of this preset.
         *
         * @return the hyperparameters that a builder starts from
         */
        public Hyperparameters hyperparameters() {
            return hyperparameters;
        }
    }

    /** Builds a {@link RAdam}. */
    public static final class Builder extends OptimizerBuilder<RAdam, Builder> {
        private Builder(Hyperparameters defaults) {
            super(defaults);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * What a step does while rho is below the threshold.
         *
         * @param unrectified skip or momentum
         * @return this builder
         */
        public Builder unrectified(Unrectified unrectified) {
            this.unrectified = Objects.requireNonNull(unrectified, "unrectified");
            return this;
        }

        /**
         * The rho from which on steps are rectified.
         *
         * @param rhoThreshold at least 4
         * @return this builder
         */
        public Builder rhoThreshold(double rhoThreshold) {
            this.rhoThreshold = rhoThreshold;
            return this;
        }

        /**
         * Whether a rho equal to the threshold is rectified.
         *
         * @param rectifyAtThreshold true to rectify it
         * @return this builder
         */
        public Builder rectifyAtThreshold(boolean rectifyAtThreshold) {
            this.rectifyAtThreshold = rectifyAtThreshold;
            return this;
        }

        @Override
        public RAdam build() {
            return new RAdam(this);
        }
    }
}
