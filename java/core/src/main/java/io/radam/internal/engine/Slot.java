package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.Algorithm;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.StateType;
import io.radam.internal.engine.MemoryMap.Region;
import io.radam.internal.kernel.Block8;
import io.radam.internal.kernel.MemoryCheck;
import io.radam.internal.kernel.StateConversion;
import io.radam.internal.kernel.StochasticBits;
import io.radam.internal.kernel.SumsTable;
import io.radam.internal.kernel.Tensor;
import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.schedule.StepCoefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A parameter's place in an engine: its state, and the memory that is bound to it. */
public final class Slot {
    /** A step number may be set to this at most, from where no number of steps leads past the end of long. */
    private static final long MAX_STEP = 1L << 62;
    /** A saved step number may be more than that, by the steps that were made since it was set. */
    private static final long MAX_SAVED_STEP = 3L << 61;

    final Parameter parameter;
    final Group group;
    final long length;
    final Tensor tensor;
    final StateMemory stateMemory;
    /** Whether its algorithm is the user's own. */
    final boolean runsRule;
    /**
     * The state's buffers in the order of the algorithm; null each that the group does not have. Those in memory of the
     * caller are the caller's own segments, which know when that is closed. The tensor's may not.
     */
    private final MemorySegment[] state;
    /** Their scales; null each but under BLOCK8. */
    private final MemorySegment[] scales;
    /** What Lookahead may make another of; empty without it. */
    private final List<Momentum> momenta = new ArrayList<>();

    // ----------------------------------------------------------------------------------------------- what is bound
    /** The regions that steps write and that never change: copy, lower halves, average, and the caller's state. */
    final List<Region> fixed = new ArrayList<>();
    private boolean fixedAccessible = true;
    private boolean fixedShareable = true;
    final Region values;
    /** Its segment is null where no gradient is bound. */
    final Region gradient;
    /** Whether a gradient is bound. Steps ask every slot, and should not have to follow the region for it. */
    private boolean bound;
    /**
     * Whether the map of what steps write has the values. It has not if memory that was bound to another slot since has
     * taken their place.
     */
    boolean valuesMapped;
    /** The engine's {@code writtenNumber} for which the gradient is known to overlap nothing that steps write. */
    long checked;
    /** Whether any thread may use all memory, for as long as it is reachable. */
    private boolean alwaysAccessible;
    /** The one scope of values, gradient and fixed regions; null if they have several. */
    MemorySegment.Scope scope;
    /** Whether threads other than the caller can work on the tensor. */
    boolean shareable;

    // ---------------------------------------------------------------------------------------------------- the step
    /** Number of steps taken. */
    long step;
    /** What the algorithm keeps for each parameter beside the buffers, in its order. */
    private final double[] numbers;
    /** The numbers after the present step, once they are known. */
    private final double[] nextNumbers;
    /** The sums of the present step, and over how many elements. */
    private final double[] sums = new double[SumsTable.SUMS];
    private long summed;
    private long randomIndex;
    /** The coefficients of the latest step. */
    CoefficientSet coefficients;
    /** The engine's number of the latest step that selected the slot. */
    long present;
    /** The gradient's statistics in the latest step that measured it, before and after it is scaled. */
    double sumOfSquares;
    float maxAbs;
    long nonFinite;
    double scaledSquares;
    double scaledMaxAbs;

    /** The slot's group in a GPU's plan, and its number there: see {@link CudaPart}. */
    int planned = -1;
    int plannedAs;
    /** Whether the plan does not know yet where the memory is, or the rate of the average. */
    boolean moved;

