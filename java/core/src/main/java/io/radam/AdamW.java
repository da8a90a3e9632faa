package io.radam;

import java.util.Objects;

/** AdamW: Ilya Loshchilov and Frank Hutter, "Decoupled Weight Decay Regularization", ICLR 2019. */
public final class AdamW extends Optimizer {
    private AdamW(Builder builder) {
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
        /** {@code torch.optim.AdamW}. Its weight decay is 0.01 unless set. */
        PYTORCH(EpsilonPlacement.BIAS_CORRECTED, 1e-2),
        /** The AdamW that the RAdam authors compare with; set {@link Settings#warmupSteps} for its warm-up. */
        AUTHORS(EpsilonPlacement.PLAIN, 0);

        private final Hyperparameters hyperparameters;

        Preset(EpsilonPlacement epsilonPlacement, double weightDecay) {
            hyperparameters = new Hyperparameters(false, 1e-3, 0.9, 0.999, 1e-8, epsilonPlacement, weightDecay,
                    WeightDecay.DECOUPLED, false, 1, Unrectified.SKIP, 5, false, 0, 0);
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

    /** Builds an {@link AdamW}. */
    public static final class Builder extends OptimizerBuilder<AdamW, Builder> {
        private Builder(Hyperparameters defaults) {
            super(defaults);
        }

        @Override
        Builder self() {
            return this;
        }

        @Override
        public AdamW build() {
            return new AdamW(this);
        }
    }
}
