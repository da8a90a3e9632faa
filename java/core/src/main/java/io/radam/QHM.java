package io.radam;

import java.util.Objects;

/**
 * QHM, quasi-hyperbolic momentum: SGD whose update is between that of the momentum and that of the gradient alone. Ma
 * and Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", ICLR 2019.
 *
 * {@snippet :
 * try (Optimizer optimizer = QHM.builder()
 *         .momentum(0.995)
 *         .nu(0.7)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class QHM {
    private QHM() {
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
         * The authors' {@code qhoptim}, which has no defaults, with what they propose to begin with: a learning rate of
         * 1, a momentum of 0.999, and a nu of 0.7.
         */
        AUTHORS(Algorithm.QHM.defaults());

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

    /** Builds a QHM optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements QHMSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements QHMSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
