package io.radam;

import io.radam.internal.engine.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Parameters of an optimizer that share hyperparameters. Any thread may change the hyperparameters at any time. A
 * change takes effect with the next step that begins: each step uses one set of hyperparameters, for statistics and
 * update alike.
 *
 * {@snippet :
 * optimizer.groups().getFirst().update(h -> h.withWeightDecay(0.01).withLearningRate(1e-4));
 * }
 */
public final class ParameterGroup {
    private final String name;
    private final Group forSteps;
    private final List<Parameter> parameters;
    /** What users see of them; null until it is asked for, since they may come one by one. */
    private volatile List<Parameter> view;

    ParameterGroup(String name, List<Parameter> parameters, Hyperparameters hyperparameters, StateType stateType,
            Rounding stateRounding) {
        this.name = name;
        this.parameters = new ArrayList<>(parameters);
        forSteps = new Group(hyperparameters, stateType, stateRounding);
    }

    /**
     * The group's name.
     *
     * @return null if it has none
     */
    public String name() {
        return name;
    }

    /**
     * The parameters of this group.
     *
     * @return in the order in which they were added; immutable, and does not follow later changes
     */
    public List<Parameter> parameters() {
        List<Parameter> present = view;
        if (present == null) {
            synchronized (parameters) {
                present = List.copyOf(parameters);
                view = present;
            }
        }
        return present;
    }

    /**
     * How the state is stored.
     *
     * @return the type
     */
    public StateType stateType() {
        return forSteps.stateType();
    }

    /**
     * How state of a smaller type is rounded.
     *
     * @return the rounding
     */
    public Rounding stateRounding() {
        return forSteps.stateRounding();
    }

    /**
     * The hyperparameters of the next step. Where {@linkplain Algorithm#movesLearningRate steps move the learning rate},
     * they have the present one.
     *
     * @return a value; it does not follow later changes
     */
    public Hyperparameters hyperparameters() {
        return forSteps.hyperparameters();
    }

    /**
     * Sets all hyperparameters, from the next step on. They must be of the same algorithm, which Adam, AdamW and RAdam
     * are, and need the same buffers of state: AMSGrad cannot be turned on or off.
     *
     * @param hyperparameters the new ones
     * @throws InvalidHyperparameterException if they are of another algorithm, or need other state; nothing is changed
     *     then
     */
    public void setHyperparameters(Hyperparameters hyperparameters) {
        Objects.requireNonNull(hyperparameters, "hyperparameters");
        // Not by update, whose function would be allocated in each call. Another thread may set others between the
        // check and the change. These need the same state, so the check holds for them too.
        hyperparameters().requireSameState(hyperparameters);
        forSteps.set(hyperparameters);
    }

    /**
     * Changes hyperparameters, from the next step on. No change that another thread makes at the same time is lost.
     *
     * @param change gives new hyperparameters for the present ones; may be called more than once, and must not change
     *               this group by itself: it would be called again for ever
     * @throws InvalidHyperparameterException as {@link #setHyperparameters}, or if the function throws it; nothing is
     *     changed then
     */
    public void update(UnaryOperator<Hyperparameters> change) {
        Objects.requireNonNull(change, "change");
        forSteps.update(before -> {
            Hyperparameters changed = Objects.requireNonNull(change.apply(before), "hyperparameters");
            before.requireSameState(changed);
            return changed;
        });
    }

    /**
     * Sets the learning rate, from the next step on.
     *
     * @param learningRate at least 0
     * @throws InvalidHyperparameterException if it is out of range; nothing is changed then
     */
    public void setLearningRate(double learningRate) {
        update(hyperparameters -> hyperparameters.withLearningRate(learningRate));
    }

    /**
     * The coefficients of a step, which tell whether RAdam rectifies it, and its size. The optimizer's {@linkplain
     * Optimizer#learningRateFactor learning rate factor} is not part of them.
     *
     * @param step the step number, counted from 1
     * @return the coefficients under the present hyperparameters
     * @throws IllegalArgumentException if the step is less than 1
     */
    public Coefficients coefficients(long step) {
        return Coefficients.of(hyperparameters(), step);
    }

    Group forSteps() {
        return forSteps;
    }

    void add(List<Parameter> added) {
        synchronized (parameters) {
            parameters.addAll(added);
            view = null;
        }
    }

    void remove(Parameter removed) {
        synchronized (parameters) {
            parameters.remove(removed);
            view = null;
        }
    }

    @Override
    public String toString() {
        return "ParameterGroup[" + (name == null ? "" : name + ": ") + parameters().size() + " parameters, "
                + hyperparameters() + "]";
    }

    /**
     * Builds a group. What is not set is as in the optimizer's builder.
     *
     * @param <G> the builder of one algorithm's groups
     */
    public abstract static class Builder<G extends Builder<G>> extends Settings<G> {
        Builder(Settings<?> optimizer) {
            super(new Hyperparameters.Builder(optimizer.hyperparameters));
            stateType = optimizer.stateType;
            stateRounding = optimizer.stateRounding;
        }

        /**
         * The group's name, for {@link Optimizer#group(String)} and snapshots.
         *
         * @param name no other group of the same optimizer may have it; none unless set
         * @return this builder
         */
        public final G name(String name) {
            groupName = Objects.requireNonNull(name, "name");
            return self();
        }
    }

    /**
     * Builds a group of any algorithm, which {@link #hyperparameters} may change: groups of one optimizer can have
     * different algorithms. Hyperparameters that only one algorithm has are set by {@link #set}, as in
     * {@code set(AdamSettings.EPSILON, 1e-6)}.
     */
    public static final class AnyBuilder extends Builder<AnyBuilder> {
        AnyBuilder(Settings<?> optimizer) {
            super(optimizer);
        }

        @Override
        boolean takesAnyAlgorithm() {
            return true;
        }

        @Override
        AnyBuilder self() {
            return this;
        }
    }
}
