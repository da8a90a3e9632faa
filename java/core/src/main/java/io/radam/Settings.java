package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What can be set for a group of parameters, and so for an optimizer, whose settings are those of all its groups that do
 * not set their own. Values are checked when the optimizer is built.
 *
 * @param <B> the builder that has these settings
 */
public abstract sealed class Settings<B extends Settings<B>> permits OptimizerBuilder, ParameterGroup.Builder {
    final List<Parameter> parameters = new ArrayList<>();
    boolean amsgrad;
    StateType stateType = StateType.FLOAT32;
    Rounding stateRounding = Rounding.STOCHASTIC;
    boolean rectify;
    double learningRate;
    double beta1;
    double beta2;
    double epsilon;
    EpsilonPlacement epsilonPlacement;
    double weightDecay;
    WeightDecay weightDecayMode;
    boolean maximize;
    double gradientScale;
    Unrectified unrectified;
    double rhoThreshold;
    boolean rectifyAtThreshold;
    long warmupSteps;
    long frozenSteps;

    Settings(Hyperparameters h) {
        rectify = h.rectify();
        learningRate = h.learningRate();
        beta1 = h.beta1();
        beta2 = h.beta2();
        epsilon = h.epsilon();
        epsilonPlacement = h.epsilonPlacement();
        weightDecay = h.weightDecay();
        weightDecayMode = h.weightDecayMode();
        maximize = h.maximize();
        gradientScale = h.gradientScale();
        unrectified = h.unrectified();
        rhoThreshold = h.rhoThreshold();
        rectifyAtThreshold = h.rectifyAtThreshold();
        warmupSteps = h.warmupSteps();
        frozenSteps = h.frozenSteps();
    }

    abstract B self();

    final Hyperparameters hyperparameters() {
        return new Hyperparameters(rectify, learningRate, beta1, beta2, epsilon, epsilonPlacement, weightDecay,
                weightDecayMode, maximize, gradientScale, unrectified, rhoThreshold, rectifyAtThreshold, warmupSteps,
                frozenSteps);
    }

    ParameterGroup toGroup() {
        return new ParameterGroup(null, parameters, hyperparameters(), amsgrad, stateType, stateRounding);
    }

    /**
     * Adds a parameter to the group; to the first group, on an optimizer's builder.
     *
     * @param parameter the parameter
     * @return this builder
     */
    public final B parameter(Parameter parameter) {
        parameters.add(Objects.requireNonNull(parameter, "parameter"));
        return self();
    }

    /**
     * Adds parameters to the group; to the first group, on an optimizer's builder.
     *
     * @param parameters the parameters
     * @return this builder
     */
    public final B parameters(Iterable<Parameter> parameters) {
        Objects.requireNonNull(parameters, "parameters").forEach(this::parameter);
        return self();
    }

    /**
     * The learning rate.
     *
     * @param learningRate at least 0
     * @return this builder
     */
    public final B learningRate(double learningRate) {
        this.learningRate = learningRate;
        return self();
    }

    /**
     * The decay rates of the moments.
     *
     * @param beta1 of the first moment, in [0, 1)
     * @param beta2 of the second moment, in [0, 1)
     * @return this builder
     */
    public final B betas(double beta1, double beta2) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        return self();
    }

    /**
     * What keeps the denominator from zero.
     *
     * @param epsilon at least 0
     * @return this builder
     */
    public final B epsilon(double epsilon) {
        this.epsilon = epsilon;
        return self();
    }

    /**
     * Where epsilon is added.
     *
     * @param epsilonPlacement the place
     * @return this builder
     */
    public final B epsilonPlacement(EpsilonPlacement epsilonPlacement) {
        this.epsilonPlacement = Objects.requireNonNull(epsilonPlacement, "epsilonPlacement");
        return self();
    }

    /**
     * The weight decay.
     *
     * @param weightDecay at least 0
     * @return this builder
     */
    public final B weightDecay(double weightDecay) {
        this.weightDecay = weightDecay;
        return self();
    }

    /**
     * How the weight decay acts.
     *
     * @param weightDecayMode the mode
     * @return this builder
     */
    public final B weightDecayMode(WeightDecay weightDecayMode) {
        this.weightDecayMode = Objects.requireNonNull(weightDecayMode, "weightDecayMode");
        return self();
    }

    /**
     * Whether to divide by the running maximum of the second moment (Reddi et al., "On the Convergence of Adam and
     * Beyond", ICLR 2018). Costs half as much state again.
     *
     * @param amsgrad true to do so
     * @return this builder
     */
    public final B amsgrad(boolean amsgrad) {
        this.amsgrad = amsgrad;
        return self();
    }

    /**
     * How the moments are stored.
     *
     * @param stateType float32 unless set
     * @return this builder
     */
    public final B stateType(StateType stateType) {
        this.stateType = Objects.requireNonNull(stateType, "stateType");
        return self();
    }

    /**
     * How moments of a smaller type are rounded. Anything but stochastically is for comparison only: to nearest, the
     * second moment stands still.
     *
     * @param stateRounding stochastic unless set
     * @return this builder
     */
    public final B stateRounding(Rounding stateRounding) {
        this.stateRounding = Objects.requireNonNull(stateRounding, "stateRounding");
        return self();
    }

    /**
     * Whether to step up the gradient instead of down.
     *
     * @param maximize true to maximize
     * @return this builder
     */
    public final B maximize(boolean maximize) {
        this.maximize = maximize;
        return self();
    }

    /**
     * What gradients are multiplied by before anything else, such as one over a batch size or a loss scale.
     *
     * @param gradientScale more than 0
     * @return this builder
     */
    public final B gradientScale(double gradientScale) {
        this.gradientScale = gradientScale;
        return self();
    }

    /**
     * A linear warm-up of the learning rate, as in the RAdam authors' AdamW: that of step t below {@code steps} is
     * {@code 1e-8 + t * learningRate / steps}.
     *
     * @param steps at least 0, which is none
     * @return this builder
     */
    public final B warmupSteps(long steps) {
        this.warmupSteps = steps;
        return self();
    }
}