    Slot(Parameter parameter, Group group, Memory memory, StateMemory stateMemory) {
        this.parameter = parameter;
        this.group = group;
        this.stateMemory = stateMemory;
        runsRule = group.hyperparameters().algorithm().kind() == Algorithm.Kind.CUSTOM;
        length = parameter.length();
        numbers = new double[group.numbers.size()];
        nextNumbers = new double[numbers.length];
        values = new Region(this, "values", parameter.values());
        gradient = new Region(this, "gradient", null);
        MemorySegment copy = fixed(memory, "copy", parameter.copy());
        MemorySegment lowerHalves = fixed(memory, "lower halves", parameter.lowerHalves());
        MemorySegment average = fixed(memory, "average", parameter.average());
        int buffers = group.buffers.size();
        int ofAlgorithm = group.ofAlgorithm;
        state = new MemorySegment[buffers];
        scales = new MemorySegment[buffers];
        MemorySegment[] stateForStep = new MemorySegment[buffers];
        MemorySegment[] scalesForStep = new MemorySegment[buffers];
        for (int i = 0; i < buffers; i++) {
            if (!group.has(i)) {
                continue;
            }
            String name = group.buffers.get(i).name();
            StateType type = group.typeOf(i);
            long bytes = StateMemory.bufferBytes(group, i, parameter);
            long scaleBytes = Block8.scaleBytes(type, length);
            if (parameter.state().containsKey(name)) {
                state[i] = parameter.state().get(name);
                stateForStep[i] = callersState(memory, name, state[i], bytes, type, type.bytes());
                if (scaleBytes > 0) {
                    scales[i] = parameter.stateScales().get(name);
                    scalesForStep[i] = callersState(memory, "scales of " + name, scales[i], scaleBytes, type,
                            Float.BYTES);
                }
            } else {
                state[i] = stateMemory.next(i, bytes);
                stateForStep[i] = state[i];
                scales[i] = scaleBytes > 0 ? stateMemory.nextScales(scaleBytes) : null;
                scalesForStep[i] = scales[i];
            }
        }
        int ofKernel = StepCoefficients.stateOfSteps(group.hyperparameters().algorithm()).size();
        tensor = new Tensor(parameter, copy, lowerHalves, group.hasLookahead ? stateForStep[ofAlgorithm] : average,
                group.hasLookahead, meansOf(parameter, group, memory, stateMemory.arena), ofRows(group, JAVA_DOUBLE,
                ProjectingSchedule.SUMS), ofRows(group, JAVA_FLOAT, 1), group.stateType, group.stateRounding,
                Arrays.copyOf(Arrays.copyOf(stateForStep, ofAlgorithm), ofKernel),
                Arrays.copyOf(Arrays.copyOf(scalesForStep, ofAlgorithm), ofKernel));
        int slow = ofAlgorithm;
        for (int i = 0; i < ofAlgorithm && group.hasLookahead; i++) {
            if (group.has(i) && group.buffers.get(i).isMomentum()) {
                slow++;
                momenta.add(new Momentum(momentum(group.stateType, stateForStep[i], scalesForStep[i]),
                        slow < buffers ? momentum(StateType.FLOAT32, stateForStep[slow], null) : null));
            }
        }
    }

    private static StateConversion.Buffer momentum(StateType type, MemorySegment elements, MemorySegment scales) {
        return new StateConversion.Buffer(type, elements, scales, true);
    }

    /** Memory for some numbers of each row, where the algorithm measures rows and the parameter has some; or null. */
    private MemorySegment ofRows(Group group, ValueLayout number, int count) {
        if (!group.measuresRows || parameter.rowLength() == 0) {
            return null;
        }
        return stateMemory.arena.allocate(number, count * (length / parameter.rowLength()));
    }

    /** Memory for the means of rows of the gradient; null where it is not centralized. */
    private static MemorySegment meansOf(Parameter parameter, Group group, Memory memory, Arena arena) {
        return centralizes(parameter, group)
                ? memory.allocateMeans(parameter.length() / parameter.rowLength() * Float.BYTES, arena) : null;
    }

    /** Whether steps centralize the gradient. Of rows of one element nothing would be left. */
    private static boolean centralizes(Parameter parameter, Group group) {
        return group.centralizesGradients && parameter.rowLength() > 1;
    }

    boolean centralizes() {
        return centralizes(parameter, group);
    }

    private MemorySegment fixed(Memory memory, String what, MemorySegment segment) {
        if (segment == null) {
            return null;
        }
        memory.requireKind(segment, what);
        fixed.add(new Region(this, what, segment));
        MemorySegment forStep = forStep(memory, segment);
        fixedAccessible &= memory.isAlwaysAccessible(segment);
        fixedShareable &= memory.isShareable(forStep);
        return forStep;
    }

    /** A rule may close memory in the middle of a step, which is found out in the segment itself. */
    private MemorySegment forStep(Memory memory, MemorySegment segment) {
        return runsRule ? segment : memory.forStep(segment);
    }

