package io.radam;

import java.util.Objects;

/**
 * Adadelta: the gradient, times the root of an average of squared updates, divided by that of squared gradients, so
 * that updates have the unit of parameters. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, as {@code
 * torch.optim.Adadelta} has it.
 *
 * {@snippet :
 * try (Optimizer optimizer = Adadelta.builder()
 *         .rho(0.9)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>The learning rate is 1 in the paper, and unless set. Updates begin as small as the root of epsilon, and grow.
 */
public final class Adadelta {
    private Adadelta() {
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
        /** {@code torch.optim.Adadelta}. */
        PYTORCH(Algorithm.ADADELTA.defaults());

        private final Hyperparameters hyperparameters;

        Preset(Hyperparameters hyperparameters) {
            this.hyperparameters = hyperparameters;
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

    /** Builds an Adadelta optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdadeltaSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdadeltaSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
