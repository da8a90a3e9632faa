package io.radam;

import java.util.Objects;

/**
 * LAMB, for large batches: Adam whose learning rate is multiplied, for each parameter, by the trust ratio: the norm of
 * its values over the norm of their update. You et al., "Large Batch Optimization for Deep Learning: Training BERT in
 * 76 minutes", ICLR 2020.
 *
 * {@snippet :
 * try (Optimizer optimizer = LAMB.builder()
 *         .learningRate(2e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .group(group -> group.weightDecay(0).parameter(Parameter.of(bias, biasGradient)))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>Weight decay is always decoupled. A parameter is what is adapted as a whole: a layer's weights should be one
 * {@link Parameter}. A {@linkplain Parameter.Builder#slice slice} has a ratio of its own, unless {@code radam-sharded}
 * has made it. A step reads values, gradients and state twice. A step on a GPU waits for the sums.
 */
public final class LAMB {
    private LAMB() {
    }

    /**
     * A builder with the settings of NVIDIA's FusedLAMB.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.NVIDIA);
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
         * NVIDIA's FusedLAMB, as also pytorch-image-models has it. Its {@code max_grad_norm} of 1 is {@link
         * StepOptions#maxGradientNorm} here.
         */
        NVIDIA(Algorithm.LAMB.defaults()),
        /** {@code cybertronai/pytorch-lamb}. */
        CYBERTRONAI(Algorithm.LAMB.defaults().withWeightDecay(0)
                .with(LambSettings.MAX_PARAM_NORM, 10.0)
                .with(LambSettings.BIAS_CORRECTION, false)
                .with(LambSettings.ADAPT, Adaptation.ALWAYS));

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

    /** Builds a LAMB optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements LambSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements LambSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
