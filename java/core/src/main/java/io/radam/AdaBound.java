package io.radam;

import java.util.Objects;

/**
 * AdaBound: Adam whose learning rates, one for each element, lie between bounds that close in on one, so that it begins
 * as Adam and ends as SGD. Luo, Xiong, Liu and Sun, "Adaptive Gradient Methods with Dynamic Bound of Learning Rate",
 * ICLR 2019. And its kin AMSBound and AdaBoundW.
 *
 * {@snippet :
 * try (Optimizer optimizer = AdaBound.builder()
 *         .learningRate(1e-3)
 *         .finalLearningRate(0.1)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class AdaBound {
    private AdaBound() {
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
        /** The authors' {@code AdaBound}. */
        AUTHORS(Algorithm.ADABOUND.defaults()),
        /** The same with {@code amsbound}. */
        AMSBOUND(Algorithm.ADABOUND.defaults().with(AdaBoundSettings.AMSGRAD, true)),
        /** The authors' {@code AdaBoundW}, whose decay is decoupled, and not multiplied by the learning rate. */
        ADABOUNDW(Algorithm.ADABOUND.defaults().with(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
                .with(AdaBoundSettings.FIXED_WEIGHT_DECAY, true));

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

    /** Builds an AdaBound optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdaBoundSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdaBoundSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
