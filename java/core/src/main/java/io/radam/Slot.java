package io.radam;

import io.radam.internal.Stepper;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A parameter's place in an optimizer: its state, and its memory as all threads of a step may use it. */
final class Slot {
    /** Some thread that is not the current one. */
    private static final Thread ANOTHER_THREAD =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> { });

    final Parameter parameter;
    final ParameterGroup group;
    final MemorySegment expAvg;
    final MemorySegment expAvgSq;
    final MemorySegment maxExpAvgSq;
    /** Number of steps taken. */
    long step;

    private final MemorySegment values;
    private final MemorySegment gradient;

    Slot(Parameter parameter, ParameterGroup group, StateMemory state) {
        this.parameter = parameter;
        this.group = group;
        values = shareable(parameter.values());
        gradient = shareable(parameter.gradient());
        long bytes = parameter.values().byteSize();
        expAvg = state.nextExpAvg(bytes);
        expAvgSq = state.nextExpAvgSq(bytes);
        maxExpAvgSq = group.amsgrad() ? state.nextMaxExpAvgSq(bytes) : null;
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
        return values.isAccessibleBy(ANOTHER_THREAD) && gradient.isAccessibleBy(ANOTHER_THREAD);
    }

    /** Fails unless the current thread may use the parameter's memory now. */
    void requireAccessible() {
        requireAccessible(parameter.values(), "values");
        requireAccessible(parameter.gradient(), "gradient");
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
        Stepper stepper = group.stepper;
        stepper.step(begin, end, values, gradient, expAvg, expAvgSq, maxExpAvgSq);
    }

    ParameterState state() {
        return new ParameterState(step, expAvg.asReadOnly(), expAvgSq.asReadOnly(),
                maxExpAvgSq == null ? null : maxExpAvgSq.asReadOnly());
    }

    void restore(ParameterState state) {
        if (state.step() < 0 || state.step() == Long.MAX_VALUE) {
            throw new InvalidParameterException("the state's step is out of range: " + state.step());
        }
        if ((maxExpAvgSq == null) != (state.maxExpAvgSq() == null)) {
            throw new InvalidParameterException(maxExpAvgSq == null
                    ? "the state has a maxExpAvgSq, but the parameter's group is not AMSGrad"
                    : "the state has no maxExpAvgSq, but the parameter's group is AMSGrad");
        }
        requireSize(state.expAvg(), "expAvg");
        requireSize(state.expAvgSq(), "expAvgSq");
        if (maxExpAvgSq != null) {
            requireSize(state.maxExpAvgSq(), "maxExpAvgSq");
            maxExpAvgSq.copyFrom(state.maxExpAvgSq());
        }
        expAvg.copyFrom(state.expAvg());
        expAvgSq.copyFrom(state.expAvgSq());
        step = state.step();
    }

    private void requireSize(MemorySegment segment, String what) {
        Objects.requireNonNull(segment, what);
        if (segment.byteSize() != expAvg.byteSize()) {
            throw new InvalidParameterException("the sizes differ: the state's " + what + " has " + segment.byteSize()
                    + " bytes, the parameter has " + expAvg.byteSize());
        }
        requireAccessible(segment, what);
    }
}
