package io.radam.djl;

import io.radam.ADOPT;
import io.radam.AdEMAMix;
import io.radam.AdaBelief;
import io.radam.AdaBound;
import io.radam.AdaMod;
import io.radam.Adadelta;
import io.radam.Adagrad;
import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.AdamP;
import io.radam.AdamW;
import io.radam.Adamax;
import io.radam.Adan;
import io.radam.COCOB;
import io.radam.CautiousAdamW;
import io.radam.CautiousLion;
import io.radam.DiffGrad;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.LAMB;
import io.radam.LARS;
import io.radam.Lion;
import io.radam.MADGRAD;
import io.radam.NAdam;
import io.radam.NovoGrad;
import io.radam.Padam;
import io.radam.QHAdam;
import io.radam.QHM;
import io.radam.RAdam;
import io.radam.RMSprop;
import io.radam.SGD;
import io.radam.SGDP;
import io.radam.ScheduleFreeAdamW;
import io.radam.ScheduleFreeRAdam;
import io.radam.ScheduleFreeSGD;
import io.radam.StableAdamW;
import io.radam.Yogi;
import java.util.Objects;

/**
 * Begins optimizers for DJL.
 *
 * {@snippet :
 * config.optOptimizer(RadamOptimizers.adamW().optWeightDecays(0.05f).build());
 * }
 */
public final class RadamOptimizers {
    private RadamOptimizers() {
    }

    /**
     * RAdam as its authors have it. For another dialect, see {@link #of}.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder radam() {
        return of(RAdam.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Adam as DJL has it on PyTorch: with epsilon added to the uncorrected root.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adam() {
        return of(asDjl(Adam.Preset.PYTORCH.hyperparameters()));
    }

    /**
     * AdamW as DJL has it on PyTorch.
     *
     * @return a builder, with a learning rate of 0.001 and a weight decay of 0.01
     */
    public static RadamOptimizer.Builder adamW() {
        return of(asDjl(AdamW.Preset.PYTORCH.hyperparameters()));
    }

    /**
     * NAdam as PyTorch has it. For NAdamW, see {@link #of}.
     *
     * @return a builder, with a learning rate of 0.002
     */
    public static RadamOptimizer.Builder nadam() {
        return of(NAdam.Preset.PYTORCH.hyperparameters());
    }

    /**
     * SGD as PyTorch has it, without momentum unless it is set.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder sgd() {
        return of(SGD.Preset.PYTORCH.hyperparameters());
    }

    /**
     * Lion as its authors have it.
     *
     * @return a builder, with a learning rate of 0.0001
     */
    public static RadamOptimizer.Builder lion() {
        return of(Lion.Preset.AUTHORS.hyperparameters());
    }

    /**
     * RMSprop as PyTorch has it, without momentum unless it is set.
     *
     * @return a builder, with a learning rate of 0.01
     */
    public static RadamOptimizer.Builder rmsprop() {
        return of(RMSprop.Preset.PYTORCH.hyperparameters());
    }

    /**
     * Adagrad as PyTorch has it.
     *
     * @return a builder, with a learning rate of 0.01
     */
    public static RadamOptimizer.Builder adagrad() {
        return of(Adagrad.Preset.PYTORCH.hyperparameters());
    }

    /**
     * Adamax as PyTorch has it.
     *
     * @return a builder, with a learning rate of 0.002
     */
    public static RadamOptimizer.Builder adamax() {
        return of(Adamax.Preset.PYTORCH.hyperparameters());
    }

    /**
     * Adadelta as PyTorch has it.
     *
     * @return a builder, with a learning rate of 1
     */
    public static RadamOptimizer.Builder adadelta() {
        return of(Adadelta.Preset.PYTORCH.hyperparameters());
    }

    /**
     * AdaBelief as its authors' {@code adabelief_pytorch} 0.2 has it, rectified.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adabelief() {
        return of(AdaBelief.Preset.AUTHORS.hyperparameters());
    }

    /**
     * ADOPT as its authors have it, clipped.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adopt() {
        return of(ADOPT.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Yogi as the package torch-optimizer has it.
     *
     * @return a builder, with a learning rate of 0.01
     */
    public static RadamOptimizer.Builder yogi() {
        return of(Yogi.Preset.TORCH_OPTIMIZER.hyperparameters());
    }

    /**
     * QHAdam as its authors have it, with nus of 1, which {@code opt} sets.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder qhadam() {
        return of(QHAdam.Preset.AUTHORS.hyperparameters());
    }

    /**
     * AdEMAMix as its authors have it, with a beta3 of 0.9999 and an alpha of 2, and without their warm-up, all of which
     * {@code opt} sets.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder ademamix() {
        return of(AdEMAMix.Preset.AUTHORS.hyperparameters());
    }

    /**
     * AdaMod as its authors have it.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adamod() {
        return of(AdaMod.Preset.AUTHORS.hyperparameters());
    }

    /**
     * AdaBound as its authors have it. With another learning rate, {@code opt(AdaBoundSettings.BASE_LEARNING_RATE, ...)}
     * says which training begins with: the final one, which {@code opt} sets too, is in proportion to it.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adabound() {
        return of(AdaBound.Preset.AUTHORS.hyperparameters());
    }

    /**
     * diffGrad as its authors have it.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder diffgrad() {
        return of(DiffGrad.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Padam as its authors have it, with a partial of 1/4, which is half of the power, and AMSGrad; {@code opt} sets both.
     *
     * @return a builder, with a learning rate of 0.1
     */
    public static RadamOptimizer.Builder padam() {
        return of(Padam.Preset.AUTHORS.hyperparameters());
    }

