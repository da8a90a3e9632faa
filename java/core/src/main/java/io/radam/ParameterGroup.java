package io.radam;

import io.radam.internal.engine.StepGroup;
import io.radam.internal.schedule.StepCoefficients;
import java.util.List;
import java.util.Objects;

/**
 * Parameters of an optimizer that share hyperparameters. These may be changed between steps, by any thread, and a change
 * takes effect with the next step.
 */
public final class ParameterGroup {
    private final List<Parameter> parameters;
    private final StateType stateType;
    private final Rounding stateRounding;
    private volatile Hyperparameters hyperparameters;

    ParameterGroup(List<Parameter> parameters, Hyperparameters hyperparameters, StateType stateType,
            Rounding stateRounding) {
        this.parameters = List.copyOf(parameters);
        this.hyperparameters = hyperparameters;
        this.stateType = stateType;
        this.stateRounding = stateRounding;
    }

    /**
     * The parameters of this group.
     *
     * @return in the order in which they were added; immutable
     */
    public List<Parameter> parameters() {
        return parameters;
    }

    /**
     * How the state is stored.
     *
     * @return the type
     */
    public StateType stateType() {
        return stateType;
    }

    /**
     * How state of a smaller type are rounded.
     *
     * @return the rounding
     */
    public Rounding stateRounding() {
        return stateRounding;
    }

    /**
     * The hyperparameters of the next step.
     *
     * @return a value; it does not follow later changes
     */
    public Hyperparameters hyperparameters() {
        return hyperparameters;
    }

    /**
     * Sets all hyperparameters, from the next step on. They may be any of the same algorithm that want the same state:
     * Adam, AdamW and RAdam are one algorithm, AMSGrad needs another buffer.
     *
     * @param hyperparameters the new ones
     * @throws InvalidHyperparameterException if they are of another algorithm, or want other state; nothing is changed then
     */
    public void setHyperparameters(Hyperparameters hyperparameters) {
        Objects.requireNonNull(hyperparameters, "hyperparameters");
        this.hyperparameters.requireSameState(hyperparameters);
        this.hyperparameters = hyperparameters;
    }

    /**
     * Sets the learning rate, from the next step on.
     *
     * @param learningRate at least 0
     * @throws InvalidHyperparameterException if it is out of range; nothing is changed then
     */
    public void setLearningRate(double learningRate) {
        hyperparameters = hyperparameters.withLearningRate(learningRate);
    }

    /**
     * What the hyperparameters come to in a step: whether RAdam rectifies it, and how large it is.
     *
     * @param step the step number, counted from 1
     * @return the coefficients under the present hyperparameters
     * @throws IllegalArgumentException if the step is less than 1
     */
    public Coefficients coefficients(long step) {
        if (step < 1) {
            throw new IllegalArgumentException("steps are counted from 1, but step is " + step);
        }
        return StepCoefficients.at(hyperparameters, step);
    }

    StepGroup forSteps() {
        return new StepGroup(parameters, this::hyperparameters, hyperparameters.state(), stateType, stateRounding);
    }

    /**
     * Sets what a group has of its own; everything else is as in the optimizer.
     *
     * @param <G> the builder of one algorithm's groups
     */
    public abstract static class Builder<G extends Builder<G>> extends Settings<G> {
        Builder(Settings<?> optimizer) {
            super(new Hyperparameters.Builder(optimizer.hyperparameters));
            stateType = optimizer.stateType;
            stateRounding = optimizer.stateRounding;
        }
    }
}
