package io.radam;

import java.util.Objects;

/** Adam: Diederik Kingma and Jimmy Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. */
public final class Adam extends Optimizer {
    private Adam(Builder builder) {
        super(builder);
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
     * @param preset whose rules to follow
     * @return a new builder
     */
    public static Builder builder(Preset preset) {
        return new Builder(Objects.requireNonNull(preset, "preset").hyperparameters());
    }

    /** Whose rules to follow. Each preset is nothing but settings, any of which can be changed. */
    public enum Preset {
        /** {@code torch.optim.Adam}. */
        PYTORCH(EpsilonPlacement.BIAS_CORRECTED, WeightDecay.L2, 0),
        /** "Adam-2k" of the RAdam paper: in the first 2,000 steps only the second moment moves. */
        ADAM_2K(EpsilonPlacement.PLAIN, WeightDecay.DECOUPLED, 2000);

        private final Hyperparameters hyperparameters;

        Preset(EpsilonPlacement epsilonPlacement, WeightDecay weightDecayMode, long frozenSteps) {
            hyperparameters = new Hyperparameters(false, 1e-3, 0.9, 0.999, 1e-8, epsilonPlacement, 0, weightDecayMode,
                    false, 1, Unrectified.SKIP, 5, false, 0, frozenSteps);
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

    /** Builds an {@link Adam}. */
    public static final class Builder extends OptimizerBuilder<Adam, Builder> {
        private Builder(Hyperparameters defaults) {
            super(defaults);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * In how many first steps only the second moment moves.
         *
         * @param frozenSteps at least 0
         * @return this builder
         */
        public Builder frozenSteps(long frozenSteps) {
            this.frozenSteps = frozenSteps;
            return this;
        }

        @Override
        public Adam build() {
            return new Adam(this);
        }
    }
}