    private MemorySegment callersState(Memory memory, String what, MemorySegment segment, long bytes, StateType type,
            long alignment) {
        if (segment == null) {
            throw new InvalidParameterException("the parameter has memory for its state, but none for the " + what + ": "
                    + parameter);
        }
        if (!segment.isNative()) {
            throw new InvalidParameterException("the memory of the " + what + " is on the Java heap: " + segment);
        }
        if (segment.byteSize() != bytes) {
            throw new InvalidParameterException("the sizes differ: the " + what + " has " + segment.byteSize() + " bytes, and "
                    + length + " elements of " + type + " need " + bytes);
        }
        MemoryCheck.requireAligned(segment, alignment, type.toString(), what);
        MemoryCheck.requireWritable(segment, "memory of the " + what + " is");
        return fixed(memory, what, segment);
    }

    /** Fails where a parameter cannot be one of a group, before anything is allocated for it. */
    static void requireFits(Parameter parameter, Group group) {
        if (parameter.average() != null && group.hasLookahead) {
            throw new InvalidParameterException("the parameter has an average, and its group has Lookahead, whose slow "
                    + "weights are an average of the values too; a step has room for one: " + parameter);
        }
        for (Map<String, MemorySegment> named : List.of(parameter.state(), parameter.stateScales())) {
            for (String name : named.keySet()) {
                requireBuffer(parameter, group, name);
            }
        }
        for (String name : parameter.stateScales().keySet()) {
            if (StateBuffer.typeOf(name, group.stateType) != StateType.BLOCK8 || !parameter.state().containsKey(name)) {
                throw new InvalidParameterException("the parameter has memory for the scales of " + name + ", but not for its "
                        + "state, or the state's type is " + StateBuffer.typeOf(name, group.stateType) + ": "
                        + parameter);
            }
        }
        if (group.stateType == StateType.BLOCK8) {
            long end = parameter.first() + parameter.length();
            if (parameter.first() % Block8.SIZE != 0
                    || end % Block8.SIZE != 0 && end != parameter.wholeLength()) {
                throw new InvalidParameterException("a slice with " + group.stateType + " state is cut within a block of "
                        + Block8.SIZE + " elements: it goes from " + parameter.first() + " to " + end + " of "
                        + parameter.wholeLength());
            }
        }
    }

    private static void requireBuffer(Parameter parameter, Group group, String name) {
        List<String> names = group.bufferNames();
        if (!names.contains(name)) {
            throw new InvalidParameterException("the parameter has memory for the state " + name + ", the algorithm has "
                    + names + ": " + parameter);
        }
    }

    /** The parameter that has this slot. */
    public Parameter parameter() {
        return parameter;
    }

    /** The parameter's group. */
    public Group group() {
        return group;
    }

    /** The values that steps move. */
    public MemorySegment values() {
        return values.segment;
    }

    /** The gradient that steps read; null where none is bound. */
    public MemorySegment gradient() {
        return gradient.segment;
    }

    /** Number of steps taken. */
    public long step() {
        return step;
    }

    /** Sets the number of steps taken. */
    public void setStep(long step) {
        requireStep(step);
        this.step = step;
    }

    static void requireStep(long step) {
        if (step < 0 || step > MAX_STEP) {
            throw new InvalidParameterException("the step number is out of range: " + step);
        }
    }

    /** The 2-norm of the gradient, scaled, when it was measured last. */
    public double norm() {
        return Math.sqrt(scaledSquares);
    }

    /** Its largest magnitude. */
    public double maxAbs() {
        return scaledMaxAbs;
    }

    /** The number of its elements that were infinite or NaN. */
    public long nonFinite() {
        return nonFinite;
    }

    /** Whether it has a gradient. */
    public boolean isBound() {
        return bound;
    }

    /** Sets where the gradient is; null if there is none. */
    void setGradient(MemorySegment segment) {
        gradient.segment = segment;
        bound = segment != null;
    }

    /** Updates what depends on the memory that is bound. */
    void rebind(Memory memory) {
        MemorySegment v = forStep(memory, values.segment);
        MemorySegment g = forStep(memory, gradient.segment);
        tensor.bind(v, g);
        moved = true;
        alwaysAccessible = fixedAccessible && memory.isAlwaysAccessible(values.segment)
                && memory.isAlwaysAccessible(gradient.segment);
        scope = commonScope();
        shareable = fixedShareable && memory.isShareable(v) && memory.isShareable(g);
    }

    private MemorySegment.Scope commonScope() {
        MemorySegment.Scope common = values.segment.scope();
        boolean same = gradient.segment.scope() == common;
        for (int i = 0; i < fixed.size(); i++) {
            same &= fixed.get(i).segment.scope() == common;
        }
        return same ? common : null;
    }

