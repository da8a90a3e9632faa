package io.radam;

import io.radam.internal.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A parameter's place in an optimizer: its state, and its memory as all threads of a step may use it. */
final class Slot {
    private static final String[] MEMORY_NAMES = {"values", "gradient", "copy", "average"};
    private static final String[] MOMENT_NAMES = {"expAvg", "expAvgSq", "maxExpAvgSq"};
    private static final String[] SCALE_NAMES = {"expAvgScale", "expAvgSqScale", "maxExpAvgSqScale"};

    final Parameter parameter;
    final ParameterGroup group;
    final Tensor tensor;
    /** Number of steps taken. */
    long step;

    private final Memory memory;
    /** The parameter's memory, in the order of its names; null for what it does not have. */
    private final MemorySegment[] borrowed;
    /** The same, as a step may use it. */
    private final MemorySegment[] forStep = new MemorySegment[MEMORY_NAMES.length];
    private final MemorySegment[] moments = new MemorySegment[MOMENT_NAMES.length];
    /** Null but under 8-bit state. */
    private final MemorySegment[] scales = new MemorySegment[SCALE_NAMES.length];

    Slot(Parameter parameter, ParameterGroup group, Memory memory, StateMemory state, long seed) {
        this.parameter = parameter;
        this.group = group;
        this.memory = memory;
        borrowed = new MemorySegment[] {
            parameter.values(), parameter.gradient(), parameter.copy(), parameter.average()};
        for (int i = 0; i < borrowed.length; i++) {
            forStep[i] = borrowed[i] == null ? null : memory.forStep(borrowed[i], MEMORY_NAMES[i]);
        }
        long bytes = StateMemory.momentBytes(group, parameter);
        moments[Tensor.EXP_AVG] = state.nextExpAvg(bytes);
        moments[Tensor.EXP_AVG_SQ] = state.nextExpAvgSq(bytes);
        moments[Tensor.MAX_EXP_AVG_SQ] = group.amsgrad() ? state.nextMaxExpAvgSq(bytes) : null;
        for (int i = 0; i < moments.length; i++) {
            if (group.stateType() == StateType.BLOCK8 && moments[i] != null) {
                scales[i] = state.nextScales(group.stateType().scaleBytes(parameter.length()));
            }
        }
        tensor = new Tensor(parameter, forStep, group.stateType(), group.stateRounding(), moments, scales, seed);
    }

    /** Whether threads other than the caller can work on this parameter. */
    boolean isShareable() {
        for (MemorySegment segment : forStep) {
            if (segment != null && !HostMemory.isShareable(segment)) {
                return false;
            }
        }
        return true;
    }

    /** Fails unless the current thread may use the parameter's memory now. */
    void requireAccessible() {
        for (int i = 0; i < borrowed.length; i++) {
            if (borrowed[i] != null) {
                memory.requireAccessible(borrowed[i], MEMORY_NAMES[i]);
            }
        }
    }

    /** Fails unless the gradient can be set to zero. */
    void requireWritableGradient() {
        if (parameter.gradient().isReadOnly()) {
            throw new InvalidParameterException("the gradient is read-only: " + parameter.gradient());
        }
    }

    ParameterState state() {
        return new ParameterState(step, group.stateType(), readOnly(moments[0]), readOnly(moments[1]),
                readOnly(moments[2]), readOnly(scales[0]), readOnly(scales[1]), readOnly(scales[2]));
    }

    private static MemorySegment readOnly(MemorySegment segment) {
        return segment == null ? null : segment.asReadOnly();
    }

    void restore(ParameterState state) {
        if (state.step() < 0 || state.step() == Long.MAX_VALUE) {
            throw new InvalidParameterException("the state's step is out of range: " + state.step());
        }
        Objects.requireNonNull(state.type(), "type");
        if (state.type() != group.stateType()) {
            throw new InvalidParameterException("the state's type is " + state.type() + ", the group's is "
                    + group.stateType());
        }
        if (!group.amsgrad() && state.maxExpAvgSq() != null) {
            throw new InvalidParameterException(
                    "the state has a maxExpAvgSq, but the parameter's group is not AMSGrad");
        }
        if (group.amsgrad() && state.maxExpAvgSq() == null) {
            throw new InvalidParameterException("the state has no maxExpAvgSq, but the parameter's group is AMSGrad");
        }
        MemorySegment[] newMoments = {state.expAvg(), state.expAvgSq(), state.maxExpAvgSq()};
        MemorySegment[] newScales = {state.expAvgScale(), state.expAvgSqScale(), state.maxExpAvgSqScale()};
        for (int i = 0; i < moments.length; i++) {
            requireSize(newMoments[i], moments[i], MOMENT_NAMES[i]);
            requireSize(newScales[i], scales[i], SCALE_NAMES[i]);
        }
        for (int i = 0; i < moments.length; i++) {
            copy(newMoments[i], moments[i]);
            copy(newScales[i], scales[i]);
        }
        step = state.step();
    }

    private void copy(MemorySegment from, MemorySegment to) {
        if (to != null) {
            memory.copy(from, to);
        }
    }

    /** Fails unless a segment fits the place that it is to be copied to, if there is one. */
    private void requireSize(MemorySegment segment, MemorySegment place, String what) {
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
}
