package io.radam;

import java.util.Objects;

/**
 * RAdam: Adam whose adaptive learning rate is rectified while the second moment has seen few gradients. The
 * rectification takes the place of a warm-up that is tuned by hand. Liyuan Liu et al., "On the Variance of the Adaptive
 * Learning Rate and Beyond", ICLR 2020.
 *
 * {@snippet :
 * try (Optimizer optimizer = RAdam.builder()
 *         .learningRate(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     for (int step = 1; step <= steps; step++) {
 *         backward(); // writes the gradient
 *         optimizer.step();
 *     }
 * }
 * }
 */
public final class RAdam {
    private RAdam() {
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
     * @param preset the implementation whose rules to follow
     * @return a new builder
     */
    public static Builder builder(Preset preset) {
        return new Builder(Objects.requireNonNull(preset, "preset").hyperparameters());
    }

    /** Implementations whose rules to follow. A preset is a set of hyperparameters, each of which can be changed. */
    public enum Preset {
        /**
         * The authors' {@code radam.py}: steps are rectified from rho = 5 on, and do not move the parameters before
         * that. Their {@code degenerated_to_sgd} is {@link Unrectified#MOMENTUM}.
         */
        AUTHORS(rectified(Unrectified.SKIP, true, EpsilonPlacement.PLAIN, WeightDecay.DECOUPLED_ON_UPDATE)),
        /** {@code torch.optim.RAdam}. Its {@code decoupled_weight_decay} is {@link WeightDecay#DECOUPLED}. */
        PYTORCH(rectified(Unrectified.MOMENTUM, false, EpsilonPlacement.PLAIN, WeightDecay.L2)),
        /**
         * {@code tfa.optimizers.RectifiedAdam}. Its {@code sma_threshold} is {@link Builder#rhoThreshold rhoThreshold}.
         */
        TENSORFLOW_ADDONS(rectified(Unrectified.MOMENTUM, true, EpsilonPlacement.BIAS_CORRECTED, WeightDecay.DECOUPLED)
                .set(AdamSettings.EPSILON, 1e-7)),
        /** {@code optax.radam}. */
        OPTAX(rectified(Unrectified.MOMENTUM, true, EpsilonPlacement.BIAS_CORRECTED, WeightDecay.DECOUPLED)),
        /**
         * Algorithm 2 of the paper, to the letter: steps are rectified where rho is above 4, and there is no epsilon.
         * So an element whose gradients have all been zero becomes 0/0, which is NaN. Set an epsilon where that can
         * happen.
         */
        PAPER(rectified(Unrectified.MOMENTUM, false, EpsilonPlacement.PLAIN, WeightDecay.L2)
                .set(RAdamSettings.RHO_THRESHOLD, 4.0).set(AdamSettings.EPSILON, 0.0));

        private final Hyperparameters hyperparameters;

        Preset(Hyperparameters.Builder hyperparameters) {
            this.hyperparameters = hyperparameters.build();
        }

        private static Hyperparameters.Builder rectified(Unrectified unrectified, boolean rectifyAtThreshold,
                EpsilonPlacement epsilonPlacement, WeightDecay weightDecayMode) {
            return Algorithm.ADAM.defaults().toBuilder().set(RAdamSettings.RECTIFY, true)
                    .set(RAdamSettings.UNRECTIFIED, unrectified)
                    .set(RAdamSettings.RECTIFY_AT_THRESHOLD, rectifyAtThreshold)
                    .set(AdamSettings.EPSILON_PLACEMENT, epsilonPlacement)
                    .set(Hyperparameters.WEIGHT_DECAY_MODE, weightDecayMode);
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

    /** Builds a RAdam optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements RAdamSettings<Builder> {
        Builder(Hyperparameters preset) {
            super(preset);
        }

        @Override
        Builder self() {
            return this;
        }

        @Override
        Group newGroup() {
            return new Group(this);
        }
    }

    /** Sets a group's parameters, and the settings in which it differs from the optimizer. */
    public static final class Group extends ParameterGroup.Builder<Group> implements RAdamSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
