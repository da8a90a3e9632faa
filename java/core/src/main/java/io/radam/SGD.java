package io.radam;

import java.util.Objects;

/**
 * Stochastic gradient descent, with or without momentum, as {@code torch.optim.SGD} has it.
 *
 * {@snippet :
 * try (Optimizer optimizer = SGD.builder()
 *         .learningRate(0.1).momentum(0.9)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class SGD {
    private SGD() {
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
        /** {@code torch.optim.SGD}: no momentum unless it is set. */
        PYTORCH(Algorithm.SGD.defaults().toBuilder()),
        /**
         * SGDW: the same with decoupled weight decay. From the paper of Loshchilov and Hutter that has {@link AdamW}.
         */
        SGDW(Algorithm.SGD.defaults().toBuilder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED));

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

    /** Builds an SGD optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements SgdSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements SgdSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
