package io.radam;

import java.util.Objects;

/**
 * Padam: Adam whose denominator is raised to a power below 1, so that it is between SGD and Adam. Chen et al., "Closing
 * the Generalization Gap of Adaptive Gradient Methods in Training Deep Neural Networks", 2018.
 *
 * {@snippet :
 * try (Optimizer optimizer = Padam.builder()
 *         .learningRate(0.1)
 *         .partial(0.125)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Padam {
    private Padam() {
    }

    /**
     * A builder with the settings of the authors.
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
        /** The authors' {@code Padam}, with {@code amsgrad}. */
        AUTHORS(Algorithm.PADAM.defaults());

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

    /** Builds a Padam optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements PadamSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements PadamSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
