package io.radam.nd4j;

import io.radam.ADOPT;
import io.radam.AdEMAMix;
import io.radam.AdaBelief;
import io.radam.AdaBound;
import io.radam.AdaBoundSettings;
import io.radam.AdaMod;
import io.radam.Adadelta;
import io.radam.Adagrad;
import io.radam.AdamSettings;
import io.radam.Adamax;
import io.radam.Adan;
import io.radam.COCOB;
import io.radam.DiffGrad;
import io.radam.Hyperparameters;
import io.radam.MADGRAD;
import io.radam.NAdam;
import io.radam.Padam;
import io.radam.QHAdam;
import io.radam.QHM;
import io.radam.RMSprop;
import io.radam.SgdSettings;
import io.radam.Yogi;

/**
 * Updaters of each algorithm that one can have, for DL4J and SameDiff.
 *
 * {@snippet :
 * new NeuralNetConfiguration.Builder().updater(RadamUpdaters.nadam(2e-3))
 * new NeuralNetConfiguration.Builder().updater(RadamUpdaters.adan(1e-3).with(AdanSettings.BETA1, 0.97))
 * new NeuralNetConfiguration.Builder().updater(RadamUpdaters.lion(1e-4).withSchedule(schedule)).weightDecay(0.1)
 * }
 *
 * <p>Each follows the algorithm's first preset, but for the learning rate and without its weight decay, which is the
 * framework's; {@code adam} and {@code amsgrad} follow DL4J's own rules. {@code java/ALGORITHMS.md} says where ND4J's
 * updater of the same name differs. Learning rates are finite
 * and at least 0, and an {@link io.radam.InvalidHyperparameterException} is thrown for others.
 */
public final class RadamUpdaters {
    private RadamUpdaters() {
    }

    private static FusedUpdater of(Hyperparameters preset, double learningRate) {
        return new FusedUpdater(preset.withWeightDecay(0).withLearningRate(learningRate));
    }

    /**
     * RAdam as the paper's authors have it, which is a {@link RAdamUpdater}.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater radam(double learningRate) {
        return new RAdamUpdater(learningRate);
    }

    /**
     * Adam by the rules of DL4J's own, which is an {@link AdamUpdater}.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adam(double learningRate) {
        return new AdamUpdater(learningRate);
    }

    /**
     * Adam that divides by the root of the second moment's running maximum, otherwise as {@link #adam}.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater amsgrad(double learningRate) {
        return adam(learningRate).with(AdamSettings.AMSGRAD, true);
    }

    /**
     * SGD with momentum as PyTorch has it, which is an {@link SgdUpdater}.
     *
     * @param learningRate such as 0.1
     * @param momentum     in [0, 1); with 0 there is no state
     * @return an updater
     */
    public static FusedUpdater sgd(double learningRate, double momentum) {
        return new SgdUpdater(learningRate, momentum);
    }

    /**
     * SGD with Nesterov's momentum as PyTorch has it.
     *
     * @param learningRate such as 0.1
     * @param momentum     in (0, 1)
     * @return an updater
     */
    public static FusedUpdater nesterovs(double learningRate, double momentum) {
        return sgd(learningRate, momentum).with(SgdSettings.NESTEROV, true);
    }

    /**
     * Lion as its authors have it, which is a {@link LionUpdater}.
     *
     * @param learningRate such as 1e-4: a third to a tenth of Adam's
     * @return an updater
     */
    public static FusedUpdater lion(double learningRate) {
        return new LionUpdater(learningRate);
    }

    /**
     * NAdam as PyTorch has it.
     *
     * @param learningRate such as 2e-3
     * @return an updater
     */
    public static FusedUpdater nadam(double learningRate) {
        return of(NAdam.Preset.PYTORCH.hyperparameters(), learningRate);
    }

    /**
     * RMSprop as PyTorch has it, without momentum unless it is set.
     *
     * @param learningRate such as 1e-2
     * @return an updater
     */
    public static FusedUpdater rmsprop(double learningRate) {
        return of(RMSprop.Preset.PYTORCH.hyperparameters(), learningRate);
    }

