package io.radam;

import io.radam.internal.engine.Arenas;
import io.radam.internal.engine.Engine;
import io.radam.internal.engine.Group;
import io.radam.internal.engine.Slot;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Makes optimizer steps that update parameters in place.
 *
 * {@snippet :
 * try (Optimizer optimizer = Adam.builder().parameter(weight).parameter(bias).learningRate(1e-3).build()) {
 *     for (int step = 1; step <= steps; step++) {
 *         backward(); // writes the gradients
 *         optimizer.step();
 *     }
 * }
 * }
 *
 * <p>Where a framework has its gradients in other memory for each step, {@link #bind(Parameter, MemorySegment)} sets
 * where they are. A parameter without a gradient is left alone, and its step does not count. Parameters can be
 * {@linkplain #add added} and {@linkplain #remove removed} at any time. A step can be made of some parameters while the
 * gradients of others are still being written: such partial steps together give the bits of one step.
 *
 * <p>The memory of the parameters belongs to the caller. The state belongs to the optimizer, and {@link #close()} frees
 * it. If an optimizer becomes unreachable without being closed, its state is freed too, with a warning in the log that
 * says where the optimizer was made.
 *
 * <p>Any thread may use an optimizer, but only one at a time: a call during another call fails with an
 * {@link OptimizerStateException}. Only settings may be changed by any thread at any time: those of the
 * {@link #groups()} and {@link #setLearningRateFactor}.
 *
 * <p>Every call checks its arguments and memory before it changes anything, so a call that fails has changed nothing.
 * There are three exceptions. If memory is closed while a step runs, by another thread or a {@link CustomRule}, the
 * step fails with an {@link IllegalStateException} of the Java platform; state in memory of the caller must not be
 * closed meanwhile. If a rule throws an exception, the step ends with it: {@link CustomAlgorithm} says what is changed
 * then. If a GPU fails, the next call that uses it throws a {@link BackendException}, perhaps for work that was queued
 * long before, and the contents of the GPU's memory are lost.
 *
 * <p>The state of each parameter begins at a multiple of 64 bytes. For 4 MiB of state or more, Linux is asked for huge
 * pages, which take a quarter of the time to allocate. Where the system has none, the state is on ordinary pages.
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
    private final ParameterRegistry registry = new ParameterRegistry();
    private final AtomicBoolean busy = new AtomicBoolean();
    private boolean closed;
    private long changes;
    /** The slots of a step that is told of a collection; empty between steps. Kept, since a step allocates nothing. */
    private final List<Slot> chosen = new ArrayList<>();

    /**
     * Frees the state of an optimizer that became unreachable without being closed.
     *
     * @param where the stack of the call that made the optimizer
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

    /**
     * A builder for hyperparameters of any algorithm, such as those that were read from a file. The algorithms' own
     * builders, as of {@link RAdam}, have methods for the hyperparameters that only one algorithm has; here {@link
     * Settings#set} sets them.
     *
     * {@snippet :
     * Hyperparameters h = Hyperparameters.parse(Algorithm.named("adamax"), Map.of("learningRate", "0.002"));
     * Optimizer optimizer = Optimizer.builder(h).parameter(weight).build();
     * }
     *
     * @param hyperparameters to begin with
     * @return a new builder
     */
    public static OptimizerBuilder<?, ParameterGroup.AnyBuilder> builder(Hyperparameters hyperparameters) {
        return new AnyOptimizerBuilder(Objects.requireNonNull(hyperparameters, "hyperparameters"));
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
            registry.requireNew(algorithm, built,
                    built.stream().flatMap(group -> group.parameters().stream()).toList());
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

    /** Adds a new group with its parameters. */
    private void add(ParameterGroup group) {
        registry.add(engine.add(group.forSteps(), group.parameters()));
        registry.add(group);
    }

    /**
     * Adds a parameter to a group.
     *
     * @param group     one of {@link #groups()}
     * @param parameter a parameter that is not this optimizer's
     * @throws InvalidParameterException as {@link #add(ParameterGroup, Collection)}
     * @throws BackendException if there is no memory for its state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void add(ParameterGroup group, Parameter parameter) {
        add(group, List.of(Objects.requireNonNull(parameter, "parameter")));
    }

    /**
     * Adds parameters to a group, with new state. The state of other parameters stays as it is, and in the same memory.
     * The state of parameters that are added together is freed together. An overlap of the new memory with a bound
     * gradient is reported by the next step.
     *
     * @param group      one of {@link #groups()}
     * @param parameters parameters that are not this optimizer's
     * @throws InvalidParameterException if the group is not this optimizer's, a parameter or its name is there already,
     *     or memory cannot be used or overlaps other memory; nothing is changed
     * @throws BackendException if there is no memory for their state; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void add(ParameterGroup group, Collection<Parameter> parameters) {
        List<Parameter> added = List.copyOf(parameters);
        enter();
        try {
            requireOwn(group);
            registry.requireNew(algorithm, List.of(), added);
            registry.add(engine.add(group.forSteps(), added));
            group.add(added);
            changes++;
        } finally {
            leave();
        }
    }

    /**
     * Adds a group with its parameters, as when layers are unfrozen.
     *
     * {@snippet :
     * ParameterGroup head = optimizer.addGroup(group -> group.name("head").parameter(weight).learningRate(1e-4));
     * }
     *
     * @param settings sets the group's parameters and settings; what it does not set is as in the optimizer's builder
     * @return the group
     * @throws InvalidHyperparameterException if a setting is out of range; nothing is changed
     * @throws InvalidParameterException as {@link #add(ParameterGroup, Collection)}, or if there is a group of that
     *     name
     * @throws BackendException if there is no memory for the state, or the group has a {@link CustomAlgorithm} and the
     *     optimizer is on a GPU; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterGroup addGroup(Consumer<? super ParameterGroup.AnyBuilder> settings) {
        ParameterGroup.AnyBuilder builder = new ParameterGroup.AnyBuilder(defaults);
        settings.accept(builder);
        ParameterGroup group = builder.toGroup();
        enter();
        try {
            registry.requireNew(algorithm, List.of(group), group.parameters());
            add(group);
            changes++;
            return group;
        } finally {
            leave();
        }
    }

    /**
     * Removes a parameter. Its memory is not touched. Its state is freed when the last of the parameters that were
     * added with it is removed.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException if it is not; nothing is changed
     * @throws OptimizerStateException as {@link #step()}, or if the state is in use outside of the optimizer; nothing
     *     is changed
     */
    public void remove(Parameter parameter) {
        enter();
        try {
            changes++;
            engine.remove(registry.slotOf(parameter));
            registry.remove(parameter);
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
            return registry.parameter(name);
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
        return registry.group(name);
    }

    /**
     * The groups.
     *
     * @return in the order in which they were added; immutable, and does not follow later changes
     */
    public List<ParameterGroup> groups() {
        return registry.groups();
    }

    // ------------------------------------------------------------------------------------------------------- binding

    /**
     * Binds a gradient to a parameter, for all steps from now on. This takes some tens of nanoseconds, whatever the
     * size, so that it can be done before each step. It allocates nothing, except small objects where memory is
     * confined to a thread or in an array:
     *
     * {@snippet :
     * optimizer.bind(weight, gradientOf(weight));
     * optimizer.step();
     * }
     *
     * @param parameter one of this optimizer's
     * @param gradient  as many elements as the parameter has, of its gradient type; must stay alive as long as it is
     *                  bound and steps are made
     * @throws InvalidParameterException if the parameter is not this optimizer's; or if the gradient has another
     *     length, is misaligned, closed, confined to another thread, not memory that the backend can use, read-only
     *     although steps write the update there, or overlaps memory that a step writes. The earlier binding stays then
     * @throws OptimizerStateException as {@link #step()}
     */
    public void bind(Parameter parameter, MemorySegment gradient) {
        Objects.requireNonNull(gradient, "gradient");
        enter();
        try {
            Slot slot = registry.slotOf(parameter);
            engine.bind(slot, slot.values(), gradient);
        } finally {
            leave();
        }
    }

    /**
     * Binds values and a gradient to a parameter, for all steps from now on, for frameworks that move both. Nothing is
     * copied from the old values. The new values may be in memory of a parameter that has no gradient bound: to
     * exchange the memory of two parameters, {@link #unbind} both first. An overlap of the new values with the bound
     * gradient of another parameter is reported by the next step, because that gradient may be replaced before.
     *
     * @param parameter one of this optimizer's
     * @param values    as many elements as the parameter has, of its type; writable
     * @param gradient  as for {@link #bind(Parameter, MemorySegment)}
     * @throws InvalidParameterException as {@link #bind(Parameter, MemorySegment)}, for values and gradient. The
     *     earlier binding stays then
     * @throws OptimizerStateException as {@link #step()}
     */
    public void bind(Parameter parameter, MemorySegment values, MemorySegment gradient) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(gradient, "gradient");
        enter();
        try {
            engine.bind(registry.slotOf(parameter), values, gradient);
        } finally {
            leave();
        }
    }

    /**
     * Removes the gradient from a parameter. Steps leave the parameter alone until a gradient is bound again: its steps
     * do not count, and its memory is not accessed.
     *
     * @param parameter one of this optimizer's
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public void unbind(Parameter parameter) {
        enter();
        try {
            engine.unbind(registry.slotOf(parameter));
        } finally {
            leave();
        }
    }

    /**
     * The values that are bound to a parameter.
     *
     * @param parameter one of this optimizer's
     * @return the values that it was made with, unless others were bound
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public MemorySegment values(Parameter parameter) {
        enter();
        try {
            return registry.slotOf(parameter).values();
        } finally {
            leave();
        }
    }

    /**
     * The gradient that is bound to a parameter.
     *
     * @param parameter one of this optimizer's
     * @return the gradient; null if none is bound
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public MemorySegment gradient(Parameter parameter) {
        enter();
        try {
            return registry.slotOf(parameter).gradient();
        } finally {
            leave();
        }
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /**
     * Makes one step of all parameters that have a gradient.
     *
     * @throws InvalidParameterException if memory is closed or confined to another thread, or if a gradient overlaps
     *     values that were bound after it; nothing is changed
     * @throws InvalidHyperparameterException if a product of settings is out of range, such as that of gradient scale
     *     and loss scale; nothing is changed
     * @throws OptimizerStateException if the optimizer is closed, another thread is using it, its pool was stopped, or a
     *     part of its state is lost; nothing is changed
     * @throws BackendException if the state is {@linkplain OptimizerBuilder#stateOnDisk on a disk} that fails to write,
     *     so that a part of it is lost, and some elements may have been stepped
     * @throws RuntimeException what a {@link CustomAlgorithm} throws. Its coefficients, and what checks its
     *     hyperparameters, are asked before anything is changed; its rule fails in the middle, when some elements may
     *     have been stepped and their gradients set to zero
     */
    public void step() {
        step(StepOptions.NONE);
    }

    /**
     * Makes one step of all parameters that have a gradient, with options. The step takes one pass over memory. If an
     * option depends on the norm of the gradients, or on whether they are finite, a pass over the gradients goes
     * before.
     *
     * @param options the options
     * @return whether the step was made, and the statistics if an option needed them. A step that is skipped changes
     *     nothing: gradients are not set to zero, and the step does not count
     * @throws InvalidParameterException as {@link #step()}; or if gradients are to be set to zero, but are read-only,
     *     overlap each other or receive the update; nothing is changed
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
     * Makes one step of the parameters of one group that have a gradient, with options. Norm and statistics are those
     * of these gradients alone.
     *
     * @param group   one of {@link #groups()}
     * @param options the options
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
     * Makes one step of the given parameters, as far as they have a gradient, with options. The gradients of other
     * parameters may still be being written. Norm and statistics are those of the given parameters alone: to clip by
     * the norm of all gradients, step all parameters together. Otherwise partial steps give the same bits as one step
     * of all parameters.
     *
     * @param parameters some of this optimizer's, each at most once
     * @param options    the options
     * @return as {@link #step(StepOptions)}
     * @throws InvalidParameterException as {@link #step(StepOptions)}, or if a parameter is not this optimizer's or is
     *     there twice
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(Collection<Parameter> parameters, StepOptions options) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(options, "options");
        enter();
        try {
            // The collection is the user's, and may do anything. The step looks at memory and settings after that.
            for (Parameter parameter : parameters) {
                chosen.add(registry.slotOf(parameter));
            }
            engine.begin();
            for (int i = 0; i < chosen.size(); i++) {
                engine.select(chosen.get(i));
            }
            return stepSelected(options);
        } finally {
            chosen.clear();
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
     * Makes one step of one parameter, if it has a gradient, with options. Norm and statistics are those of this
     * gradient alone.
     *
     * @param parameter one of this optimizer's
     * @param options   the options
     * @return as {@link #step(StepOptions)}
     * @throws InvalidParameterException as {@link #step(StepOptions)}, or if the parameter is not this optimizer's
     * @throws InvalidHyperparameterException as {@link #step()}
     * @throws OptimizerStateException as {@link #step()}
     */
    public StepResult step(Parameter parameter, StepOptions options) {
        Objects.requireNonNull(options, "options");
        enter();
        try {
            Slot slot = registry.slotOf(parameter);
            engine.begin();
            engine.select(slot);
            return stepSelected(options);
        } finally {
            leave();
        }
    }

    private StepResult stepSelected(StepOptions options) {
        changes++;
        boolean applied = engine.step(options);
        if (options.needsStatistics()) {
            return new StepResult(applied, statistics());
        }
        return StepResult.APPLIED;
    }

    private GradientStatistics statistics() {
        Map<Parameter, GradientStatistics.OfParameter> parameters = new IdentityHashMap<>();
        for (Slot slot : engine.selected()) {
            parameters.put(slot.parameter(),
                    new GradientStatistics.OfParameter(slot.norm(), slot.maxAbs(), slot.nonFinite()));
        }
        return new GradientStatistics(engine.norm(), engine.maxAbs(), engine.nonFinite(), parameters);
    }

    /**
     * Computes the statistics of all gradients that are bound, each scaled by its group's {@code gradientScale}, in one
     * pass. Their bits do not depend on the backend or the number of threads.
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
     * Writes the {@linkplain Parameter.Builder#copy copies} of all parameters from their values, rounded as in the
     * latest step of each parameter. Steps write the copies by themselves. Before the first step, and after values were
     * restored, the copies are out of date. Does nothing for parameters without a copy.
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
     * The factor by which the next step multiplies the learning rates of all groups.
     *
     * @return 1 unless set
     */
    public double learningRateFactor() {
        return engine.learningRateFactor();
    }

    /**
     * Sets the factor by which steps multiply the learning rates of all groups, from the next step on. This is how to
     * use a schedule: groups keep their own rates. Any thread may call this.
     *
     * {@snippet :
     * optimizer.setLearningRateFactor(schedule.factor(step));
     * }
     *
     * @param factor at least 0, finite
     * @throws InvalidHyperparameterException if the factor is out of range, or its product with a group's learning rate
     *     is, or the product of these with the group's weight decay; nothing is changed
     */
    public void setLearningRateFactor(double factor) {
        if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
            throw new InvalidHyperparameterException("learningRateFactor must be finite and at least 0, but is "
                    + factor);
        }
        for (ParameterGroup group : registry.groups()) {
            Group.requireRateFactor(group.hyperparameters(), factor);
        }
        engine.setLearningRateFactor(factor);
    }

    /**
     * The seed of stochastic rounding.
     *
     * @return as set in the builder
     */
    public long seed() {
        return seed;
    }

    /**
     * The algorithm of the optimizer's builder.
     *
     * @return the algorithm of all groups but those that were given hyperparameters of another
     */
    public Algorithm algorithm() {
        return algorithm;
    }

    /**
     * The backend, which computes the steps.
     *
     * @return the backend
     */
    public Backend backend() {
        return backend;
    }

    /**
     * The coefficients of a parameter's latest step under the present hyperparameters. Of its first step, if it has
     * made none. The {@linkplain #learningRateFactor learning rate factor} is left out, and so is what a {@linkplain
     * Algorithm#isLayerwise layer-wise} algorithm measures: they are those before the trust ratio, which is not kept.
     *
     * @param parameter one of this optimizer's
     * @return the coefficients
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     * @throws RuntimeException what the coefficients of a {@link CustomAlgorithm} throw; {@link
     *     InvalidHyperparameterException} if one of them is not finite
     */
    public Coefficients coefficients(Parameter parameter) {
        enter();
        try {
            Slot slot = registry.slotOf(parameter);
            return registry.groupOf(slot).coefficients(Math.max(1, slot.step()));
        } finally {
            leave();
        }
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
            return registry.slotOf(parameter).step();
        } finally {
            leave();
        }
    }

    /**
     * Sets the number of steps that a parameter has made, for a framework that counts by itself. The next step's number
     * is one more. Where the parameter has made none so far, slow weights of {@linkplain Settings#lookahead Lookahead}
     * begin now, as its values. Those in memory of the caller stay as they are.
     *
     * @param parameter one of this optimizer's
     * @param count     in [0, 2^62]
     * @throws InvalidParameterException if the parameter is not this optimizer's, or the count is out of range; or if
     *     slow weights begin, and the values cannot be used now; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void setStepCount(Parameter parameter, long count) {
        enter();
        try {
            engine.setStep(registry.slotOf(parameter), count);
            changes++;
        } finally {
            leave();
        }
    }

    /**
     * A number that grows with every call that may change state, step numbers or parameters: steps, {@link
     * #setStepCount}, {@code restore}, {@code add}, {@link #addGroup} and {@link #remove}. Who reads the {@link #state}
     * for a while, such as to save it, compares the numbers before and after. Settings do not count, nor does what
     * others write to the memory of values.
     *
     * @return at least 0
     * @throws OptimizerStateException as {@link #step()}
     */
    public long changeCount() {
        enter();
        try {
            return changes;
        } finally {
            leave();
        }
    }

    /**
     * The index of a parameter's random bits in stochastic rounding. A checkpoint that is not a {@link #snapshot()} has
     * to keep it.
     *
     * @param parameter one of this optimizer's
     * @return the parameter's own if it was made with one or, after a restore, the snapshot's; otherwise the number of
     *     parameters that were added before it
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public long randomIndex(Parameter parameter) {
        enter();
        try {
            return registry.slotOf(parameter).randomIndex();
        } finally {
            leave();
        }
    }

    /**
     * The index of the random bits of the next parameter that is added without one of its own. A checkpoint that is not
     * a {@link #snapshot()} has to keep it.
     *
     * @return the number of parameters that were ever added or, after a restore, the snapshot's and those added since
     * @throws OptimizerStateException as {@link #step()}
     */
    public long nextRandomIndex() {
        enter();
        try {
            return engine.nextRandomIndex();
        } finally {
            leave();
        }
    }

    /**
     * The state of a parameter, to look at or to save.
     *
     * @param parameter one of this optimizer's
     * @return views of the state, not a copy: their contents change with every step. They are valid until the parameter
     *     is removed, or the optimizer is closed or becomes unreachable. State in memory of the caller is valid as long
     *     as that, for the threads that may use it
     * @throws InvalidParameterException if the parameter is not this optimizer's
     * @throws OptimizerStateException as {@link #step()}
     */
    public ParameterState state(Parameter parameter) {
        enter();
        try {
            return registry.slotOf(parameter).state();
        } finally {
            leave();
        }
    }

    /** {@link ScheduleFree#average(Optimizer, Parameter, MemorySegment)}. */
    void averageIterates(Parameter parameter, MemorySegment average) {
        enter();
        try {
            Slot slot = registry.slotOf(parameter);
            Hyperparameters hyperparameters = registry.groupOf(slot).hyperparameters();
            ScheduleFree.requireOne(hyperparameters.algorithm());
            engine.requireStateAccessible(slot);
            ScheduleFree.average(hyperparameters, engine.copyOfState(slot), engine.floats(slot), average);
        } finally {
            leave();
        }
    }

    /**
     * Replaces the state of a parameter by a saved one. Training that goes on from saved values and state gives the
     * bits of uninterrupted training. A state has no algorithm's name, other than a snapshot: one of another algorithm
     * whose buffers have the same names is taken, although they may mean something else.
     *
     * @param parameter one of this optimizer's
     * @param state     the saved state, which is copied
     * @throws InvalidParameterException if the parameter is not this optimizer's, or the state does not fit it; or if
     *     the parameter's state is in memory of the caller that is closed, or confined to another thread; nothing is
     *     changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void restore(Parameter parameter, ParameterState state) {
        Objects.requireNonNull(state, "state");
        enter();
        try {
            Slot slot = registry.slotOf(parameter);
            engine.requireFits(slot, state);
            engine.requireStateAccessible(slot);
            changes++;
            engine.restore(slot, state);
        } finally {
            leave();
        }
    }

    /**
     * Copies all that the optimizer has but the values of its parameters into a snapshot, which does not follow later
     * changes.
     *
     * @return settings, step numbers and a copy of the state
     * @throws InvalidParameterException if the state of a parameter is in memory of the caller that is closed, or
     *     confined to another thread
     * @throws BackendException if there is no memory for the copy
     * @throws OptimizerStateException as {@link #step()}
     */
    public OptimizerSnapshot snapshot() {
        enter();
        try {
            return Snapshots.take(this, engine, registry);
        } finally {
            leave();
        }
    }

    /**
     * Restores settings, step numbers and state from a snapshot. The values of parameters and the bindings stay as they
     * are. Groups are matched in their order. Within a group, parameters are matched by their names if all have one,
     * otherwise in their order.
     *
     * @param snapshot of an optimizer with the same algorithms, seed, groups and parameters
     * @throws InvalidSnapshotException if the snapshot is of another kind of optimizer, or its state is of other types
     *     or sizes, or its learning rate factor, or the product of this with a learning rate, is out of range; nothing
     *     is changed
     * @throws InvalidParameterException if the state of a parameter is in memory of the caller that is closed, or
     *     confined to another thread; nothing is changed
     * @throws OptimizerStateException as {@link #step()}
     */
    public void restore(OptimizerSnapshot snapshot) {
        Objects.requireNonNull(snapshot, "snapshot");
        enter();
        try {
            changes++;
            Snapshots.restore(snapshot, this, engine, registry);
        } finally {
            leave();
        }
    }

    /**
     * Frees the state. The memory of the parameters is not touched. Closing again does nothing.
     *
     * @throws OptimizerStateException if another thread is using the optimizer, or a view of its {@link #state}. The
     *     optimizer stays open then. But if parameters were added later and a part of the state was freed before, the
     *     optimizer is closed, and closing it again frees the rest
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
        try {
            engine.requireIntact();
        } catch (OptimizerStateException e) {
            leave();
            throw e;
        }
    }

    private void leave() {
        busy.setRelease(false);
        // Keeps the optimizer reachable during the call. Otherwise the state could be freed within the last call that a
        // thread makes.
        Reference.reachabilityFence(this);
    }

    private static OptimizerStateException inUse() {
        return new OptimizerStateException("another call is using the optimizer; one at a time");
    }
}
