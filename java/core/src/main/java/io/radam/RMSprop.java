package io.radam;

import java.util.Objects;

/**
 * RMSprop: the gradient, divided by the root of a moving average of its square. Tieleman and Hinton, "Lecture 6.5 -
 * RMSprop", 2012, as {@code torch.optim.RMSprop} has it; centered after Graves, "Generating Sequences With Recurrent
 * Neural Networks", 2013.
 *
 * {@snippet :
 * try (Optimizer optimizer = RMSprop.builder()
 *         .learningRate(1e-3).momentum(0.9)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>Averages begin at 0 and are not corrected for it, so that the first steps are larger than later ones.
 */
public final class RMSprop {
    private RMSprop() {
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
        /** {@code torch.optim.RMSprop}. */
        PYTORCH(Algorithm.RMSPROP.defaults());

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

    /** Builds an RMSprop optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements RMSpropSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements RMSpropSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
