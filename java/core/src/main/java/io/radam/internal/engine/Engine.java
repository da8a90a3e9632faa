package io.radam.internal.engine;

import io.radam.Algorithm;
import io.radam.BackendException;
import io.radam.DType;
import io.radam.Hyperparameters;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.StepOptions;
import io.radam.internal.engine.MemoryMap.Region;
import io.radam.internal.kernel.Conversion;
import io.radam.internal.kernel.CopyWriter;
import io.radam.internal.kernel.MemoryCheck;
import io.radam.internal.kernel.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Has the state of an optimizer's parameters, and makes its steps. For one call at a time.
 *
 * <p>{@link #begin} begins a step, {@link #select} adds its parameters and checks them, and {@link #step} makes it.
 * {@link #sum} only measures the gradients.
 */
public abstract sealed class Engine permits HostEngine, CudaEngine {
    final Memory memory;
    /** For as long as the engine is open. */
    final Arena arena;
    private final Arenas arenas;
    private final long seed;
    private final List<Slot> slots = new ArrayList<>();
    /** The random index of the next parameter that has none of its own. */
    private long nextIndex;
    private volatile double learningRateFactor = 1;
    private int coefficientSets;

    /** The regions that steps write. */
    private final MemoryMap written = new MemoryMap();
    /** Increased whenever the regions that steps write change. */
    private long writtenNumber = 1;
    /**
     * The gradients that are bound, from the first step on that sets gradients to zero. Null if it is not known whether
     * they overlap.
     */
    private MemoryMap gradients;

    // Of the present step.
    private long present;
    private double rateFactor;
    final WorkList work = new WorkList();
    private final List<Group> groups = new ArrayList<>();
    /** The thread of the step may use memory of this scope. Most parameters share one, which is then checked once. */
    private MemorySegment.Scope accessible;
    /** Whether the step has slots whose algorithm is the user's own. */
    boolean runsRules;
    /** Whether the step has slots whose algorithm is layer-wise. */
    boolean needsSums;
    /** Whether the step has groups of algorithms that measure rows. */
    boolean needsRowSums;
    /** Whether the step has groups that centralize gradients. */
    boolean centralizes;
    /** Whether the step calls functions of the user before it changes anything: of algorithms, or of averages. */
    private boolean asksUser;
    private double squares;
    private double maxAbs;
    private long nonFinite;

    Engine(long seed, Memory memory, Arenas arenas) {
        this.seed = seed;
        this.memory = memory;
        this.arenas = arenas;
        arena = arenas.open();
    }

    // ---------------------------------------------------------------------------------------------- what backends do

    /** Fails if groups of an algorithm cannot be stepped. */
    abstract void requireAlgorithm(Hyperparameters hyperparameters);

    /** Fails if a part of the state is lost. */
    public void requireIntact() {
        // It is where it was allocated.
    }

    /** Fails if something that steps need beside memory is closed or stopped. */
    abstract void requireRunning();

    /** Coefficients with the next number. */
    abstract CoefficientSet newCoefficients(Algorithm algorithm, int number);

    /** Measures the gradients of all tensors in the work list, into their slots. */
    abstract void measure();

    /**
     * Prepares the next step of the tensors in the work list, {@link #load(Slot, float, boolean) each} and all
     * together, and fails if it cannot be made. A clip value of 0 is no clipping.
     */
    abstract void load(float clipValue, boolean zeroGradients);

    /** Steps the tensors in the work list, the first time after their slow weights {@link #beginSlowWeights began}. */
    abstract void update();

    /** Prepares a new slot for this engine. */
    abstract void adopt(Slot slot);

    /** Forgets the slots of earlier steps, so that one that was removed can be collected. */
    void forget() {
        work.forget();
    }

    /** Called when slots were added, removed or changed. */
    abstract void slotsChanged();

    // ---------------------------------------------------------------------------------------------------- parameters

    /**
     * Adds parameters to a group, with state for them. All of them or, where that fails, none.
     *
     * @return their slots
     * @throws InvalidParameterException if memory cannot be used, or what is written overlaps other memory
     * @throws BackendException if there is no memory, or the group's algorithm cannot be stepped
     */
    public final List<Slot> add(Group group, Collection<Parameter> parameters) {
        List<Parameter> added = List.copyOf(parameters);
        requireAlgorithm(group.hyperparameters());
        group.engine = this;
        if (added.isEmpty()) {
            return List.of();
        }
        for (Parameter parameter : added) {
            Slot.requireFits(parameter, group);
            memory.requireKind(parameter.values(), "values");
        }
        StateMemory state = new StateMemory(group, added, memory, arenas);
        List<Slot> made = new ArrayList<>();
        boolean complete = false;
        try {
            for (Parameter parameter : added) {
                long index = parameter.randomIndex() != null ? parameter.randomIndex() : nextIndex + made.size();
                Slot slot = new Slot(parameter, group, memory, state);
                slot.setRandomIndex(index, seed);
                adopt(slot);
                made.add(slot);
            }
            map(made, state);
            complete = true;
        } finally {
            if (!complete) {
                arenas.close(state.arena);
            }
        }
        nextIndex += made.size();
        slots.addAll(made);
        group.slots.addAll(made);
        slotsChanged();
        return made;
    }

    /** Takes up what steps of new slots write, and the gradients that their parameters were made with. */
    private void map(List<Slot> made, StateMemory state) {
        List<Region> regions = new ArrayList<>(state.regions);
        for (Slot slot : made) {
            regions.add(slot.values);
            regions.addAll(slot.fixed);
        }
        written.addAll(regions);
        writtenNumber++;
        boolean complete = false;
        try {
            for (Slot slot : made) {
                slot.valuesMapped = true;
            }
            for (Slot slot : made) {
                if (slot.parameter.gradient() != null) {
                    bind(slot, slot.values.segment, slot.parameter.gradient(), false);
                }
            }
            // Values of a slot whose turn comes later do not count when a gradient is bound.
            requireUnwrittenGradients(made);
            complete = true;
        } finally {
            if (!complete) {
                made.forEach(this::unmap);
                state.regions.forEach(written::remove);
            }
        }
    }

    private void unmap(Slot slot) {
        unbind(slot);
        if (slot.valuesMapped) {
            written.remove(slot.values);
        }
        slot.fixed.forEach(written::remove);
    }

    /**
     * Takes out a slot, and frees its state if it is the last of those that were added together.
     *
     * @throws OptimizerStateException if its state is in use; nothing is changed
     */
    public final void remove(Slot slot) {
        try {
            slot.stateMemory.release();
        } catch (IllegalStateException e) {
            throw new OptimizerStateException("the state is in use outside of the optimizer: " + e.getMessage(), e);
        }
        unmap(slot);
        if (!slot.stateMemory.isUsed()) {
            slot.stateMemory.regions.forEach(written::remove);
        }
        slots.remove(slot);
        slot.group.slots.remove(slot);
        forget();
        slotsChanged();
    }

    /** All slots, in the order in which they were added. */
    public final List<Slot> slots() {
        return slots;
    }

    /** Whether a group is one of this engine's. */
    public final boolean owns(Group group) {
        return group.engine == this;
    }

    // ------------------------------------------------------------------------------------------------------- binding

    /**
     * Binds other values and another gradient to a slot. It allocates nothing, except for confined memory, and compares
     * them with what steps write by a binary search.
     *
     * @throws InvalidParameterException if they do not fit the parameter, cannot be used by the current thread, or
     * overlap
     *     what a step writes; what was bound stays
     */
    public final void bind(Slot slot, MemorySegment values, MemorySegment gradient) {
        bind(slot, values, gradient, true);
    }

    /** usedHere: whether the current thread will make steps. Otherwise it need not be able to use the memory. */
    private void bind(Slot slot, MemorySegment values, MemorySegment gradient, boolean usedHere) {
        Parameter parameter = slot.parameter;
        if (gradient == slot.gradient.segment && values == slot.values.segment) {
            memory.requireAccessible(gradient, "gradient");
            memory.requireAccessible(values, "values");
            return;
        }
        MemoryCheck.requireLength(gradient, parameter.gradientType(), slot.length, "gradient");
        requireUsable(gradient, "gradient", usedHere);
        if (parameter.updatesGradient()) {
            MemoryCheck.requireWritable(gradient, "gradient is");
        }
        if (values == slot.values.segment && slot.valuesMapped) {
            if (usedHere) {
                memory.requireAccessible(values, "values");
            }
            bindGradient(slot, gradient);
            return;
        }
        MemoryCheck.requireLength(values, parameter.valuesType(), slot.length, "values");
        MemoryCheck.requireWritable(values, "values are");
        requireUsable(values, "values", usedHere);
        bindBoth(slot, values, gradient);
    }

    private void requireUsable(MemorySegment segment, String what, boolean here) {
        memory.requireKind(segment, what);
        if (here) {
            memory.requireAccessible(segment, what);
        }
    }

    private void bindBoth(Slot slot, MemorySegment values, MemorySegment gradient) {
        MemorySegment old = slot.values.segment;
        boolean mapped = slot.valuesMapped;
        boolean complete = false;
        unmapValues(slot);
        try {
            requireUnwritten(values, slot, "values");
            slot.values.segment = values;
            mapValues(slot);
            bindGradient(slot, gradient);
            complete = true;
        } finally {
            if (!complete) {
                unmapValues(slot);
                slot.values.segment = old;
                if (mapped) {
                    mapValues(slot);
                }
            }
        }
    }

    private void mapValues(Slot slot) {
        written.add(slot.values);
        slot.valuesMapped = true;
        writtenNumber++;
    }

    private void unmapValues(Slot slot) {
        if (slot.valuesMapped) {
            written.remove(slot.values);
            slot.valuesMapped = false;
        }
    }

    private void bindGradient(Slot slot, MemorySegment gradient) {
        MemorySegment old = slot.gradient.segment;
        boolean isWritten = slot.parameter.updatesGradient();
        boolean complete = false;
        if (isWritten && old != null) {
            written.remove(slot.gradient);
        }
        try {
            requireUnwritten(gradient, slot, "gradient");
            complete = true;
        } finally {
            if (!complete && isWritten && old != null) {
                written.add(slot.gradient);
            }
        }
        forgetGradient(slot);
        slot.setGradient(gradient);
        if (isWritten) {
            written.add(slot.gradient);
            writtenNumber++;
        }
        rememberGradient(slot);
        slot.checked = writtenNumber;
        slot.rebind(memory);
    }

    /**
     * Fails if memory overlaps what steps write. Values of slots without a gradient do not count: they are taken out of
     * the map.
     */
    private void requireUnwritten(MemorySegment segment, Slot slot, String what) {
        Region region = written.overlapping(segment);
        while (region != null) {
            Slot owner = region.owner;
            if (owner == null || owner.isBound() || region != owner.values || owner == slot) {
                throw MemoryMap.overlap(region, what + " of " + slot.parameter + " (" + segment + ")");
            }
            unmapValues(owner);
            region = written.overlapping(segment);
        }
    }

    private void forgetGradient(Slot slot) {
        if (gradients != null && slot.gradient.segment != null) {
            gradients.remove(slot.gradient);
        }
    }

    private void rememberGradient(Slot slot) {
        if (gradients != null) {
            if (gradients.overlapping(slot.gradient.segment) == null) {
                gradients.add(slot.gradient);
            } else {
                gradients = null; // the next step that writes gradients finds out, and fails
            }
        }
    }

    /**
     * Removes the gradient from a slot. Steps leave the slot alone until a gradient is bound again, and do not access
     * its memory.
     */
    public final void unbind(Slot slot) {
        if (slot.isBound()) {
            if (slot.parameter.updatesGradient()) {
                written.remove(slot.gradient);
            }
            forgetGradient(slot);
            slot.setGradient(null);
        }
    }

    /** Fails if a gradient overlaps what steps write. */
    private void requireUnwrittenGradient(Slot slot) {
        if (slot.checked != writtenNumber) {
            Region region = written.overlapping(slot.gradient.segment);
            if (region != null && region != slot.gradient) {
                throw MemoryMap.overlap(region, slot.gradient.toString());
            }
            slot.checked = writtenNumber;
        }
    }

    /** Fails if a gradient overlaps what steps write. */
    public final void requireUnwrittenGradients() {
        requireUnwrittenGradients(slots);
    }

    private void requireUnwrittenGradients(List<Slot> some) {
        for (Slot slot : some) {
            if (slot.isBound()) {
                requireUnwrittenGradient(slot);
            }
        }
    }

    /** Fails if a gradient of the work list cannot be set to zero, or gradients overlap. */
    private void requireWritableGradients() {
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            slot.requireWritableGradient();
            if (slot.parameter.updatesGradient()) {
                throw new InvalidParameterException("the gradient is to have the update, and cannot be set to zero too: "
                        + slot.parameter);
            }
        }
        if (gradients == null) {
            MemoryMap all = new MemoryMap();
            all.addAll(slots.stream().filter(Slot::isBound).map(slot -> slot.gradient).toList());
            gradients = all;
        }
    }

    // ---------------------------------------------------------------------------------------------------------- step

    /** What the learning rate of all groups is multiplied by. */
    public final double learningRateFactor() {
        return learningRateFactor;
    }

    /** Sets the factor of all learning rates, from the next step on. Any thread may call this. */
    public final void setLearningRateFactor(double factor) {
        learningRateFactor = factor;
    }

    /** Begins a step, of no parameters so far. */
    public final void begin() {
        requireRunning();
        present++;
        rateFactor = learningRateFactor;
        work.clear(slots.size());
        groups.clear();
        accessible = null;
        runsRules = false;
        needsSums = false;
        needsRowSums = false;
        centralizes = false;
        asksUser = false;
    }

    /**
     * Adds a slot to the step, unless it has no gradient.
     *
     * @throws InvalidParameterException if it was added already, or its memory cannot be used now
     */
    public final void select(Slot slot) {
        if (slot.present == present) {
            throw new InvalidParameterException("the step was told of a parameter twice: " + slot.parameter);
        }
        slot.present = present;
        if (!slot.isBound()) {
            return;
        }
        requireAccessible(slot);
        requireUnwrittenGradient(slot);
        if (slot.group.begin(present, rateFactor)) {
            groups.add(slot.group);
            runsRules |= slot.runsRule;
            needsSums |= slot.group.isLayerwise && !slot.group.measuresRows;
            needsRowSums |= slot.group.measuresRows;
            centralizes |= slot.group.centralizesGradients;
            asksUser = runsRules;
        }
        work.add(slot, slot.length);
    }

    /** Fails unless the thread of the step may use the memory of a slot now. */
    private void requireAccessible(Slot slot) {
        if (slot.scope == null || slot.scope != accessible) {
            slot.requireAccessible(memory);
            accessible = slot.scope;
        }
    }

    /** Fails if a function of the user has closed memory of the step. */
    private void requireStillAccessible() {
        accessible = null;
        for (int i = 0; i < work.size(); i++) {
            requireAccessible(work.get(i));
        }
    }

    /** Whether a slot is in the work list. */
    final boolean isSelected(Slot slot) {
        return slot.present == present && slot.isBound();
    }

    /** Whether coefficients are those of the present step. */
    final boolean isPresent(CoefficientSet set) {
        return set.present == present;
    }

    /** Adds the slots of a group that have a gradient. */
    public final void select(Group group) {
        for (int i = 0; i < group.slots.size(); i++) {
            select(group.slots.get(i));
        }
    }

    /** Adds all slots that have a gradient. */
    public final void selectAll() {
        for (int i = 0; i < slots.size(); i++) {
            select(slots.get(i));
        }
    }

    /**
     * Makes the step.
     *
     * @return false if it was skipped
     * @throws InvalidParameterException if gradients cannot be set to zero; nothing is changed
     * @throws io.radam.InvalidHyperparameterException if settings are out of range together; nothing is changed
     */
    public final boolean step(StepOptions options) {
        boolean zeroGradients = options.zeroGradients();
        if (zeroGradients) {
            requireWritableGradients();
        }
        double factor = 1 / options.lossScale();
        double clippedFactor = factor;
        boolean clipsNorm = options.maxGradientNorm() < Double.POSITIVE_INFINITY;
        if (options.skipNonFinite() || clipsNorm) {
            sum(factor);
            if (nonFinite > 0) {
                return false;
            }
            clippedFactor *= clip(squares, options.maxGradientNorm());
        }
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            group.setGradientFactor(clipsNorm && options.normPerGroup()
                    ? factor * clip(group.squares, options.maxGradientNorm())
                    : clippedFactor, options.lossScale());
        }
        float clipValue = (float) options.maxGradientValue();
        clipValue = clipValue < Float.POSITIVE_INFINITY ? clipValue : 0;
        load(clipValue, zeroGradients);
        if (asksUser) {
            requireStillAccessible();
        }
        update();
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            slot.step++;
            if (slot.group.isLayerwise) {
                slot.endNumbers();
            }
        }
        return true;
    }

    /** Prepares the next step of a slot, and fails if it cannot be made. */
    final void load(Slot slot, float clipValue, boolean zeroGradients) {
        long next = slot.step + 1;
        slot.coefficients = slot.group.coefficients(next, slot.coefficients, this);
        slot.moved |= slot.tensor.setStep(next, clipValue, zeroGradients, slot.group.slowRate(next));
        asksUser |= slot.parameter.average() != null;
    }

    /** Has the slow weights of Lookahead be the values. Until a slot has made a step, they may be anything. */
    private void beginSlowWeights(Slot slot) {
        beginSlowWeights(slot.parameter.valuesType(), slot.values.segment, slot.parameter.lowerHalves(),
                slot.slowWeights());
    }

    /** The same for some elements of a tensor, by any thread of a step. */
    final void beginSlowWeights(Tensor tensor, long begin, long end) {
        DType type = tensor.valuesType();
        beginSlowWeights(type, slice(tensor.values(), type, begin, end),
                slice(tensor.lowerHalves(), type, begin, end), slice(tensor.average(), DType.FLOAT32, begin, end));
    }

    private static MemorySegment slice(MemorySegment segment, DType type, long begin, long end) {
        return segment == null ? null : segment.asSlice(begin * type.bytes(), (end - begin) * type.bytes());
    }

    private void beginSlowWeights(DType type, MemorySegment values, MemorySegment lowerHalves, MemorySegment slow) {
        if (type == DType.FLOAT32) {
            memory.copy(values, slow);
            return;
        }
        MemorySegment written = memory.readable(slow);
        if (lowerHalves != null) {
            Conversion.join(memory.readable(values), memory.readable(lowerHalves), written);
        } else {
            Conversion.nearest(memory.readable(values), type, written, DType.FLOAT32);
        }
        if (written != slow) {
            memory.copy(written, slow);
        }
    }

    /**
     * Sets the number of steps that a slot has made. If it had made none, its slow weights begin now, unless the caller
     * has brought them.
     *
     * @throws InvalidParameterException if the number is out of range, or the values cannot be used now; nothing is
     *     changed
     */
    public final void setStep(Slot slot, long step) {
        boolean begins = slot.step == 0 && step != 0 && slot.slowWeights() != null
                && !slot.parameter.state().containsKey(StateBuffer.SLOW_PARAM.name());
        Slot.requireStep(step);
        if (begins) {
            memory.requireAccessible(slot.values.segment, "values");
            if (slot.parameter.lowerHalves() != null) {
                memory.requireAccessible(slot.parameter.lowerHalves(), "lowerHalves");
            }
            beginSlowWeights(slot);
        }
        slot.setStep(step);
    }

    /** PyTorch's factor for gradients whose squares have this sum. */
    private static double clip(double squares, double maxNorm) {
        return maxNorm < Double.POSITIVE_INFINITY ? Math.min(1, maxNorm / (Math.sqrt(squares) + 1e-6)) : 1;
    }

    final CoefficientSet newCoefficients(Algorithm algorithm) {
        return newCoefficients(algorithm, coefficientSets++);
    }

    // ---------------------------------------------------------------------------------------------------- statistics

    /**
     * Measures the gradients of the step, each multiplied by its group's scale and a factor.
     */
    public final void sum(double factor) {
        if (asksUser) {
            requireStillAccessible(); // also a hyperparameter's range is a function of the user
        }
        measure();
        squares = 0;
        maxAbs = 0;
        nonFinite = 0;
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            double scale = slot.group.gradientScale() * factor;
            slot.scaledSquares = slot.sumOfSquares * scale * scale;
            slot.scaledMaxAbs = slot.maxAbs * scale;
            slot.group.squares += slot.scaledSquares;
            squares += slot.scaledSquares;
            maxAbs = Math.max(maxAbs, slot.scaledMaxAbs); // NaN if one is
            nonFinite += slot.nonFinite;
        }
    }

    /** The slots of the step, with the gradients' statistics if they were measured. */
    public final Slot[] selected() {
        Slot[] selected = new Slot[work.size()];
        for (int i = 0; i < selected.length; i++) {
            selected[i] = work.get(i);
        }
        return selected;
    }

    /** The 2-norm of all gradients that were measured. */
    public final double norm() {
        return Math.sqrt(squares);
    }

    /** The largest magnitude of all gradients that were measured. */
    public final double maxAbs() {
        return maxAbs;
    }

    /** The number of elements of all gradients that were measured that are infinite or NaN. */
    public final long nonFinite() {
        return nonFinite;
    }

    /** Sets the gradients of the step to zero. */
    public final void zeroGradients() {
        for (int i = 0; i < work.size(); i++) {
            work.get(i).requireWritableGradient();
        }
        for (int i = 0; i < work.size(); i++) {
            memory.clear(work.get(i).gradient.segment);
        }
    }

    // --------------------------------------------------------------------------------------------------------- state

    /** Sets the index of a slot's random bits. */
    public final void setRandomIndex(Slot slot, long index) {
        if (index != slot.randomIndex()) {
            slot.setRandomIndex(index, seed);
            adopt(slot);
            slotsChanged();
        }
    }

    /** The random index of the next parameter that has none of its own. */
    public final long nextRandomIndex() {
        return nextIndex;
    }

    /** Sets the random index of the next parameter that has none of its own. */
    public final void setNextRandomIndex(long index) {
        nextIndex = index;
    }

    /** A copy of a slot's state, in memory that lives as long as it can be reached. */
    public final ParameterState copyOfState(Slot slot) {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        slot.state().buffers().forEach((name, buffer) ->
                buffers.put(name, new ParameterState.Buffer(copyOf(buffer.elements()), copyOf(buffer.scales()))));
        return new ParameterState(slot.step, slot.group.stateType, Collections.unmodifiableMap(buffers),
                slot.namedNumbers());
    }

    /** The values of a slot as float32 in memory of the host, which may be the values themselves. */
    public final MemorySegment floats(Slot slot) {
        MemorySegment values = slot.values.segment;
        MemorySegment lowerHalves = slot.parameter.lowerHalves();
        memory.requireAccessible(values, "values");
        if (lowerHalves != null) {
            memory.requireAccessible(lowerHalves, "lowerHalves");
        }
        MemorySegment readable = memory.readable(values);
        if (slot.parameter.valuesType() == DType.FLOAT32) {
            return readable;
        }
        MemorySegment floats = Arena.ofAuto().allocate(Float.BYTES * slot.length, Float.BYTES);
        if (lowerHalves != null) {
            Conversion.join(readable, memory.readable(lowerHalves), floats);
        } else {
            Conversion.nearest(readable, slot.parameter.valuesType(), floats, DType.FLOAT32);
        }
        return floats;
    }

    private MemorySegment copyOf(MemorySegment segment) {
        if (segment == null) {
            return null;
        }
        try {
            MemorySegment copy = Arena.ofAuto().allocate(segment.byteSize(), StateMemory.ALIGNMENT);
            memory.copy(segment, copy);
            return copy.asReadOnly();
        } catch (OutOfMemoryError e) {
            throw new BackendException("there is no memory for a copy of " + segment.byteSize() + " bytes of state", e);
        }
    }

    /** Fails unless the current thread may use a slot's state now. It may be in memory of the caller. */
    public final void requireStateAccessible(Slot slot) {
        slot.requireStateAccessible(memory);
    }

    /** Fails unless a state can be a slot's. */
    public final void requireFits(Slot slot, ParameterState state) {
        slot.requireFits(state, memory);
    }

    /** Copies a state that fits to a slot, whose state the current thread may use. */
    public final void restore(Slot slot, ParameterState state) {
        slot.restore(state, memory);
    }

    /** Writes the copies of all slots that have one. */
    public final void writeCopies() {
        for (Slot slot : slots) {
            slot.requireCopyAccessible(memory);
        }
        for (Slot slot : slots) {
            MemorySegment copy = slot.parameter.copy();
            if (copy != null) {
                MemorySegment values = memory.readable(slot.values.segment);
                MemorySegment written = memory.readable(copy);
                CopyWriter.write(slot.tensor, values, written, slot.step);
                if (written != copy) {
                    memory.copy(written, copy);
                }
            }
        }
    }
}
