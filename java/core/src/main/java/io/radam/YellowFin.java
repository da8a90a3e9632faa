package io.radam;

import java.util.Objects;

/**
 * YellowFin: {@link SGD} that tunes its learning rate and its momentum itself, after each step, from what it measures
 * of the gradients: the range of their norms' squares as the range of curvatures, their variance, and the distance to
 * the optimum. Zhang and Mitliagkas, "YellowFin and the Art of Momentum Tuning", MLSys 2019.
 *
 * {@snippet :
 * try (Optimizer optimizer = YellowFin.builder()
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 *     double momentum = optimizer.state(optimizer.groups().getFirst().parameters().getFirst())
 *             .numbers().get("momentum");
 * }
 * }
 *
 * <p>A group is tuned as a whole, by all of its parameters of a step. The learning rate and the momentum that are set
 * are those of step 1; {@link Optimizer#setLearningRateFactor} multiplies all learning rates. What it has measured are
 * {@link ParameterState#numbers() numbers} of each parameter, alike for those that were always stepped together: {@code
 * learning_rate}, without that factor, and {@code momentum} are those of the last step.
 *
 * <p>A step reads gradients and one of the two buffers of state twice. {@linkplain Parameter.Builder#slice Slices} are
 * measured by themselves, unless {@code radam-sharded} has made them. A step on a GPU waits for the sums.
 */
public final class YellowFin {
    private YellowFin() {
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
        /** {@code YFOptimizer} of the authors' YellowFin_Pytorch. */
        AUTHORS(Algorithm.YELLOWFIN.defaults());

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

    /** Builds a YellowFin optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements YellowFinSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements YellowFinSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
