package io.radam;

import io.radam.internal.engine.Engine;
import io.radam.internal.engine.Overlap;
import io.radam.internal.engine.Slot;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Steps parameters in place.
 *
 * <p>An optimizer borrows the memory of its parameters and owns its state, which {@link #close()} frees. It may be used
 * from any thread, but only by one at a time: a call that meets another in progress fails with an
 * {@link OptimizerStateException}. Every step is checked before anything is changed, so that a step that fails has
 * changed nothing. The exceptions are memory that another thread closes while the step runs, and a GPU that fails: what
 * uses one throws a {@link BackendException} then, perhaps for what was queued long before, and all that is on it is lost.
 *
 * <p>The state of each parameter begins at a multiple of 64 bytes. Where all of it comes to 4 MiB or more, Linux is
 * asked for huge pages, which take a quarter of the time to allocate; it is on ordinary pages where the system has none.
 *
 * <p>The bits of the results do not depend on the backend or device, the number of threads or the kind of memory.
 */
public final class Optimizer implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final List<ParameterGroup> groups;
    private final Algorithm algorithm;
    private final Backend backend;
    private final Engine engine;
    private final Slot[] slots;
    private final Map<Parameter, Integer> indices = new IdentityHashMap<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    /** Whether it is known that gradients may be written. */
    private boolean gradientsAreApart;
    private boolean closed;

    Optimizer(OptimizerBuilder<?, ?> builder) {
        try {
            groups = builder.toGroups();
            algorithm = builder.algorithm();
            List<Parameter> parameters = groups.stream().flatMap(group -> group.parameters().stream()).toList();
            if (parameters.isEmpty()) {
                throw new InvalidParameterException("the optimizer has no parameters");
            }
            for (Parameter parameter : parameters) {
                if (indices.put(parameter, indices.size()) != null) {
                    throw new InvalidParameterException("a parameter was added twice: " + parameter);
                }
            }
            Overlap.check(parameters, false);
            backend = builder.backend();
            engine = builder.newEngine(groups.stream().map(ParameterGroup::forSteps).toList(), arena);
            slots = engine.slots();
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Makes one step of all parameters.
     *
     * @throws InvalidParameterException if memory is closed, or confined to another thread; nothing is changed
     * @throws OptimizerStateException if the optimizer is closed, or another thread is using it; nothing is changed
     */
    public void step() {
        step(0, slots.length);
    }

    /**
     * Makes one step of all parameters, and what training does around it: one pass over the gradients if a decision depends
     * on all of them, and one over everything.
     *
     * @param options what to do
     * @return whether the step was made, and the statistics if they were needed. If gradients that are not finite are
     *     skipped, nothing is changed then, not even gradients set to zero, and the step does not count
     * @throws InvalidParameterException as {@link #step()}; or if gradients are to be set to zero, and are read-only or
     *     overlap each other; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            requireSteppable(0, slots.length);
            if (options.zeroGradients()) {
                requireWritableGradients();
            }
            GradientStatistics statistics = null;
            double factor = 1 / options.lossScale();
            if (options.needsStatistics()) {
                statistics = engine.measure(factor);
                if (statistics.nonFinite() > 0) {
                    return new StepResult(false, statistics);
                }
                factor *= options.clipFactor(statistics.norm());
            }
            float clipValue = options.clipsValues() ? (float) options.maxGradientValue() : 0;
            engine.step(0, slots.length, factor, clipValue, options.zeroGradients());
            return new StepResult(true, statistics);
        } finally {
            leave();
        }
    }

    /**
     * The statistics of all gradients, each scaled by its group's {@code gradientScale}, in one pass. Their bits do not
     * depend on the backend or the number of threads.
     *
     * @return the statistics
     * @throws InvalidParameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public GradientStatistics gradientStatistics() {
        enter();
        try {
            requireSteppable(0, slots.length);
            return engine.measure(1);
        } finally {
            leave();
        }
    }

    /**
     * Makes one step of the parameters of one group.
     *
     * @param group one of {@link #groups()}
     * @throws InvalidParameterException as {@link #step()}, or if the group is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public void step(ParameterGroup group) {
        Objects.requireNonNull(group, "group");
        int first = 0;
        for (int i = 0; i < groups.size(); i++) {
            int count = groups.get(i).parameters().size();
            if (groups.get(i) == group) {
                step(first, first + count);
                return;
            }
            first += count;
        }
        throw new InvalidParameterException("the group is not this optimizer's");
    }

    /**
     * Makes one step of one parameter.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException as {@link #step()}, or if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public void step(Parameter parameter) {
        int i = indexOf(parameter);
        step(i, i + 1);
    }

    /**
     * Sets all gradients to zero, in place.
     *
     * @throws InvalidParameterException if a gradient is read-only, closed, or confined to another thread; nothing is
     *     changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void zeroGradients() {
        enter();
        try {
            for (Slot slot : slots) {
                slot.requireAccessible();
                slot.requireWritableGradient();
            }
            for (Slot slot : slots) {
                engine.clearGradient(slot);
            }
        } finally {
            leave();
        }
    }

    /**
     * Sets the learning rate of all groups, from the next step on.
     *
     * @param learningRate at least 0
     * @throws InvalidHyperparameterException if it is out of range; nothing is changed
     */
    public void setLearningRate(double learningRate) {
        Hyperparameters[] changed = new Hyperparameters[groups.size()];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = groups.get(i).hyperparameters().withLearningRate(learningRate);
        }
        for (int i = 0; i < changed.length; i++) {
            groups.get(i).setHyperparameters(changed[i]);
        }
    }

    /**
     * The groups.
     *
     * @return in the order in which they were added; immutable
     */
    public List<ParameterGroup> groups() {
        return groups;
    }

    /**
     * What the steps follow.
     *
     * @return the algorithm of all groups
     */
    public Algorithm algorithm() {
        return algorithm;
    }

    /**
     * What computes the steps.
     *
     * @return the backend
     */
    public Backend backend() {
        return backend;
    }

    /**
     * The state of a parameter, to look at or to save.
     *
     * @param parameter one of this optimizer's
     * @return views of the state, valid until the optimizer is closed; their contents change with every step
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterState state(Parameter parameter) {
        Slot slot = slots[indexOf(parameter)];
        enter();
        try {
            return slot.state();
        } finally {
            leave();
        }
    }

    /**
     * Replaces the state of a parameter by a saved one. Training that goes on from saved values and state gives the same
     * bits as training that was never interrupted.
     *
     * @param parameter one of this optimizer's
     * @param state     is copied from
     * @throws InvalidParameterException if the parameter is not this optimizer's, or the state does not fit it; nothing is
     *     changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void restore(Parameter parameter, ParameterState state) {
        Objects.requireNonNull(state, "state");
        Slot slot = slots[indexOf(parameter)];
        enter();
        try {
            slot.restore(state);
        } finally {
            leave();
        }
    }

    /**
     * The coefficients of a parameter's latest step, or of its first if it has made none, under the present
     * hyperparameters.
     *
     * @param parameter one of this optimizer's
     * @return the coefficients
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public Coefficients coefficients(Parameter parameter) {
        Slot slot = slots[indexOf(parameter)];
        enter();
        try {
            return groupOf(parameter).coefficients(Math.max(1, slot.step()));
        } finally {
            leave();
        }
    }

    /**
     * Frees the state. The memory of the parameters is not touched. Closing again does nothing.
     *
     * @throws OptimizerStateException if another thread is using the optimizer, or is writing a {@link #state} of it to
     *     a file; the optimizer stays open
     */
    @Override
    public void close() {
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        try {
            if (!closed) {
                arena.close();
                closed = true;
            }
        } catch (IllegalStateException e) {
            throw new OptimizerStateException("the state is in use outside of the optimizer: " + e.getMessage());
        } finally {
            leave();
        }
    }

    private ParameterGroup groupOf(Parameter parameter) {
        return groups.stream().filter(group -> group.parameters().contains(parameter)).findFirst().orElseThrow();
    }

    private int indexOf(Parameter parameter) {
        Integer index = indices.get(Objects.requireNonNull(parameter, "parameter"));
        if (index == null) {
            throw new InvalidParameterException("the parameter is not this optimizer's: " + parameter);
        }
        return index;
    }

    private void enter() {
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        if (closed) {
            leave();
            throw new OptimizerStateException("the optimizer is closed");
        }
    }

    private void leave() {
        busy.setRelease(false);
    }

    private static OptimizerStateException inUse() {
        return new OptimizerStateException("another call is using the optimizer; one at a time");
    }

    /** One step of slots from (inclusive) to (exclusive). */
    private void step(int from, int to) {
        enter();
        try {
            requireSteppable(from, to);
            engine.step(from, to, 1, 0, false);
        } finally {
            leave();
        }
    }

    private void requireSteppable(int from, int to) {
        engine.requireRunning();
        for (int i = from; i < to; i++) {
            slots[i].requireAccessible();
        }
    }

    private void requireWritableGradients() {
        for (Slot slot : slots) {
            slot.requireWritableGradient();
        }
        if (!gradientsAreApart) {
            Overlap.check(Arrays.stream(slots).map(Slot::parameter).toList(), true);
            gradientsAreApart = true;
        }
    }
}
