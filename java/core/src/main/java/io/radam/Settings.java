package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The settings of a group of parameters that all algorithms have. An optimizer's builder has them too: its settings are
 * those of each group that does not set its own. Settings of one algorithm alone are in an interface such as {@link
 * AdamSettings}. Values are checked when the optimizer is built.
 *
 * @param <B> the builder that has these settings
 */
public abstract class Settings<B extends Settings<B>> {
    final List<Parameter> parameters = new ArrayList<>();
    Hyperparameters.Builder hyperparameters;
    String groupName;
    StateType stateType = StateType.FLOAT32;
    Rounding stateRounding = Rounding.STOCHASTIC;

    Settings(Hyperparameters.Builder hyperparameters) {
        this.hyperparameters = hyperparameters;
    }

    abstract B self();

    /** Whether hyperparameters of another algorithm can take the place of the present ones. */
    boolean takesAnyAlgorithm() {
        return false;
    }

    final ParameterGroup toGroup() {
        return new ParameterGroup(groupName, parameters, hyperparameters.build(), stateType, stateRounding);
    }

    /**
     * Sets a hyperparameter.
     *
     * @param <T> the type of its values
     * @param hyperparameter one of the algorithm's, or of those around any: {@link Hyperparameters#LOOKAHEAD_STEPS}
     * @param value          the value
     * @return this builder
     * @throws InvalidHyperparameterException if the algorithm does not have it
     */
    public final <T> B set(Hyperparameter<T> hyperparameter, T value) {
        hyperparameters.set(hyperparameter, value);
        return self();
    }

    /**
     * Sets all hyperparameters, such as those that {@link Hyperparameters#parse} has read.
     *
     * @param hyperparameters of the builder's algorithm; of any for {@link ParameterGroup.AnyBuilder}, whose algorithm
     *                        is theirs then
     * @return this builder
     * @throws InvalidHyperparameterException if they are of another algorithm
     */
    public final B hyperparameters(Hyperparameters hyperparameters) {
        if (takesAnyAlgorithm()) {
            this.hyperparameters = hyperparameters.toBuilder();
        } else {
            this.hyperparameters.setAll(hyperparameters);
        }
        return self();
    }

