package io.radam;

import io.radam.internal.engine.StepGroup;
import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.AdamState;
import java.util.List;
import java.util.Objects;

/**
 * Parameters of an optimizer that share hyperparameters. These may be changed between steps, by any thread, and a change
 * takes effect with the next step.
 */
public final class ParameterGroup {
    private final List<Parameter> parameters;
    private final boolean amsgrad;
    private final StateType stateType;
    private final Rounding stateRounding;
    private volatile Hyperparameters hyperparameters;

    ParameterGroup(List<Parameter> parameters, Hyperparameters hyperparameters, boolean amsgrad, StateType stateType,
            Rounding stateRounding) {
        this.parameters = List.copyOf(parameters);
        this.hyperparameters = hyperparameters;
        this.amsgrad = amsgrad;
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
     * Whether this group keeps the running maximum of the second moment.
     *
     * @return true under AMSGrad
     */
    public boolean amsgrad() {
        return amsgrad;
    }

    /**
     * How the moments are stored.
     *
     * @return the type
     */
    public StateType stateType() {
        return stateType;
    }

    /**
     * How moments of a smaller type are rounded.
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
     * Sets all hyperparameters, from the next step on.
     *
     * @param hyperparameters the new ones
     */
    public void setHyperparameters(Hyperparameters hyperparameters) {
        this.hyperparameters = Objects.requireNonNull(hyperparameters, "hyperparameters");
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
        return AdamSchedule.coefficients(hyperparameters, step);
    }

    StepGroup forSteps() {
        return new StepGroup(parameters, this::hyperparameters, AdamState.buffers(amsgrad), stateType, stateRounding);
    }

    /** Sets what a group has of its own; everything else is as in the optimizer. */
    public static final class Builder extends Settings<Builder> {
        Builder(Settings<?> optimizer) {
            super(optimizer.hyperparameters());
            amsgrad = optimizer.amsgrad;
            stateType = optimizer.stateType;
            stateRounding = optimizer.stateRounding;
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
