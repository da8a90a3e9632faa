package io.radam.internal.engine;

import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StateBuffer;
import io.radam.internal.kernel.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A parameter's place in an optimizer: its state, and its memory as all threads of a step may use it. */
public final class Slot {
    private static final String[] MEMORY_NAMES = {"values", "gradient", "copy", "average"};

    final Parameter parameter;
    final StepGroup group;
    final Tensor tensor;
    /** Number of steps taken. */
    long step;

    private final Memory memory;
    /** The parameter's memory, in the order of its names; null for what it does not have. */
    private final MemorySegment[] borrowed;
    /** The same, as a step may use it. */
    private final MemorySegment[] forStep = new MemorySegment[MEMORY_NAMES.length];
    /** The algorithm's buffers, in its order; null for those that the group does not have. */
    private final MemorySegment[] state;
    /** Likewise; null each but under 8-bit state. */
    private final MemorySegment[] scales;

    Slot(Parameter parameter, StepGroup group, Memory memory, StateMemory from, long seed) {
        this.parameter = parameter;
        this.group = group;
        this.memory = memory;
        borrowed = new MemorySegment[] {
            parameter.values(), parameter.gradient(), parameter.copy(), parameter.average()};
        for (int i = 0; i < borrowed.length; i++) {
            forStep[i] = borrowed[i] == null ? null : memory.forStep(borrowed[i], MEMORY_NAMES[i]);
        }
        state = new MemorySegment[group.state.size()];
        scales = new MemorySegment[group.state.size()];
        for (int i = 0; i < state.length; i++) {
            if (group.state.get(i) != null) {
                state[i] = from.nextBuffer(i, group, parameter);
                scales[i] = from.nextScales(group, parameter);
            }
        }
        tensor = new Tensor(parameter, forStep, group.stateType, group.stateRounding, state, scales, seed, 0);
    }

    /** Whose place it is. */
    public Parameter parameter() {
        return parameter;
    }

    /** Number of steps taken. */
    public long step() {
        return step;
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
    public void requireAccessible() {
        for (int i = 0; i < borrowed.length; i++) {
            if (borrowed[i] != null) {
                memory.requireAccessible(borrowed[i], MEMORY_NAMES[i]);
            }
        }
    }

    /** Fails unless the gradient can be set to zero. */
    public void requireWritableGradient() {
        if (parameter.gradient().isReadOnly()) {
            throw new InvalidParameterException("the gradient is read-only: " + parameter.gradient());
        }
    }

    /** Views of the state. */
    public ParameterState state() {
        Map<String, ParameterState.Buffer> buffers = new LinkedHashMap<>();
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null) {
                buffers.put(group.state.get(i).name(),
                        new ParameterState.Buffer(readOnly(state[i]), readOnly(scales[i])));
            }
        }
        return new ParameterState(step, group.stateType, Collections.unmodifiableMap(buffers));
    }

    private static MemorySegment readOnly(MemorySegment segment) {
        return segment == null ? null : segment.asReadOnly();
    }

    /** Copies a state that was saved. */
    public void restore(ParameterState saved) {
        if (saved.step() < 0 || saved.step() == Long.MAX_VALUE) {
            throw new InvalidParameterException("the state's step is out of range: " + saved.step());
        }
        Objects.requireNonNull(saved.type(), "type");
        if (saved.type() != group.stateType) {
            throw new InvalidParameterException("the state's type is " + saved.type() + ", the group's is "
                    + group.stateType);
        }
        List<String> names = group.state.stream().filter(Objects::nonNull).map(StateBuffer::name).toList();
        if (!saved.buffers().keySet().equals(Set.copyOf(names))) {
            throw new InvalidParameterException("the state has the buffers " + saved.buffers().keySet()
                    + ", the parameter has " + names);
        }
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null) {
                String name = group.state.get(i).name();
                requireSize(saved.buffers().get(name).elements(), state[i], name);
                requireSize(saved.buffers().get(name).scales(), scales[i], name + "_scale");
            }
        }
        for (int i = 0; i < state.length; i++) {
            if (state[i] != null) {
                ParameterState.Buffer buffer = saved.buffers().get(group.state.get(i).name());
                copy(buffer.elements(), state[i]);
                copy(buffer.scales(), scales[i]);
            }
        }
        step = saved.step();
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