    /** Fails unless the current thread may use the memory now. */
    void requireAccessible(Memory memory) {
        if (alwaysAccessible) {
            return;
        }
        requireAccessible(memory, values);
        requireAccessible(memory, gradient);
        for (int i = 0; i < fixed.size(); i++) {
            requireAccessible(memory, fixed.get(i));
        }
    }

    private static void requireAccessible(Memory memory, Region region) {
        memory.requireAccessible(region.segment, region.what);
    }

    /** Fails unless the gradient can be set to zero. */
    void requireWritableGradient() {
        MemoryCheck.requireWritable(gradient.segment, "gradient is");
    }

    /** Fails unless the current thread may write the copy now, if there is one. */
    void requireCopyAccessible(Memory memory) {
        if (parameter.copy() != null) {
            requireAccessible(memory, values);
            memory.requireAccessible(parameter.copy(), "copy");
        }
    }

    // --------------------------------------------------------------------------------------------------------- state

    /** The index of its random bits. */
    public long randomIndex() {
        return randomIndex;
    }

    void setRandomIndex(long index, long seed) {
        randomIndex = index;
        tensor.setSeed(StochasticBits.seedOfParameter(seed, index));
    }

    /** Views of the state. */
    public ParameterState state() {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (int i = 0; i < state.length; i++) {
            if (group.has(i)) {
                buffers.put(group.buffers.get(i).name(),
                        new ParameterState.Buffer(readOnly(state[i]), readOnly(scales[i])));
            }
        }
        return new ParameterState(step, group.stateType, Collections.unmodifiableMap(buffers), namedNumbers());
    }

    /** A copy of its numbers by their names. */
    Map<String, Double> namedNumbers() {
        Map<String, Double> named = new LinkedHashMap<>();
        for (int i = 0; i < numbers.length; i++) {
            named.put(group.numbers.get(i), numbers[i]);
        }
        return Collections.unmodifiableMap(named);
    }

    /** Takes one of the sums of the present step. */
    void measured(long elements, int number, double sum) {
        summed = elements;
        sums[number] = sum;
        group.sums[number] += sum;
    }

    /** Has the coefficients of the present step follow from the sums, and the numbers after it. */
    void reduce() {
        if (group.movesLearningRate) {
            group.reduce(coefficients, tensor, summed, sums);
            return;
        }
        System.arraycopy(numbers, 0, nextNumbers, 0, numbers.length);
        group.reduce(coefficients, tensor, summed, sums, nextNumbers);
    }

    /** The same of an algorithm that measures rows. A slice is as one tensor of its own. */
    void reduceRows() {
        if (tensor.measuresRows()) {
            reduceRows(tensor.rowSums(), 0);
        } else {
            coefficients.reduce(tensor, length, sums, nextNumbers);
        }
    }

    /** The same, from the sums of rows of which the tensor's begin with some number. */
    void reduceRows(MemorySegment rowSums, long firstRow) {
        coefficients.reduceRows(tensor, rowSums, firstRow);
    }

    /** Takes over the numbers of a step that was made. */
    void endNumbers() {
        System.arraycopy(nextNumbers, 0, numbers, 0, numbers.length);
        if (group.movesLearningRate) {
            group.endRate();
        }
    }

    /** The bytes of its state, scales included. */
    long stateBytes() {
        long bytes = 0;
        for (int i = 0; i < state.length; i++) {
            bytes += (state[i] == null ? 0 : state[i].byteSize()) + (scales[i] == null ? 0 : scales[i].byteSize());
        }
        return bytes;
    }

