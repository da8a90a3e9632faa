package io.radam;

import java.util.Objects;

/**
 * AdaMod: Adam whose learning rates, one for each element, are bounded by an average of them. Ding, Ren, Luo and Sun,
 * "An Adaptive and Momental Bound Method for Stochastic Learning", 2019.
 *
 * {@snippet :
 * try (Optimizer optimizer = AdaMod.builder()
 *         .learningRate(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class AdaMod {
    private AdaMod() {
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
        /** The authors' {@code AdaMod}. */
        AUTHORS(Algorithm.ADAMOD.defaults());

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

    /** Builds an AdaMod optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdaModSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdaModSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
