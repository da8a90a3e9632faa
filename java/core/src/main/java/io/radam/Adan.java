package io.radam;

import java.util.Objects;

/**
 * Adan: Adam with an average of the differences of successive gradients beside that of the gradients, by which it looks
 * ahead as Nesterov's momentum does. Xie et al., "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep
 * Models", 2022.
 *
 * {@snippet :
 * try (Optimizer optimizer = Adan.builder()
 *         .learningRate(1e-2)
 *         .weightDecay(0.02)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Adan {
    private Adan() {
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
        /**
         * The authors' {@code Adan}. Its {@code max_grad_norm} is {@link StepOptions#withMaxGradientNorm} of any
         * optimizer.
         */
        AUTHORS(Algorithm.ADAN.defaults());

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

    /** Builds an Adan optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdanSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdanSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
