package io.radam;

import java.util.Objects;

/**
 * {@link SGD} with hypergradient descent: the learning rate moves too, by the product of the gradient and the update
 * before it. So it grows while these point the same way, and shrinks where they do not. Baydin et al., "Online Learning
 * Rate Adaptation with Hypergradient Descent", ICLR 2018.
 *
 * {@snippet :
 * try (Optimizer optimizer = SgdHD.builder()
 *         .learningRate(0.01)
 *         .hypergradLr(1e-4)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 *     double present = optimizer.groups().getFirst().hyperparameters().learningRate();
 * }
 * }
 *
 * <p>The learning rate is that of a group, and the product that of all its parameters of a step. It begins as the one
 * that is set, and goes on from any that is set later; it is at least 0. {@link Optimizer#setLearningRateFactor}
 * multiplies what steps go by, and not the learning rate itself.
 *
 * <p>A step reads values, gradients and state twice. There is a buffer of state also without momentum, and another one
 * with {@linkplain SgdHDSettings#nesterov Nesterov momentum}, which the paper calls SGDN-HD. {@linkplain
 * Parameter.Builder#slice Slices} have products of their own, unless {@code radam-sharded} has made them. A step
 * on a GPU waits for the sums.
 */
public final class SgdHD {
    private SgdHD() {
    }

    /**
     * A builder with the settings of the authors' code.
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
        /** {@code SGDHD} of the authors, without Nesterov momentum. It has no learning rate of its own: 1e-3 here. */
        AUTHORS(Algorithm.SGD_HD.defaults()),

        /** The same {@code SGDHD} with Nesterov momentum of 0.9: the paper's SGDN-HD. */
        AUTHORS_NESTEROV(Algorithm.SGD_HD.defaults().with(SgdHDSettings.MOMENTUM, 0.9)
                .with(SgdHDSettings.NESTEROV, true));

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

    /** Builds a SgdHD optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements SgdHDSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements SgdHDSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