    /**
     * The hyperparameters that a group would have now.
     *
     * @return what is set so far; later changes of this builder do not change it
     * @throws InvalidHyperparameterException if a value is out of range
     */
    public final Hyperparameters hyperparameters() {
        return hyperparameters.build();
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
     * The learning rate that training begins with. Of {@link AdaBound} it is also what the final one is in proportion
     * to, {@link AdaBoundSettings#BASE_LEARNING_RATE}, unless that is set afterwards, or the learning rate is 0.
     *
     * @param learningRate at least 0
     * @return this builder
     */
    public final B learningRate(double learningRate) {
        if (hyperparameters.algorithm() == Algorithm.ADABOUND && (float) learningRate > 0) {
            set(AdaBoundSettings.BASE_LEARNING_RATE, learningRate);
        }
        return set(Hyperparameters.LEARNING_RATE, learningRate);
    }

    /**
     * The weight decay.
     *
     * @param weightDecay at least 0
     * @return this builder
     */
    public final B weightDecay(double weightDecay) {
        return set(Hyperparameters.WEIGHT_DECAY, weightDecay);
    }

    /**
     * Whether to step up the gradient instead of down.
     *
     * @param maximize true to maximize
     * @return this builder
     */
    public final B maximize(boolean maximize) {
        return set(Hyperparameters.MAXIMIZE, maximize);
    }

    /**
     * The number by which gradients are multiplied before anything else, such as one over a batch size or a loss scale.
     *
     * @param gradientScale more than 0
     * @return this builder
     */
    public final B gradientScale(double gradientScale) {
        return set(Hyperparameters.GRADIENT_SCALE, gradientScale);
    }

    /**
     * Lookahead around the algorithm, whatever that is: Michael R. Zhang et al., "Lookahead Optimizer: k steps forward,
     * 1 step back", NeurIPS 2019. Each parameter has slow weights, which begin as its values before its first step. In
     * its steps k, 2k, 3k and so on, {@code slow = slow + alpha * (value - slow)}, and then {@code value = slow}. In
     * the others Lookahead does nothing, and its memory is not touched. Steps that are skipped do not count.
     *
     * <p>The slow weights are state, {@link StateBuffer#SLOW_PARAM}, in float32 whatever the types of values and state.
     * They go towards the values as the step computes them in float32, and values of 16 bits are the slow weights,
     * rounded once. Where {@linkplain Parameter.Builder#updateInGradient updates} are asked for, it is the update that
     * is rounded. A parameter with an {@linkplain Parameter.Builder#average average} cannot have Lookahead.
     *
     * <p>A group has none of its optimizer's Lookahead by {@code set(Hyperparameters.LOOKAHEAD_STEPS, 0L)}. With 1 step
     * and an alpha of 1 the parameters are not quite those of the algorithm alone, since slow weights are rounded.
     *
     * <p>As the authors' code has it; their defaults are 5 and 0.8. The momentum stays as it is, unless {@link
     * #lookaheadMomentum} says otherwise.
     *
     * @param steps k, at least 1; later changes count from step 0, as if it had always been so
     * @param alpha in (0, 1]
     * @return this builder
     * @throws InvalidHyperparameterException if there are less than one step
     */
    public final B lookahead(long steps, double alpha) {
        if (steps < 1) {
            throw new InvalidHyperparameterException("lookaheadSteps must be at least 1, but is " + steps);
        }
        set(Hyperparameters.LOOKAHEAD_STEPS, steps);
        return set(Hyperparameters.LOOKAHEAD_ALPHA, alpha);
    }

    /**
     * Gradient centralization before the algorithm, whatever that is: Hongwei Yong, Jianqiang Huang, Xiansheng Hua and
     * Lei Zhang, "Gradient Centralization: A New Optimization Technique for Deep Neural Networks", ECCV 2020. Before
     * all else that a step does with it, each element of a gradient has the mean of its row subtracted. A row is what
     * one output of a layer has, {@link Parameter.Builder#rowLength}; parameters without rows, or with rows of one
     * element, are left alone. The gradient's memory is only read.
     *
     * <p>Clipping by norm measures the gradient as it is in memory, and a clip value cuts it after the means were
     * subtracted. Means are added in double in a fixed order, so they are the same on every backend and any number of
     * threads. A gradient that is not finite leaves none in its row that is.
     *
     * @param centralizeGradients false unless set; a group cannot change it once it is built
     * @return this builder
     */
    public final B centralizeGradients(boolean centralizeGradients) {
        return set(Hyperparameters.CENTRALIZE_GRADIENTS, centralizeGradients);
    }

    /**
     * What becomes of the algorithm's momentum in the steps in which Lookahead does something. With {@link
     * LookaheadMomentum#PULLBACK} there is a buffer of state more for each momentum, {@code slow_} and its name, in
     * float32 whatever the type of state; momentum of a smaller type is it, rounded to nearest. An algorithm without
     * momentum is refused unless it is {@link LookaheadMomentum#KEEP}, which is the default.
     *
     * @param momentum counts only where there is {@linkplain #lookahead Lookahead}
     * @return this builder
     */
    public final B lookaheadMomentum(LookaheadMomentum momentum) {
        return set(Hyperparameters.LOOKAHEAD_MOMENTUM, Objects.requireNonNull(momentum, "momentum"));
    }

    /**
     * How the state is stored.
     *
     * @param stateType float32 unless set
     * @return this builder
     */
    public final B stateType(StateType stateType) {
        this.stateType = Objects.requireNonNull(stateType, "stateType");
        return self();
    }

    /**
     * How state of a type smaller than float32 is rounded. {@link Rounding#NEAREST} is for comparison only: it rounds
     * the changes of Adam's second moment away.
     *
     * @param stateRounding stochastic unless set
     * @return this builder
     */
    public final B stateRounding(Rounding stateRounding) {
        this.stateRounding = Objects.requireNonNull(stateRounding, "stateRounding");
        return self();
    }
}