    /**
     * Adds where the state of some elements is, which begin at a block of 8-bit state.
     *
     * @param all also of slow weights that the present step has no need of
     */
    void forState(long begin, long end, boolean all, Ranges ranges) {
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null && (all || !group.isSlow(i) || beginsSlowWeights() || tensor.takesSlowWeights())) {
                long bytes = group.typeOf(i).bytes();
                ranges.add(state[i].address() + begin * bytes, state[i].address() + end * bytes);
            }
            if (scales[i] != null) {
                // One for a block, of which the last may be a part.
                ranges.add(scales[i].address() + begin / Block8.SIZE * Float.BYTES,
                        scales[i].address() + Math.ceilDiv(end, (long) Block8.SIZE) * Float.BYTES);
            }
        }
    }

    private static MemorySegment readOnly(MemorySegment segment) {
        return segment == null ? null : segment.asReadOnly();
    }

    /** Fails unless the current thread may use the state now. */
    void requireStateAccessible(Memory memory) {
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null) {
                String name = group.buffers.get(i).name();
                memory.requireAccessible(state[i], name);
                if (scales[i] != null) {
                    memory.requireAccessible(scales[i], "scales of " + name);
                }
            }
        }
    }

    /** Fails unless a state fits this slot. */
    void requireFits(ParameterState saved, Memory memory) {
        if (saved.step() < 0 || saved.step() > MAX_SAVED_STEP) {
            throw new InvalidParameterException("the state's step is out of range: " + saved.step());
        }
        Objects.requireNonNull(saved.type(), "type");
        if (saved.type() != group.stateType) {
            throw new InvalidParameterException("the state's type is " + saved.type() + ", the group's is "
                    + group.stateType);
        }
        List<String> names = group.bufferNames();
        if (!saved.buffers().keySet().equals(Set.copyOf(names))) {
            throw new InvalidParameterException("the state has the buffers " + saved.buffers().keySet()
                    + ", the parameter has " + names);
        }
        requireNumbersFit(saved.numbers());
        for (int i = 0; i < state.length; i++) {
            if (group.has(i)) {
                String name = group.buffers.get(i).name();
                requireFits(saved.buffers().get(name).elements(), state[i], name, memory);
                requireFits(saved.buffers().get(name).scales(), scales[i], "scales of " + name, memory);
            }
        }
    }

    private void requireNumbersFit(Map<String, Double> saved) {
        if (!saved.keySet().equals(Set.copyOf(group.numbers))) {
            throw new InvalidParameterException("the state has the numbers " + saved.keySet() + ", the parameter has "
                    + group.numbers);
        }
        saved.forEach((name, number) -> {
            if (!(number >= 0 && number < Double.POSITIVE_INFINITY)) {
                throw new InvalidParameterException("the state's " + name + " must be finite and at least 0, but is "
                        + number);
            }
        });
    }

    private static void requireFits(MemorySegment segment, MemorySegment place, String what, Memory memory) {
        if (place == null) {
            return;
        }
        Objects.requireNonNull(segment, what);
        if (segment.byteSize() != place.byteSize()) {
            throw new InvalidParameterException("the sizes differ: the state's " + what + " has " + segment.byteSize()
                    + " bytes, the parameter has " + place.byteSize());
        }
        memory.requireAccessible(segment, what);
    }

    /** Whether the present step has the slow weights of Lookahead begin. */
    boolean beginsSlowWeights() {
        return step == 0 && group.hasLookahead;
    }

    /** The slow weights of Lookahead; null without it. */
    MemorySegment slowWeights() {
        return group.hasLookahead ? state[group.ofAlgorithm] : null;
    }

    /** Does to the momentum of some elements what the group's Lookahead does in the present step, after the rule. */
    void moveMomentum(long begin, long end) {
        if (tensor.takesSlowWeights()) {
            for (int i = 0; i < momenta.size(); i++) {
                momenta.get(i).move(group.lookaheadMomentum(), group.slowRate(step + 1), begin, end);
            }
        }
    }

    /** The memory of the host that it takes to do the same for a device. */
    long stagedBytes() {
        long most = 0;
        if (tensor.takesSlowWeights()) {
            for (int i = 0; i < momenta.size(); i++) {
                most = Math.max(most, momenta.get(i).stagedBytes(group.lookaheadMomentum()));
            }
        }
        return most;
    }

    /** The same for all elements of a device, in as much memory. */
    void moveMomentum(Memory memory, MemorySegment staging) {
        if (tensor.takesSlowWeights() && length > 0) {
            for (int i = 0; i < momenta.size(); i++) {
                momenta.get(i).move(group.lookaheadMomentum(), group.slowRate(step + 1), memory, staging);
            }
        }
    }

    /** Copies a state that fits to this slot's, which the current thread may use. */
    void restore(ParameterState saved, Memory memory) {
        for (int i = 0; i < state.length; i++) {
            if (group.has(i)) {
                ParameterState.Buffer buffer = saved.buffers().get(group.buffers.get(i).name());
                memory.copy(buffer.elements(), state[i]);
                if (scales[i] != null) {
                    memory.copy(buffer.scales(), scales[i]);
                }
            }
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = saved.numbers().get(group.numbers.get(i));
        }
        step = saved.step();
    }
}
