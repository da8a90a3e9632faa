package io.radam;

import java.util.Objects;

/**
 * Lion: each element moves by the learning rate, against the sign of an average of its gradients. Xiangning Chen et
 * al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023. It wants a learning rate about a tenth of Adam's,
 * and a weight decay ten times as large.
 *
 * {@snippet :
 * try (Optimizer optimizer = Lion.builder()
 *         .learningRate(1e-4).weightDecay(1)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class Lion {
    private Lion() {
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
        /** The authors' {@code lion_pytorch.py}. */
        AUTHORS(Algorithm.LION.defaults().toBuilder());

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

    /** Builds a Lion optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements LionSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements LionSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
