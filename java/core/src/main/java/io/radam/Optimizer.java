package io.radam;

import io.radam.internal.engine.Arenas;
import io.radam.internal.engine.Engine;
import io.radam.internal.engine.Slot;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Steps parameters in place.
 *
 * {@snippet :
 * try (Optimizer optimizer = Adam.builder().parameter(weight).parameter(bias).learningRate(1e-3).build()) {
 *     for (Batch batch : batches) {
 *         backward(batch); // writes the gradients
 *         optimizer.step();
 *     }
 * }
 * }
 *
 * <p>Where a framework has its gradients in other memory for each step, {@link #bind(Parameter, MemorySegment)} tells where
 * they are now. A parameter that has no gradient is left alone, and its step does not count. Parameters may come
 * ({@link #add}) and go ({@link #remove}) at any time. A step may be made of some parameters, while the gradients of others
 * are still being written: all parts together give the bits of one step.
 *
 * <p>An optimizer borrows the memory of its parameters and owns its state, which {@link #close()} frees. If it becomes
 * unreachable without being closed, its state is freed too, with a warning in the log that says where it was made. It may be
 * used from any thread, but only by one at a time: a call that meets another in progress fails with an
 * {@link OptimizerStateException}. Only the settings, those of the {@link #groups()} and
 * {@link #setLearningRateFactor}, may be changed by any thread at any time. Every call is checked before anything is
 * changed, so that one that fails has changed nothing. The exceptions are memory that another thread closes while the step
 * runs, which fails with an {@link IllegalStateException} of the Java platform, and a GPU that fails: what uses one throws
 * a {@link BackendException} then, perhaps for what was queued long before, and all that is on it is lost.
 *
 * <p>The state of each parameter begins at a multiple of 64 bytes. Where all of it comes to 4 MiB or more, Linux is
 * asked for huge pages, which take a quarter of the time to allocate; it is on ordinary pages where the system has none.
 *
 * <p>The bits of the results do not depend on the backend or device, the number of threads or the kind of memory.
 */
public final class Optimizer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("io.radam");
    private static final Cleaner CLEANER = Cleaner.create();

    private final Arenas arenas = new Arenas();
    private final Cleaner.Cleanable leak;
    private final Algorithm algorithm;
    private final Backend backend;
    private final Engine engine;
    private final long seed;
    /** The settings that a group begins with. */
    private final Settings<?> defaults;
    private volatile List<ParameterGroup> groups = List.of();
    private final Map<Parameter, Slot> slots = new IdentityHashMap<>();
    private final Map<String, Parameter> names = new HashMap<>();
    private final AtomicBoolean busy = new AtomicBoolean();
    private boolean closed;

    /**
     * What is left of an optimizer that nothing can reach.
     *
     * @param where has the stack of who made it
     */
    private record Leak(Arenas arenas, Throwable where) implements Runnable {
        @Override
        public void run() {
            if (!arenas.isClosed()) {
                LOGGER.log(System.Logger.Level.WARNING,
                        "an optimizer was not closed; its state is freed, since nothing can reach it any more", where);
                arenas.close();
            }
        }
    }

    Optimizer(OptimizerBuilder<?, ?> builder) {
        boolean complete = false;
        try {
            List<ParameterGroup> built = builder.toGroups();
            algorithm = builder.algorithm();
            seed = builder.seed();
            defaults = new ParameterGroup.AnyBuilder(builder);
            if (!builder.hasParametersLater() && built.stream().allMatch(group -> group.parameters().isEmpty())) {
                throw new InvalidParameterException(
                        "the optimizer has no parameters, and was not told that they come later");
            }
            requireNew(built, built.stream().flatMap(group -> group.parameters().stream()).toList());
            backend = builder.backend();
            engine = builder.newEngine(arenas);
            for (ParameterGroup group : built) {
                add(group);
            }
            engine.requireUnwrittenGradients();
            leak = CLEANER.register(this, new Leak(arenas, new Throwable("the optimizer was made here")));
            complete = true;
        } finally {
            if (!complete) {
                arenas.close();
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------- parameters

    /** Fails where a parameter or a name is there already, or twice among what is to be added. */
    private void requireNew(List<ParameterGroup> addedGroups, Collection<Parameter> added) {
        Map<Parameter, Object> seen = new IdentityHashMap<>();
        Map<String, Parameter> seenNames = new HashMap<>();
        for (Parameter parameter : added) {
            if (slots.containsKey(parameter) || seen.put(parameter, parameter) != null) {
                throw new InvalidParameterException("a parameter was added twice: " + parameter);
            }
            String name = parameter.name();
            if (name != null && (names.containsKey(name) || seenNames.put(name, parameter) != null)) {
                throw new InvalidParameterException("there are two parameters of the name " + name + ": " + parameter);
            }
        }
        Map<String, ParameterGroup> groupNames = new HashMap<>();
        groups.stream().filter(group -> group.name() != null).forEach(group -> groupNames.put(group.name(), group));
        for (ParameterGroup group : addedGroups) {
            if (group.name() != null && groupNames.put(group.name(), group) != null) {
                throw new InvalidParameterException("there are two groups of the name " + group.name());
            }
        }
    }

    /** Adds a group that is new, and what is in it. */
    private void add(ParameterGroup group) {
        register(engine.add(group.forSteps(), group.parameters()));
        List<ParameterGroup> all = new ArrayList<>(groups);
        all.add(group);
        groups = List.copyOf(all);
    }

    private void register(List<Slot> added) {
        for (Slot slot : added) {
            slots.put(slot.parameter(), slot);
            if (slot.parameter().name() != null) {
                names.put(slot.parameter().name(), slot.parameter());
            }
        }
    }

    /**
     * Adds a parameter to a group.
     *
     * @param group     one of {@link #groups()}
     * @param parameter one that is not this optimizer's
     * @throws InvalidParameterException as {@link #add(ParameterGroup, Collection)}
     * @throws BackendException if there is no memory for its state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void add(ParameterGroup group, Parameter parameter) {
        add(group, List.of(Objects.requireNonNull(parameter, "parameter")));
    }

    /**
     * Adds parameters to a group, with state for them that begins anew. State that is there stays as it is and where it is.
     * The state of parameters that are added together is freed together. Gradients that are bound are compared with the new
     * memory by the next step.
     *
     * @param group      one of {@link #groups()}
     * @param parameters some that are not this optimizer's
     * @throws InvalidParameterException if the group is not this optimizer's, a parameter or its name is there already, or
     *     memory cannot be used or overlaps other memory; nothing is changed
     * @throws BackendException if there is no memory for their state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void add(ParameterGroup group, Collection<Parameter> parameters) {
        List<Parameter> added = List.copyOf(parameters);
        enter();
        try {
            requireOwn(group);
            requireNew(List.of(), added);
            register(engine.add(group.forSteps(), added));
            group.add(added);
        } finally {
            leave();
        }
    }

    /**
     * Adds a group, with what is in it, as for layers that are unfrozen.
     *
     * {@snippet :
     * ParameterGroup head = optimizer.addGroup(group -> group.name("head").parameter(weight).learningRate(1e-4));
     * }
     *
     * @param settings gives the group its parameters and settings; what it does not set is as in the optimizer's builder
     * @return the group
     * @throws InvalidHyperparameterException if a setting is out of range; nothing is changed
     * @throws InvalidParameterException as {@link #add(ParameterGroup, Collection)}, or if there is a group of that name
     * @throws BackendException if there is no memory for the state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings) {
        ParameterGroup.AnyBuilder builder = new ParameterGroup.AnyBuilder(defaults);
        settings.accept(builder);
        ParameterGroup group = builder.toGroup();
        enter();
        try {
            requireNew(List.of(group), group.parameters());
            add(group);
            return group;
        } finally {
            leave();
        }
    }

    /**
     * Removes a parameter. Its memory is not touched. Its state is freed when the last of the parameters that were added
     * with it is removed.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException if it is not; nothing is changed
     * @throws OptimizerStateException as {@link #step()}, or if the state is in use outside of the optimizer; nothing is
     *     changed
     */
    public void remove(Parameter parameter) {
        enter();
        try {
            Slot slot = slotOf(parameter);
            engine.remove(slot);
            slots.remove(parameter);
            if (parameter.name() != null) {
                names.remove(parameter.name());
            }
            groupOf(slot).remove(parameter);
        } finally {
            leave();
        }
    }

    /**
     * The parameter of a name.
     *
     * @param name of one of this optimizer's parameters
     * @return the parameter
     * @throws InvalidParameterException if there is none of that name
     * @throws OptimizerStateException as {@link #step()}
     */
    public Parameter parameter(String name) {
        Objects.requireNonNull(name, "name");
        enter();
        try {
            Parameter parameter = names.get(name);
            if (parameter == null) {
                throw new InvalidParameterException("there is no parameter of the name " + name + "; there are "
                        + names.keySet());
            }
            return parameter;
        } finally {
            leave();
        }
    }

    /**
     * The group of a name.
     *
     * @param name of one of this optimizer's groups
     * @return the group
     * @throws InvalidParameterException if there is none of that name
     */
    public ParameterGroup group(String name) {
        Objects.requireNonNull(name, "name");
        for (ParameterGroup group : groups) {
            if (name.equals(group.name())) {
                return group;
            }
        }
        throw new InvalidParameterException("there is no group of the name " + name + "; there are "
                + groups.stream().map(ParameterGroup::name).filter(Objects::nonNull).toList());
    }

    /**
     * The groups.
     *
     * @return in the order in which they were added; immutable, and does not follow later changes
     */
    public List<ParameterGroup> groups() {
        return groups;
    }

    // ------------------------------------------------------------------------------------------------------- binding

    /**
     * Tells where a parameter's gradient is from now on. This takes some tens of nanoseconds, whatever the size, and
     * allocates nothing, so that it may be done before each step:
     *
     * {@snippet :
     * optimizer.bind(weight, gradientOf(weight));
     * optimizer.step();
     * }
     *
     * @param parameter one of this optimizer's
     * @param gradient  as many elements of the parameter's gradient type; must stay as long as it is bound and stepped
     * @throws InvalidParameterException if the parameter is not this optimizer's; or if the gradient has another length, is
     *     misaligned, closed, confined to another thread, not memory that the backend can use, read-only where it is to have
     *     the update, or overlaps memory that a step writes. What was bound stays
     * @throws OptimizerStateException as {@link #step()}
     */
    public void bind(Parameter parameter, MemorySegment gradient) {
        Objects.requireNonNull(gradient, "gradient");
        enter();
        try {
            Slot slot = slotOf(parameter);
            engine.bind(slot, slot.values(), gradient);
        } finally {
            leave();
        }
    }

    /**
     * Tells where a parameter's values and its gradient are from now on, for frameworks that swap both. Nothing is copied
     * from the old values. Memory of parameters that have no gradient bound may be taken: to exchange the memory of two
     * parameters, {@link #unbind} both first. Whether a gradient that is bound overlaps the new values of another parameter
     * is found by the next step, since it may have been replaced by then.
     *
     * @param parameter one of this optimizer's
     * @param values    as many elements of the parameter's type; writable
     * @param gradient  as for {@link #bind(Parameter, MemorySegment)}
     * @throws InvalidParameterException as {@link #bind(Parameter, MemorySegment)}, for either. What was bound stays
     * @throws OptimizerStateException as {@link #step()}
     */
    public void bind(Parameter parameter, MemorySegment values, MemorySegment gradient) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(gradient, "gradient");
        enter();
        try {
            engine.bind(slotOf(parameter), values, gradient);
        } finally {
            leave();
        }
    }

    /**
     * Tells that a parameter has no gradient this time. Steps leave it alone until one is bound again, its steps do not
     * count, and its memory is not looked at.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException if it is not
     * @throws OptimizerStateException as {@link #step()}
     */
    public void unbind(Parameter parameter) {
        enter();
        try {
            engine.unbind(slotOf(parameter));
        } finally {
            leave();
        }
    }

    /**
     * The values that are bound to a parameter.
     *
     * @param parameter one of this optimizer's
     * @return those that it was made with, unless others were bound
     * @throws InvalidParameterException if it is not
     * @throws OptimizerStateException as {@link #step()}
     */
    public MemorySegment values(Parameter parameter) {
        enter();
        try {
            return slotOf(parameter).values();
        } finally {
            leave();
        }
    }

    /**
     * The gradient that is bound to a parameter.
     *
     * @param parameter one of this optimizer's
     * @return null if it has none
     * @throws InvalidParameterException if it is not
     * @throws OptimizerStateException as {@link #step()}
     */
    public MemorySegment gradient(Parameter parameter) {
        enter();
        try {
            return slotOf(parameter).gradient();
        } finally {
            leave();
        }
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /**
     * Makes one step of all parameters that have a gradient.
     *
     * @throws InvalidParameterException if memory is closed, or confined to another thread, or a gradient overlaps values
     *     that were bound after it; nothing is changed
     * @throws InvalidHyperparameterException if settings that are each in range are out of range together; nothing is
     *     changed
     * @throws OptimizerStateException if the optimizer is closed, another thread is using it, or its pool was stopped; nothing
     *     is changed
     */
    public void step() {
        step(StepOptions.NONE);
    }

    /**
     * Makes one step of all parameters that have a gradient, and what training does around it: one pass over the gradients
     * if a decision depends on all of them, and one over everything.
     *
     * @param options what to do
     * @return whether the step was made, and the statistics if they were needed. If gradients that are not finite are
     *     skipped, nothing is changed then, not even gradients set to zero, and the step does not count
     * @throws InvalidParameterException as {@link #step()}; or if gradients are to be set to zero, and are read-only,
     *     overlap each other or have the update; nothing is changed
     * @throws InvalidHyperparameterException as {@link #step()}; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            engine.begin();
            engine.selectAll();
            return stepSelected(options);
        } finally {
            leave();
        }
    }

    /**
     * Makes one step of the parameters of one group that have a gradient.
     *
     * @param group one of {@link #groups()}
     * @throws InvalidParameterException as {@link #step()}, or if the group is not this optimizer's
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public void step(ParameterGroup group) {
        step(group, StepOptions.NONE);
    }

    /**
     * Makes one step of the parameters of one group that have a gradient, with options. Statistics and norm are of these
     * parameters alone.
     *
     * @param group   one of {@link #groups()}
     * @param options what to do
     * @return as {@link #step(StepOptions)}
     * @throws InvalidParameterException as {@link #step(StepOptions)}, or if the group is not this optimizer's
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(ParameterGroup group, StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            requireOwn(group);
            engine.begin();
            engine.select(group.forSteps());
            return stepSelected(options);
        } finally {
            leave();
        }
    }

    /**
     * Makes one step of some parameters, of those among them that have a gradient, while the gradients of others may still be
     * written. Statistics and norm are of these parameters alone: where clipping by the norm of all is wanted, all must be
     * in one step. Otherwise steps of parts give the same bits as a step of all.
     *
     * @param parameters some of this optimizer's, each at most once
     * @param options    what to do
     * @return as {@link #step(StepOptions)}
     * @throws InvalidParameterException as {@link #step(StepOptions)}, or if a parameter is not this optimizer's or is there
     *     twice
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(Collection<Parameter> parameters, StepOptions options) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(options, "options");
        enter();
        try {
            engine.begin();
            for (Parameter parameter : parameters) {
                engine.select(slotOf(parameter));
            }
            return stepSelected(options);
        } finally {
            leave();
        }
    }

    /**
     * Makes one step of one parameter, if it has a gradient.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException as {@link #step()}, or if the parameter is not this optimizer's
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public void step(Parameter parameter) {
        step(parameter, StepOptions.NONE);
    }

    /**
     * Makes one step of one parameter, if it has a gradient, with options. Statistics and norm are of this parameter alone.
     *
     * @param parameter one of this optimizer's
     * @param options   what to do
     * @return as {@link #step(StepOptions)}
     * @throws InvalidParameterException as {@link #step(StepOptions)}, or if the parameter is not this optimizer's
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(Parameter parameter, StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            Slot slot = slotOf(parameter);
            engine.begin();
            engine.select(slot);
            return stepSelected(options);
        } finally {
            leave();
        }
    }

    private StepResult stepSelected(StepOptions options) {
        boolean applied = engine.step(options);
        if (options.needsStatistics()) {
            return new StepResult(applied, statistics());
        }
        return StepResult.APPLIED;
    }

    private GradientStatistics statistics() {
        Map<Parameter, GradientStatistics.Of> parameters = new IdentityHashMap<>();
        for (Slot slot : engine.selected()) {
            parameters.put(slot.parameter(), new GradientStatistics.Of(slot.norm(), slot.maxAbs(), slot.nonFinite()));
        }
        return new GradientStatistics(engine.norm(), engine.maxAbs(), engine.nonFinite(), parameters);
    }

    /**
     * The statistics of all gradients that are bound, each scaled by its group's {@code gradientScale}, in one pass. Their
     * bits do not depend on the backend or the number of threads.
     *
     * @return the statistics
     * @throws InvalidParameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public GradientStatistics gradientStatistics() {
        enter();
        try {
            engine.begin();
            engine.selectAll();
            engine.sum(1);
            return statistics();
        } finally {
            leave();
        }
    }

    /**
     * Sets all gradients that are bound to zero, in place.
     *
     * @throws InvalidParameterException if a gradient is read-only, closed, or confined to another thread; nothing is
     *     changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void zeroGradients() {
        enter();
        try {
            engine.begin();
            engine.selectAll();
            engine.zeroGradients();
        } finally {
            leave();
        }
    }

    /**
     * Writes the {@linkplain Parameter.Builder#copy copies} of all parameters from their values, as the latest step of each
     * has rounded them. Steps do this by themselves; before the first one, and after values were restored, copies are stale.
     * Does nothing for parameters without a copy.
     *
     * @throws InvalidParameterException if memory is closed, or confined to another thread; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void writeCopies() {
        enter();
        try {
            engine.writeCopies();
        } finally {
            leave();
        }
    }

    // ------------------------------------------------------------------------------------------------------ settings

    /**
     * What the learning rates of all groups are multiplied by in the next step.
     *
     * @return 1 unless set
     */
    public double learningRateFactor() {
        return engine.learningRateFactor();
    }

    /**
     * Sets what the learning rates of all groups are multiplied by, from the next step on. A schedule goes here: groups keep
     * their own rates. By any thread.
     *
     * {@snippet :
     * optimizer.setLearningRateFactor(schedule.factor(step));
     * }
     *
     * @param factor at least 0, finite
     * @throws InvalidHyperparameterException if it is not, or its product with a group's learning rate, or with that and
     *     its weight decay, is out of range; nothing is changed
     */
    public void setLearningRateFactor(double factor) {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("learningRateFactor must be finite and at least 0, but is " + factor);
        }
        for (ParameterGroup group : groups) {
            group.forSteps().requireRateFactor(factor);
        }
        engine.setLearningRateFactor(factor);
    }

    /**
     * The seed of stochastic rounding.
     *
     * @return as the builder was told
     */
    public long seed() {
        return seed;
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
     * The coefficients of a parameter's latest step, or of its first if it has made none, under the present
     * hyperparameters. The {@linkplain #learningRateFactor learning rate factor} is left out.
     *
     * @param parameter one of this optimizer's
     * @return the coefficients
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public Coefficients coefficients(Parameter parameter) {
        enter();
        try {
            Slot slot = slotOf(parameter);
            return groupOf(slot).coefficients(Math.max(1, slot.step()));
        } finally {
            leave();
        }
    }

    private ParameterGroup groupOf(Slot slot) {
        for (ParameterGroup group : groups) {
            if (group.forSteps() == slot.group()) {
                return group;
            }
        }
        throw new AssertionError("a parameter without a group: " + slot.parameter());
    }

    // --------------------------------------------------------------------------------------------------------- state

    /**
     * The number of steps that a parameter has made.
     *
     * @param parameter one of this optimizer's
     * @return at least 0
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public long stepCount(Parameter parameter) {
        enter();
        try {
            return slotOf(parameter).step();
        } finally {
            leave();
        }
    }

    /**
     * Sets the number of steps that a parameter has made, for a framework that counts by itself. The next step has the number
     * after it.
     *
     * @param parameter one of this optimizer's
     * @param count     at least 0
     * @throws InvalidParameterException if the parameter is not this optimizer's, or the count is less than 0; nothing is
     *     changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void setStepCount(Parameter parameter, long count) {
        enter();
        try {
            slotOf(parameter).setStep(count);
        } finally {
            leave();
        }
    }

    /**
     * The state of a parameter, to look at or to save.
     *
     * @param parameter one of this optimizer's
     * @return views of the state, valid until the parameter is removed, or the optimizer is closed or unreachable; their
     *     contents change with every step
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterState state(Parameter parameter) {
        enter();
        try {
            return slotOf(parameter).state();
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
        enter();
        try {
            Slot slot = slotOf(parameter);
            engine.requireFits(slot, state);
            engine.restore(slot, state);
        } finally {
            leave();
        }
    }

    /**
     * All that the optimizer knows, but for the values of its parameters, as one value that is independent of it.
     *
     * @return settings, step numbers and a copy of the state
     * @throws BackendException if there is no memory for it
     * @throws OptimizerStateException as {@link #step()}
     */
    public OptimizerSnapshot snapshot() {
        enter();
        try {
            return Snapshots.take(this, engine, slots);
        } finally {
            leave();
        }
    }

    /**
     * Goes on from a snapshot: settings, step numbers and state become what they were. The values of parameters and what is
     * bound stay as they are. Groups are matched in their order. Within a group, parameters are matched by their names if all
     * have one, otherwise in their order.
     *
     * @param snapshot of an optimizer with the same algorithm, seed, groups and parameters
     * @throws InvalidSnapshotException if it is not, or its state is of other types or sizes; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void restore(OptimizerSnapshot snapshot) {
        Objects.requireNonNull(snapshot, "snapshot");
        enter();
        try {
            Snapshots.restore(snapshot, this, engine, slots);
        } finally {
            leave();
        }
    }

    /**
     * Frees the state. The memory of the parameters is not touched. Closing again does nothing.
     *
     * @throws OptimizerStateException if another thread is using the optimizer, or is writing a {@link #state} of it to
     *     a file. The optimizer stays open; or, where parameters were added later and some state has been freed, it is closed,
     *     and closing it again frees the rest
     */
    @Override
    public void close() {
        if (!busy.compareAndSet(false, true)) {
            throw inUse();
        }
        try {
            arenas.close();
            closed = true;
            leak.clean();
        } catch (IllegalStateException e) {
            closed |= arenas.hasClosedSome();
            throw new OptimizerStateException("the state is in use outside of the optimizer: " + e.getMessage(), e);
        } finally {
            leave();
        }
    }

    private Slot slotOf(Parameter parameter) {
        Slot slot = slots.get(Objects.requireNonNull(parameter, "parameter"));
        if (slot == null) {
            throw new InvalidParameterException("the parameter is not this optimizer's, or was removed: " + parameter);
        }
        return slot;
    }

    private void requireOwn(ParameterGroup group) {
        Objects.requireNonNull(group, "group");
        if (!engine.owns(group.forSteps())) {
            throw new InvalidParameterException("the group is not this optimizer's: " + group);
        }
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
        // Or the state could be freed while a step is at it, in a thread that has no further use for the optimizer.
        Reference.reachabilityFence(this);
    }

    private static OptimizerStateException inUse() {
        return new OptimizerStateException("another call is using the optimizer; one at a time");
    }
}
