package io.radam;

import java.util.Objects;

/**
 * Cautious Lion: {@link Lion} that leaves elements where they are, but for their weight decay, if their update does not
 * have the sign of the gradient. The others go the further the fewer they are: the learning rate is divided by their
 * share of the parameter, or by 0.001 if that is less. Liang, Chen, Liu and Liu, "Cautious Optimizers: Improving
 * Training with One Line of Code", 2024.
 *
 * {@snippet :
 * try (Optimizer optimizer = CautiousLion.builder()
 *         .learningRate(1e-4).weightDecay(1)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>A parameter is what is counted as a whole: a layer's weights should be one {@link Parameter}. A {@linkplain
 * Parameter.Builder#slice slice} is counted by itself, unless {@code radam-sharded} has made it. A step reads gradients
 * and {@code exp_avg} twice. A step on a GPU waits for the sums.
 */
public final class CautiousLion {
    private CautiousLion() {
    }

    /**
     * A builder with the settings of pytorch-image-models.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.TIMM);
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
        /** {@code Lion} of pytorch-image-models, with its {@code caution}. */
        TIMM(Algorithm.CAUTIOUS_LION.defaults());

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

    /** Builds a CautiousLion optimizer. */
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
