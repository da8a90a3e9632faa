package io.radam;

import java.util.Objects;

/**
 * AdamW: Adam whose weight decay shrinks the parameters directly, and is not added to the gradient. Ilya Loshchilov and
 * Frank Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
 *
 * {@snippet :
 * try (Optimizer optimizer = AdamW.builder()
 *         .weightDecay(0.1)
 *         .parameter(Parameter.of(weights, weightGradient))
 *         .build()) {
 *     optimizer.step();
 * }
 * }
 */
public final class AdamW {
    private AdamW() {
    }

    /**
     * A builder with the settings of PyTorch.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return builder(Preset.PYTORCH);
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
        /** {@code torch.optim.AdamW}. Its weight decay is 0.01 unless set. */
        PYTORCH(decoupled().set(Hyperparameters.WEIGHT_DECAY, 1e-2)),
        /**
         * The AdamW that the RAdam authors compare with; set {@link Builder#warmupSteps warmupSteps} for its warm-up.
         */
        AUTHORS(decoupled().set(AdamSettings.EPSILON_PLACEMENT, EpsilonPlacement.PLAIN));

        private final Hyperparameters hyperparameters;

        Preset(Hyperparameters.Builder hyperparameters) {
            this.hyperparameters = hyperparameters.build();
        }

        private static Hyperparameters.Builder decoupled() {
            return Algorithm.ADAM.defaults().toBuilder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED);
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

    /** Builds an AdamW optimizer. */
    public static final class Builder extends OptimizerBuilder<Builder, Group> implements AdamSettings<Builder> {
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
    public static final class Group extends ParameterGroup.Builder<Group> implements AdamSettings<Group> {
        private Group(Builder optimizer) {
            super(optimizer);
        }

        @Override
        Group self() {
            return this;
        }
    }
}
