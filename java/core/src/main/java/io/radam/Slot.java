package io.radam;

import io.radam.internal.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A parameter's place in an optimizer: its state, and its memory as all threads of a step may use it. */
final class Slot {
    /** Some thread that is not the current one. */
    private static final Thread ANOTHER_THREAD =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> { });

    private static final String[] MEMORY_NAMES = {"values", "gradient", "copy", "average"};
    private static final String[] MOMENT_NAMES = {"expAvg", "expAvgSq", "maxExpAvgSq"};
    private static final String[] SCALE_NAMES = {"expAvgScale", "expAvgSqScale", "maxExpAvgSqScale"};

    final Parameter parameter;
    final ParameterGroup group;
    final Tensor tensor;
    /** Number of steps taken. */
    long step;

    /** The parameter's memory, in the order of its names; null for what it does not have. */
    private final MemorySegment[] memory;
    private final MemorySegment[] shareable = new MemorySegment[MEMORY_NAMES.length];
    private final MemorySegment[] moments = new MemorySegment[MOMENT_NAMES.length];
    /** Null but under 8-bit state. */
    private final MemorySegment[] scales = new MemorySegment[SCALE_NAMES.length];

    Slot(Parameter parameter, ParameterGroup group, StateMemory state, long seed) {
        this.parameter = parameter;
        this.group = group;
        memory = new MemorySegment[] {
            parameter.values(), parameter.gradient(), parameter.copy(), parameter.average()};
        for (int i = 0; i < memory.length; i++) {
            shareable[i] = memory[i] == null ? null : shareable(memory[i]);
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
        tensor = new Tensor(parameter, shareable, group.stateType(), group.stateRounding(), moments, scales, seed);
    }

    /**
     * A confined segment as one that other threads may use. That is safe within a step: only its owner may step it, only
     * its owner may close it, and the owner does not do both at once.
     */
    private static MemorySegment shareable(MemorySegment segment) {
        if (segment.isAccessibleBy(ANOTHER_THREAD)) {
            return segment;
        }
        try {
            return MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
        } catch (IllegalCallerException e) {
            return segment; // no native access: then only the owner can use it
        }
    }

    /** Whether threads other than the caller can work on this parameter. */
    boolean isShareable() {
        for (MemorySegment segment : shareable) {
            if (segment != null && !segment.isAccessibleBy(ANOTHER_THREAD)) {
                return false;
            }
        }
        return true;
    }

    /** Fails unless the current thread may use the parameter's memory now. */
    void requireAccessible() {
        for (int i = 0; i < memory.length; i++) {
            if (memory[i] != null) {
                requireAccessible(memory[i], MEMORY_NAMES[i]);
            }
        }
    }

    /** Fails unless the gradient can be set to zero. */
    void requireWritableGradient() {
        if (parameter.gradient().isReadOnly()) {
            throw new InvalidParameterException("the gradient is read-only: " + parameter.gradient());
        }
    }

    private static void requireAccessible(MemorySegment segment, String what) {
        if (!segment.scope().isAlive()) {
            throw new InvalidParameterException("the memory of the " + what + " is closed: " + segment);
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new InvalidParameterException("the memory of the " + what + " is confined to another thread than "
                    + Thread.currentThread() + ": " + segment);
        }
    }

    /** Applies the step that the group's stepper is prepared for to some elements. */
    void update(long begin, long end) {
        group.stepper.step(tensor, begin, end);
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

    private static void copy(MemorySegment from, MemorySegment to) {
        if (to != null) {
            to.copyFrom(from);
        }
    }

    /** Fails unless a segment fits the place that it is to be copied to, if there is one. */
    private static void requireSize(MemorySegment segment, MemorySegment place, String what) {
        if (place == null) {
            return;
        }
        Objects.requireNonNull(segment, what);
        if (segment.byteSize() != place.byteSize()) {
            throw new InvalidParameterException("the sizes differ: the state's " + what + " has " + segment.byteSize()
                    + " bytes, the parameter has " + place.byteSize());
        }
        requireAccessible(segment, what);
    }
}
