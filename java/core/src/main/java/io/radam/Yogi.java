package io.radam;

import java.util.Objects;

/**
 * Yogi: Adam in which the second moment moves towards the squared gradient by a part of that gradient alone, so that it
 * does not forget large gradients at once. Zaheer et al., "Adaptive Methods for Nonconvex Optimization", NeurIPS 2018.
 *
 * {@snippet :
 * try (Optimizer optimizer = Yogi.builder()
 *         .learningRate(1e-2)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Yogi {
    private Yogi() {
    }

    /**
     * A builder with the settings of the package torch-optimizer.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.TORCH_OPTIMIZER);
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
        /** {@code torch_optimizer.Yogi}. */
        TORCH_OPTIMIZER(Algorithm.YOGI.defaults());

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

    /** Builds a Yogi optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements YogiSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements YogiSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
