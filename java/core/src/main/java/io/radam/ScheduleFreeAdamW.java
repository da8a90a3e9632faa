package io.radam;

import java.util.Objects;

/**
 * Schedule-Free AdamW: AdamW with an average of its iterates in the place of the first moment and of a learning-rate
 * schedule. Defazio, Yang, Mehta, Mishchenko, Khaled and Cutkosky, "The Road Less Scheduled", 2024.
 *
 * <p>The parameters are where gradients are taken, and not the model to use. That is the average of the iterates, which
 * {@link ScheduleFree#average} computes.
 *
 * {@snippet :
 * try (Optimizer optimizer = ScheduleFreeAdamW.builder()
 *         .learningRate(0.0025)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class ScheduleFreeAdamW {
    private ScheduleFreeAdamW() {
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
        /** The authors' {@code AdamWScheduleFree}. */
        AUTHORS(Algorithm.SCHEDULEFREE_ADAMW.defaults());

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

    /** Builds a Schedule-Free AdamW optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group>
            implements ScheduleFreeAdamWSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group>
            implements ScheduleFreeAdamWSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
