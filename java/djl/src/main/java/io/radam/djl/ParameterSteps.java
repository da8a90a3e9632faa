package io.radam.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.radam.Algorithm;
import io.radam.AverageDecay;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterGroup;
import io.radam.ParameterState;
import io.radam.ScheduleFree;
import io.radam.StepOptions;
import io.radam.StepResult;
import io.radam.djl.TensorReader.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.function.UnaryOperator;

/**
 * Steps DJL's parameters where their arrays are now. Parameters are known by DJL's ids, and added as they come.
 *
 * <p>Addresses hold within a call only: nothing is bound to the optimizer between two calls. So it cannot reach memory
 * that was freed in between.
 */
final class ParameterSteps implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final Optimizer core;
    private final Cleaner.Cleanable unreachable;
    /** The first whose shapes include a parameter's are its. The last are of all others. */
    private final List<Settings> settings;
    /** The groups of those that do not have a group for each parameter. */
    private final Map<Settings, TrackedGroup> groups = new HashMap<>();
    private final AverageDecay averages;
    private final Map<String, KnownParameter> known = new HashMap<>();
    private final TensorReader reader = new TensorReader();
    private final HeldTensors tensors = new HeldTensors(reader);
    private final ExchangedValues exchanged = new ExchangedValues();
    /** The updates that a new parameter begins with. */
    private final int firstUpdate;
    /** The largest number of updates of a parameter. This is what DJL gives to trackers of learning rates. */
    private int updates;
    private boolean closed;

    /** A parameter of a step, with arrays that stay in memory until this is closed. */
    private record Work(String id, String name, HeldTensor held, Tensor values, PtNDArray gradientArray,
            Tensor gradient) implements AutoCloseable {
        @Override
        public void close() {
            try {
                gradientArray.close();
            } finally {
                held.endUse();
            }
        }
    }

    /** @param settings those of all parameters last */
    ParameterSteps(List<Settings> settings, RadamOptimizer.Builder builder) {
        if (builder.averages != null && settings.stream().anyMatch(each -> each.hyperparameters().hasLookahead())) {
            throw new InvalidHyperparameterException("there are optAverages and Lookahead, whose slow weights are an "
                    + "average of the values too; a step has room for one: build the optimizer without one of them");
        }
        this.settings = settings;
        averages = builder.averages;
        firstUpdate = builder.beginNumUpdate;
        core = build(settings, builder);
        for (int i = 0; i < settings.size(); i++) {
            // Those of all are the core's first group.
            ParameterGroup group = core.groups().get((i + 1) % settings.size());
            groups.put(settings.get(i), new TrackedGroup(group, settings.get(i).tracker()));
        }
        // Users of DJL do not close optimizers. The action must not hold on to this.
        unreachable = CLEANER.register(this, closing(core, tensors, exchanged));
    }

    private static Runnable closing(Optimizer core, HeldTensors tensors, ExchangedValues exchanged) {
        return () -> {
            core.close();
            tensors.close();
            exchanged.close();
        };
    }

    private static Optimizer build(List<Settings> settings, RadamOptimizer.Builder from) {
        OptimizerBuilder<?, ?> core = Optimizer.builder(settings.getLast().hyperparameters());
        for (Settings each : settings.subList(0, settings.size() - 1)) {
            core.group(each.hyperparameters(), group -> { });
        }
        core.stateType(from.stateType);
        core.seed(from.seed);
        core.parametersLater();
        if (from.sequential) {
            core.sequential();
        } else if (from.pool != null) {
            core.pool(from.pool);
        }
        return core.build();
    }

    // --------------------------------------------------------------------------------------------------------- steps

    /** Steps one parameter by a gradient, and sets the gradient of its array to zero. */
    synchronized void step(String id, NDArray weight, NDArray grad, StepOptions options) {
        PtNDArray array = TensorReader.require(weight, "weight", id);
        PtNDArray gradient = TensorReader.require(grad, "gradient", id);
        KnownParameter parameter = known.get(id);
        if (parameter != null) {
            parameter.requireOnlyDevice(array, grad.getUid());
        }
        try (Work work = open(id, id, array, own -> reader.another(TensorReader.handle(gradient, "gradient", id)))) {
            if (work.values.isEmpty()) {
                return;
            }
            requireOneByOne(work);
            make(List.of(work), options);
            known.get(id).setLastGradient(grad.getUid());
            JniUtils.zeroGrad(work.held.tensor());
        }
    }

    /** Fails if a step has to see all parameters at once. */
    private void requireOneByOne(Work work) {
        KnownParameter parameter = known.get(work.id);
        Algorithm algorithm = parameter != null ? parameter.group().algorithm()
                : settingsOf(work).hyperparameters().algorithm();
        if (algorithm.movesLearningRate() || algorithm.measuresGroup()) {
            throw new OptimizerStateException(algorithm + " moves the learning rate by the gradients of all "
                    + "parameters, and DJL's trainer steps one after the other: use a RadamTrainer");
        }
    }

    /**
     * Steps all parameters that have a gradient, by these gradients, with options.
     *
     * @throws OptimizerStateException if none has
     */
    synchronized StepResult stepAll(List<NamedParameter> parameters, StepOptions options) {
        List<Work> work = new ArrayList<>(parameters.size());
        try {
            for (NamedParameter parameter : parameters) {
                if (parameter.isTrained()) {
                    // The gradient itself, not a copy.
                    addTo(work, open(parameter.id(), parameter.name(), parameter.array(), JniUtils::getGradient));
                }
            }
            if (work.isEmpty()) {
                throw new OptimizerStateException("no parameter has a gradient: call backward on the loss, with a "
                        + "collector of trainer.newGradientCollector(), before step()");
            }
            return make(work, options);
        } finally {
            work.forEach(Work::close);
        }
    }

    private static void addTo(List<Work> work, Work part) {
        if (part != null && part.values.isEmpty()) {
            part.close();
        } else if (part != null) {
            work.add(part);
        }
    }

    /** Holds the arrays of a parameter so that a step can begin before another thread closes them. */
    synchronized void hold(List<NamedParameter> parameters) {
        for (NamedParameter parameter : parameters) {
            if (parameter.isTrained()) {
                tensors.use(parameter.id(), parameter.array(), parameter.name()).endUse();
            }
        }
    }

    /** Work on the values alone. */
    private Work open(NamedParameter parameter) {
        return open(parameter.id(), parameter.name(), parameter.array(), own -> reader.another(own.getHandle()));
    }

    /**
     * Work on a parameter.
     *
     * @param gradientOf makes an array of the gradient, which is to be closed
     * @return null if there is no gradient
     */
    private Work open(String id, String name, PtNDArray array, UnaryOperator<PtNDArray> gradientOf) {
        HeldTensor held = tensors.use(id, array, name);
        PtNDArray gradient = null;
        Work work = null;
        try {
            gradient = gradientOf.apply(held.tensor());
            if (gradient != null) {
                NDScope.unregister(gradient);
                work = new Work(id, name, held, reader.read(held.tensor(), "weight", name), gradient,
                        reader.read(gradient, "gradient", name));
            }
            return work;
        } finally {
            if (work == null) {
                held.endUse();
                if (gradient != null) {
                    gradient.close();
                }
            }
        }
    }

    private StepResult make(List<Work> work, StepOptions options) {
        requireNoneExchanged("training goes on");
        addNew(work);
        List<Parameter> bound = new ArrayList<>(work.size());
        try {
            int update = nextUpdate(work);
            for (Work part : work) {
                KnownParameter parameter = known.get(part.id);
                parameter.requireFits(part.values, part.gradient, part.name);
                core.bind(parameter.core(), parameter.segment(part.held.array(), part.values), part.gradient.memory());
                bound.add(parameter.core());
                parameter.group().track(part.id, update);
            }
            StepResult result = core.step(bound, options);
            if (result.applied()) {
                work.forEach(part -> known.get(part.id).countUpdate());
                updates = update;
            } else if (options.zeroGradients()) {
                core.zeroGradients();
            }
            return result;
        } finally {
            bound.forEach(core::unbind);
        }
    }

    private int nextUpdate(List<Work> work) {
        int next = updates;
        for (Work part : work) {
            next = Math.max(next, known.get(part.id).updates() + 1);
        }
        return next;
    }

    // ---------------------------------------------------------------------------------------------------- parameters

    /** Adds the parameters that are not known, and gives their ids. */
    private List<String> addNew(List<Work> work) {
        List<Work> added = new ArrayList<>();
        for (Work part : work) {
            if (!known.containsKey(part.id)) {
                added.add(part);
            }
        }
        if (added.isEmpty()) {
            return List.of();
        }
        removeClosed(work);
        Map<Settings, List<Work>> bySettings = new LinkedHashMap<>();
        for (Work part : added) {
            bySettings.computeIfAbsent(settingsOf(part), each -> new ArrayList<>()).add(part);
        }
        bySettings.forEach(this::addToCore);
        return added.stream().map(Work::id).toList();
    }

    private void forget(String id) {
        KnownParameter parameter = known.remove(id);
        if (parameter != null) {
            core.remove(parameter.core());
        }
    }

    private Settings settingsOf(Work part) {
        Shape shape = part.held.tensor().getShape(); // which nobody else closes
        return settings.stream().filter(each -> each.shapes().test(shape)).findFirst().orElseThrow();
    }

    private void addToCore(Settings of, List<Work> added) {
        List<Parameter> parameters = added.stream().map(this::newParameter).toList();
        TrackedGroup all = groups.get(of);
        if (!of.groupForEach()) {
            core.add(all.group(), parameters);
        }
        for (int i = 0; i < added.size(); i++) {
            Parameter parameter = parameters.get(i);
            TrackedGroup group = !of.groupForEach() ? all : new TrackedGroup(core.addGroup(
                    one -> one.hyperparameters(of.hyperparameters()).parameter(parameter)), of.tracker());
            Work part = added.get(i);
            known.put(part.id, new KnownParameter(parameter, group, part.held.array(), firstUpdate));
        }
    }

    private Parameter newParameter(Work part) {
        MemorySegment values = part.values.memory();
        Parameter.Builder parameter = Parameter.builder(values).name(part.id).valuesType(part.values.type())
                .gradientType(part.gradient.type());
        Shape shape = part.held.tensor().getShape(); // which nobody else closes
        if (shape.dimension() > 1 && shape.size() > 0) {
            parameter.rowLength(shape.size() / shape.get(0));
        }
        if (averages != null) {
            if (part.values.type() != DType.FLOAT32) {
                throw new InvalidParameterException("the weight of " + part.name + " is " + part.values.type()
                        + ", but averages are kept of FLOAT32 alone: build the optimizer without optAverages");
            }
            parameter.average(Arena.ofAuto().allocate(values.byteSize(), Float.BYTES).copyFrom(values), averages);
        }
        return parameter.build();
    }

    /**
     * Takes out parameters whose arrays are closed, since others may be where these were. Those of the work stay: they
     * are where its arrays are now.
     */
    private void removeClosed(List<Work> work) {
        tensors.removeClosed();
        Set<String> used = work.stream().map(Work::id).collect(Collectors.toSet());
        known.entrySet().removeIf(each -> {
            boolean over = each.getValue().isClosed() && !used.contains(each.getKey());
            if (over) {
                core.remove(each.getValue().core());
            }
            return over;
        });
    }

    // ----------------------------------------------------------------------------------------------------- averages

    /** Exchanges the values of parameters with their averages: of all, or of none if it fails. */
    synchronized void exchangeAverages(List<NamedParameter> parameters) {
        if (closed) {
            throw new OptimizerStateException("the optimizer is closed, and has no averages any more");
        }
        boolean isScheduleFree = averages == null && settings.stream()
                .anyMatch(each -> ScheduleFree.has(each.hyperparameters().algorithm()));
        if (averages == null && !isScheduleFree) {
            throw new OptimizerStateException("no averages are kept: build the optimizer with optAverages");
        }
        exchanged.forgetClosed();
        List<Work> work = new ArrayList<>();
        try {
            for (NamedParameter parameter : parameters) {
                KnownParameter found = known.get(parameter.id());
                if (found != null && (!isScheduleFree || found.isScheduleFree())) {
                    Work part = open(parameter);
                    work.add(part);
                    found.requireFits(part.values, part.gradient, part.name);
                }
            }
            if (isScheduleFree && !work.isEmpty()) {
                exchangeIterates(work);
            } else {
                work.forEach(part -> ExchangedValues.swap(part.values.memory(), known.get(part.id).core().average()));
            }
        } finally {
            work.forEach(Work::close);
        }
    }

    private void exchangeIterates(List<Work> work) {
        List<String> back = work.stream().map(Work::id).filter(exchanged::has).toList();
        if (back.isEmpty()) {
            exchanged.putAverages(work.stream().map(this::exchangeOf).toList());
        } else if (back.size() == work.size()) {
            work.forEach(part -> exchanged.putBack(part.id, part.values.memory()));
            exchanged.forget(back);
        } else {
            Work other = work.stream().filter(part -> exchanged.has(part.id) != exchanged.has(work.getFirst().id))
                    .findFirst().orElseThrow();
            throw new OptimizerStateException("of " + work.getFirst().name + " and " + other.name + " one holds the "
                    + "average of iterates, the other does not: call exchangeAverages again with the block that it was "
                    + "called with");
        }
    }

    private ExchangedValues.Exchange exchangeOf(Work part) {
        KnownParameter parameter = known.get(part.id);
        return new ExchangedValues.Exchange(part.id, part.held.array(), part.values.memory(),
                average -> parameter.average(part.values, core.state(parameter.core()), average));
    }

    private void requireNoneExchanged(String what) {
        exchanged.forgetClosed();
        if (!exchanged.isEmpty()) {
            throw new OptimizerStateException("parameters hold the average of iterates, which is not trained: call "
                    + "exchangeAverages again before " + what);
        }
    }

    /** Puts values back if their array is open. */
    private void putBack(String id, PtNDArray array) {
        HeldTensor held = null;
        try {
            held = tensors.use(id, array, id);
            Tensor values = reader.read(held.tensor(), "weight", id);
            known.get(id).requireFits(values, values, id);
            exchanged.putBack(id, values.memory());
        } catch (InvalidParameterException e) {
            // It is closed, or was given other content than what was exchanged.
        } finally {
            if (held != null) {
                held.endUse();
            }
        }
    }

    // ------------------------------------------------------------------------------------------------- save and load

    synchronized void save(List<NamedParameter> parameters, Path path) throws IOException {
        requireNoneExchanged("state is saved, which is that of the values");
        SavedState saved = SavedState.of(core, updates);
        for (NamedParameter parameter : parameters) {
            KnownParameter found = known.get(parameter.id());
            if (found != null && core.stepCount(found.core()) > 0) {
                saved.put(parameter.name(), found, core.state(found.core()));
            } else if (parameter.isTrained()) {
                saved.putNew(parameter.name());
            }
        }
        saved.file().write(path);
    }

    /** All of it, or nothing. */
    synchronized void load(List<NamedParameter> parameters, Path path) throws IOException {
        requireNoneExchanged("state is loaded");
        List<Work> work = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            SavedState saved = new SavedState(TensorFile.read(path, arena));
            saved.requireFits(core, parameters);
            int savedUpdates = saved.updates();
            for (NamedParameter parameter : parameters) {
                if (saved.hasState(parameter.name())) {
                    work.add(open(parameter)); // gradients have the type of their weights
                }
            }
            List<ParameterState> states = new ArrayList<>();
            List<String> added = addNew(work);
            boolean complete = false;
            try {
                for (Work part : work) {
                    known.get(part.id).requireFits(part.values, part.values, part.name);
                    states.add(check(saved, part));
                }
                saved.requireAllRead();
                complete = true;
            } finally {
                if (!complete) {
                    added.forEach(this::forget);
                }
            }
            groups.values().forEach(TrackedGroup::begin);
            for (int i = 0; i < work.size(); i++) {
                restore(saved, work.get(i), states.get(i));
            }
            for (NamedParameter parameter : parameters) {
                if (!saved.hasState(parameter.name())) {
                    forget(parameter.id());
                }
            }
            updates = savedUpdates;
        } finally {
            work.forEach(Work::close);
        }
    }

    private ParameterState check(SavedState saved, Work part) {
        Parameter parameter = known.get(part.id).core();
        saved.average(part.name, parameter);
        saved.updates(part.name);
        TrackedGroup group = known.get(part.id).group();
        saved.requireAlgorithm(part.name, group.algorithm());
        if (group.movesRate()) {
            saved.rate(part.name, group);
        }
        return saved.state(part.name, core.state(parameter));
    }

    private void restore(SavedState saved, Work part, ParameterState state) {
        KnownParameter parameter = known.get(part.id);
        core.restore(parameter.core(), state);
        parameter.setUpdates(saved.updates(part.name));
        if (parameter.group().movesRate()) {
            parameter.group().resume(saved.rate(part.name, parameter.group()), part.id, saved.updates());
        }
        if (averages != null) {
            parameter.core().average().copyFrom(saved.average(part.name, parameter.core()));
        }
    }

    // --------------------------------------------------------------------------------------------------------- close

    @Override
    public synchronized void close() {
        exchanged.forEach(this::putBack);
        unreachable.clean();
        known.clear();
        closed = true;
    }

    @Override
    public synchronized String toString() {
        return known.size() + " parameters, " + core.groups().getFirst().hyperparameters();
    }
}
