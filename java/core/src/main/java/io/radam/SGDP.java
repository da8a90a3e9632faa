package io.radam;

import java.util.Objects;

/**
 * {@link SGD} with momentum whose update loses its part along the values, as {@link AdamP}'s does, and which decays
 * them apart from the gradient. Heo et al., "AdamP: Slowing Down the Slowdown for Momentum Optimizers on
 * Scale-invariant Weights", ICLR 2021: Algorithm 1. The authors' code does the same with Nesterov momentum; without, it
 * takes that part out of the momentum that it keeps, too, which the paper does not.
 *
 * {@snippet :
 * try (Optimizer optimizer = SGDP.builder()
 *         .learningRate(0.1)
 *         .momentum(0.9)
 *         .nesterov(true)
 *         .parameter(Parameter.builder(weights, weightGradient).rowLength(576).build())
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>The projection is of rows: the elements of one output of a layer, {@link Parameter.Builder#rowLength}. Where some
 * rows are not nearly orthogonal to their gradients, the parameter is looked at as one row; and where that is not
 * either, the step is one of {@link SGD}. So is that of a parameter without rows, such as a bias. The measure is the
 * cosine of values and gradient, against {@code delta} over the root of the length of a row.
 *
 * <p>A step reads values, gradients and state twice, and each row is stepped by itself: rows of fewer than some hundred
 * elements cost more. {@linkplain Parameter.Builder#slice Slices} are looked at as parameters of their own, but for
 * those of {@code radam-sharded}. A step on a GPU waits for the sums. Sharded optimizers on GPUs refuse this algorithm.
 */
public final class SGDP {
    private SGDP() {
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
        /** {@code SGDP} of the authors. It has no learning rate of its own: 1e-3 here. */
        AUTHORS(Algorithm.SGDP.defaults());

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

    /** Builds an optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements SgdPSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements SgdPSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
