package io.radam;

import java.util.Objects;

/**
 * LARS, for large batches: {@link SGD} whose gradients are multiplied, for each parameter, by the trust ratio: the norm
 * of its values over the norm of its gradient, times a coefficient. You, Gitman and Ginsburg, "Large Batch Training of
 * Convolutional Networks", 2017.
 *
 * {@snippet :
 * try (Optimizer optimizer = LARS.builder()
 *         .learningRate(4)
 *         .momentum(0.9)
 *         .weightDecay(1e-4)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .group(group -> group.weightDecay(0).learningRate(0.01).parameter(Parameter.of(bias, biasGradient)))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>A group without weight decay is SGD, whose learning rate no ratio of some 10<sup>-3</sup> multiplies: give it one
 * of its own, or {@link LarsSettings#adapt adapt(ALWAYS)}. The ratio is 1 in a step of a parameter of zeros, too, such
 * as the first of a layer that begins so.
 *
 * <p>A parameter is what is adapted as a whole: a layer's weights should be one {@link Parameter}. A {@linkplain
 * Parameter.Builder#slice slice} has a ratio of its own, unless {@code radam-sharded} has made it. A step reads values
 * and gradients twice. Weight decay is added to the gradient, and multiplied with it. A step on a GPU waits for the
 * sums.
 */
public final class LARS {
    private LARS() {
    }

    /**
     * A builder with the settings of pytorch-image-models. Without a weight decay, or {@link LarsSettings#adapt
     * adapt(ALWAYS)}, no parameter is adapted: that is SGD with a learning rate of 1.
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
        /**
         * {@code Lars} of pytorch-image-models, after NVIDIA's {@code LARC} of apex: without weight decay it is {@link SGD},
         * unless {@link LarsSettings#ADAPT} is {@link Adaptation#ALWAYS}.
         */
        TIMM(Algorithm.LARS.defaults()),
        /**
         * {@code LARS} of facebookresearch/barlowtwins, whose ratio is by the gradient with decay. It has no learning
         * rate of its own: 0.2 here.
         */
        BARLOWTWINS(Algorithm.LARS.defaults().toBuilder().set(Hyperparameters.LEARNING_RATE, 0.2)
                .set(LarsSettings.MOMENTUM, 0.9).set(LarsSettings.EPSILON, 0.0)
                .set(LarsSettings.ADAPT, Adaptation.ALWAYS).set(LarsSettings.DECAYED_NORM, true).build());

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

    /** Builds a LARS optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements LarsSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements LarsSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
