package io.radam;

import java.util.Objects;

/**
 * NAdam: Adam with Nesterov's momentum, which looks ahead by the momentum of the next step. Timothy Dozat,
 * "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop, as {@code torch.optim.NAdam} has it.
 *
 * {@snippet :
 * try (Optimizer optimizer = NAdam.builder()
 *         .learningRate(2e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>The momentum grows from step to step, and the update is divided by 1 minus the product of the momenta so far. That
 * product follows from the hyperparameters and the parameter's step number, so it is no state. If {@code beta1} or
 * {@code momentumDecay} change during training, it is what it would be had they always been so, as with the bias
 * corrections of {@link Adam}. PyTorch keeps the product of the old momenta. With the usual values it is below 1e-16,
 * and makes no difference, from step 47 on.
 */
public final class NAdam {
    private NAdam() {
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
        /** {@code torch.optim.NAdam}. */
        PYTORCH(Algorithm.NADAM.defaults().toBuilder()),
        /** NAdamW: {@code torch.optim.NAdam} with {@code decoupled_weight_decay}. */
        NADAMW(Algorithm.NADAM.defaults().toBuilder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED));

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

    /** Builds a NAdam optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements NAdamSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements NAdamSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
