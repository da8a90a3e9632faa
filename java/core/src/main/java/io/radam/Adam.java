package io.radam;

import java.util.Objects;

/**
 * Adam: Diederik Kingma and Jimmy Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
 *
 * {@snippet :
 * try (Optimizer optimizer = Adam.builder()
 *         .learningRate(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Adam {
    private Adam() {
    }

    /**
     * A builder with the settings of PyTorch.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.PYTORCH);
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
        /** {@code torch.optim.Adam}. */
        PYTORCH(Algorithm.ADAM.defaults().toBuilder()),
        /** "Adam-2k" of the RAdam paper: in the first 2,000 steps only the second moment moves. */
        ADAM_2K(Algorithm.ADAM.defaults().toBuilder().set(AdamSettings.EPSILON_PLACEMENT, EpsilonPlacement.PLAIN)
                .set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED).set(AdamSettings.FROZEN_STEPS, 2000L));

        private final Hyperparameters hyperparameters;

        Preset(Hyperparameters.Builder hyperparameters) {
            this.hyperparameters = hyperparameters.build();
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

    /** Builds an Adam optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdamSettings<Builder> {
        private Builder(Hyperparameters preset) {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdamSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