    /**
     * Adagrad as PyTorch has it.
     *
     * @param learningRate such as 1e-2
     * @return an updater
     */
    public static FusedUpdater adagrad(double learningRate) {
        return of(Adagrad.Preset.PYTORCH.hyperparameters(), learningRate);
    }

    /**
     * Adamax as PyTorch has it.
     *
     * @param learningRate such as 2e-3
     * @return an updater
     */
    public static FusedUpdater adamax(double learningRate) {
        return of(Adamax.Preset.PYTORCH.hyperparameters(), learningRate);
    }

    /**
     * Adadelta as PyTorch has it.
     *
     * @param learningRate 1, as the paper has it, unless there is a reason
     * @return an updater
     */
    public static FusedUpdater adadelta(double learningRate) {
        return of(Adadelta.Preset.PYTORCH.hyperparameters(), learningRate);
    }

    /**
     * AdaBelief as its authors' {@code adabelief_pytorch} 0.2 has it, rectified.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adabelief(double learningRate) {
        return of(AdaBelief.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * ADOPT as its authors have it, clipped. Its first iteration makes no update.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adopt(double learningRate) {
        return of(ADOPT.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * Yogi as the package torch-optimizer has it.
     *
     * @param learningRate such as 1e-2
     * @return an updater
     */
    public static FusedUpdater yogi(double learningRate) {
        return of(Yogi.Preset.TORCH_OPTIMIZER.hyperparameters(), learningRate);
    }

    /**
     * QHAdam as its authors have it, with nus of 1, which {@link FusedUpdater#with} sets.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater qhadam(double learningRate) {
        return of(QHAdam.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * QHM as its authors propose to begin with.
     *
     * @param learningRate such as 1
     * @return an updater
     */
    public static FusedUpdater qhm(double learningRate) {
        return of(QHM.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * AdEMAMix as its authors have it, without their warm-up, which {@link FusedUpdater#with} sets.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater ademamix(double learningRate) {
        return of(AdEMAMix.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * AdaMod as its authors have it.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adamod(double learningRate) {
        return of(AdaMod.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * Adan as its authors have it, without its own weight decay.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adan(double learningRate) {
        return of(Adan.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * AdaBound as its authors have it, whose final learning rate is 0.1. Where a schedule changes the learning rate, the
     * final one changes in proportion.
     *
     * @param learningRate that training begins with, above 0, such as 1e-3
     * @return an updater
     */
    public static FusedUpdater adabound(double learningRate) {
        return of(AdaBound.Preset.AUTHORS.hyperparameters()
                .with(AdaBoundSettings.BASE_LEARNING_RATE, learningRate), learningRate);
    }

    /**
     * AMSBound as its authors have it: {@link #adabound} with AMSGrad.
     *
     * @param learningRate that training begins with, above 0, such as 1e-3
     * @return an updater
     */
    public static FusedUpdater amsbound(double learningRate) {
        return adabound(learningRate).with(AdaBoundSettings.AMSGRAD, true);
    }

    /**
     * diffGrad as its authors have it.
     *
     * @param learningRate such as 1e-3
     * @return an updater
     */
    public static FusedUpdater diffgrad(double learningRate) {
        return of(DiffGrad.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * Padam as its authors have it.
     *
     * @param learningRate such as 0.1
     * @return an updater
     */
    public static FusedUpdater padam(double learningRate) {
        return of(Padam.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * MADGRAD as its authors have it, with a momentum of 0.9.
     *
     * @param learningRate such as 1e-2
     * @return an updater
     */
    public static FusedUpdater madgrad(double learningRate) {
        return of(MADGRAD.Preset.AUTHORS.hyperparameters(), learningRate);
    }

    /**
     * COCOB as its author has it, which has no learning rate.
     *
     * @return an updater, with a learning rate of 1
     */
    public static FusedUpdater cocob() {
        return of(COCOB.Preset.AUTHORS.hyperparameters(), 1);
    }
}
