package io.radam;

import java.util.Objects;

/**
 * StableAdamW: AdamW that goes slower, parameter by parameter, in a step whose gradients are much larger than the
 * second moment expects: the learning rate is divided by the root mean square of {@code gradient / sqrt(exp_avg_sq)}
 * where that is above a threshold. So it needs no clipping of gradients. Wortsman et al., "Stable and low-precision
 * training for large-scale vision-language models", NeurIPS 2023.
 *
 * {@snippet :
 * try (Optimizer optimizer = StableAdamW.builder()
 *         .learningRate(2e-3)
 *         .weightDecay(0.1)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 *
 * <p>A parameter is what is measured as a whole: a layer's weights should be one {@link Parameter}. A {@linkplain
 * Parameter.Builder#slice slice} is measured by itself, unless {@code radam-sharded} has made it. A step reads
 * gradients and state twice. A step on a GPU waits for the sums.
 */
public final class StableAdamW {
    private StableAdamW() {
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
        /** The authors' {@code StableAdamWUnfused}. */
        AUTHORS(Algorithm.STABLEADAMW.defaults());

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

    /** Builds a StableAdamW optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements StableAdamWSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements StableAdamWSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
