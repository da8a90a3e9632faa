package io.radam;

import java.util.Objects;

/**
 * NovoGrad: {@link SGD} with momentum whose gradients are divided, for each parameter, by the root of a moving average
 * of their norm's square, so that each layer has gradients of about the same norm. Ginsburg et al., "Stochastic Gradient
 * Methods with Layer-wise Adaptive Moments for Training of Deep Networks", 2019.
 *
 * {@snippet :
 * try (Optimizer optimizer = NovoGrad.builder()
 *         .learningRate(0.01)
 *         .betas(0.95, 0.98)
 *         .weightDecay(1e-3)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>Its state is one buffer, half of Adam's, and the average, one number for a parameter: {@link
 * ParameterState#numbers()}. The first gradient that is not 0 is divided by its own norm.
 *
 * <p>A parameter is what is normalized as a whole: a layer's weights should be one {@link Parameter}. A {@linkplain
 * Parameter.Builder#slice slice} has an average of its own, unless {@code radam-sharded} has made it. A step reads
 * gradients twice. A step on a GPU waits for the sums.
 */
public final class NovoGrad {
    private NovoGrad() {
    }

    /**
     * A builder with the settings of NVIDIA's code.
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
        /** {@code NvNovoGrad} of pytorch-image-models, which is NVIDIA's code of Jasper. */
        NVIDIA(Algorithm.NOVOGRAD.defaults());

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

    /** Builds a NovoGrad optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements NovoGradSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements NovoGradSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