    /**
     * MADGRAD as its authors have it, with a momentum of 0.9, which {@code optMomentum} sets.
     *
     * @return a builder, with a learning rate of 0.01
     */
    public static RadamOptimizer.Builder madgrad() {
        return of(MADGRAD.Preset.AUTHORS.hyperparameters());
    }

    /**
     * COCOB as its author has it, which needs no learning rate.
     *
     * @return a builder, with a learning rate of 1, by which gradients are multiplied
     */
    public static RadamOptimizer.Builder cocob() {
        return of(COCOB.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Schedule-Free SGD as its authors have it, with a momentum of 0.9, which {@code optMomentum} sets. The model to
     * use is what {@link RadamOptimizer#exchangeAverages} puts in the place of the parameters.
     *
     * @return a builder, with a learning rate of 1
     */
    public static RadamOptimizer.Builder scheduleFreeSgd() {
        return of(ScheduleFreeSGD.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Schedule-Free AdamW as its authors have it. The model to use is what {@link RadamOptimizer#exchangeAverages} puts
     * in the place of the parameters.
     *
     * @return a builder, with a learning rate of 0.0025
     */
    public static RadamOptimizer.Builder scheduleFreeAdamW() {
        return of(ScheduleFreeAdamW.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Schedule-Free RAdam as its authors have it. The model to use is what {@link RadamOptimizer#exchangeAverages} puts
     * in the place of the parameters.
     *
     * @return a builder, with a learning rate of 0.0025
     */
    public static RadamOptimizer.Builder scheduleFreeRAdam() {
        return of(ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters());
    }

    /**
     * LAMB as NVIDIA's FusedLAMB has it, but for its clipping. An array is a layer. Biases have weight decay and a trust
     * ratio as all others, unless {@link RadamOptimizer.Builder#optGroup} gives them other settings.
     *
     * @return a builder, with a learning rate of 0.001 and a weight decay of 0.01
     */
    public static RadamOptimizer.Builder lamb() {
        return of(LAMB.Preset.NVIDIA.hyperparameters());
    }

    /**
     * LARS as pytorch-image-models has it, without momentum, which {@code optMomentum} sets. An array is a layer. There
     * are trust ratios only with {@code optWeightDecays}, or with {@code opt(LarsSettings.ADAPT, Adaptation.ALWAYS)}.
     *
     * @return a builder, with a learning rate of 1
     */
    public static RadamOptimizer.Builder lars() {
        return of(LARS.Preset.TIMM.hyperparameters());
    }

    /**
     * AdamP as its authors' code has it. Arrays of two and more axes have a row for each index of the first one.
     *
     * @return a builder
     */
    public static RadamOptimizer.Builder adamP() {
        return of(AdamP.Preset.AUTHORS.hyperparameters());
    }

    /**
     * SGDP as its authors' code has it, with rows as {@link #adamP}'s.
     *
     * @return a builder
     */
    public static RadamOptimizer.Builder sgdP() {
        return of(SGDP.Preset.AUTHORS.hyperparameters());
    }

    /**
     * NovoGrad as NVIDIA's code has it. An array is a layer.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder novoGrad() {
        return of(NovoGrad.Preset.NVIDIA.hyperparameters());
    }

    /**
     * StableAdamW as its authors have it. An array is a layer.
     *
     * @return a builder, with a learning rate of 0.002 and a weight decay of 0.2
     */
    public static RadamOptimizer.Builder stableAdamW() {
        return of(StableAdamW.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Cautious AdamW as its authors have it. An array is a layer.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder cautiousAdamW() {
        return of(CautiousAdamW.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Cautious Lion as pytorch-image-models has it. An array is a layer.
     *
     * @return a builder, with a learning rate of 0.0001
     */
    public static RadamOptimizer.Builder cautiousLion() {
        return of(CautiousLion.Preset.TIMM.hyperparameters());
    }

    /**
     * QHM as its authors propose it, with a momentum of 0.999, which {@code optMomentum} sets, and a nu of 0.7,
     * which {@code opt} sets.
     *
     * @return a builder, with a learning rate of 1
     */
    public static RadamOptimizer.Builder qhm() {
        return of(QHM.Preset.AUTHORS.hyperparameters());
    }

    /**
     * Adan as its authors have it.
     *
     * @return a builder, with a learning rate of 0.001
     */
    public static RadamOptimizer.Builder adan() {
        return of(Adan.Preset.AUTHORS.hyperparameters());
    }

    /**
     * An optimizer of any hyperparameters, such as those of {@code RAdam.Preset.PYTORCH}.
     *
     * @param hyperparameters to begin with; the learning rate is what its tracker says, once one is set
     * @return a builder
     */
    public static RadamOptimizer.Builder of(Hyperparameters hyperparameters) {
        return new RadamOptimizer.Builder(Objects.requireNonNull(hyperparameters, "hyperparameters"));
    }

    /** DJL's betas are float. */
    private static Hyperparameters asDjl(Hyperparameters hyperparameters) {
        return hyperparameters.toBuilder().set(AdamSettings.EPSILON_PLACEMENT, EpsilonPlacement.PLAIN)
                .set(AdamSettings.BETA1, (double) 0.9f).set(AdamSettings.BETA2, (double) 0.999f).build();
    }
}
