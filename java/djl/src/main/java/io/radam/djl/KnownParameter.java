package io.radam.djl;

import ai.djl.pytorch.engine.PtNDArray;
import io.radam.Conversions;
import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.ScheduleFree;
import io.radam.djl.TensorReader.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A parameter that steps have been made of: by DJL's id on one side, by the optimizer's parameter on the other. */
final class KnownParameter {
    private final Parameter core;
    private final TrackedGroup group;
    private MemorySegment segment;
    private PtNDArray array;
    private String lastGradient;
    private int updates;

    KnownParameter(Parameter core, TrackedGroup group, PtNDArray array, int updates) {
        this.core = core;
        this.group = group;
        this.array = array;
        this.updates = updates;
        segment = core.values();
    }

    Parameter core() {
        return core;
    }

    TrackedGroup group() {
        return group;
    }

    /** Whether it has iterates, whose average is the model to use. */
    boolean isScheduleFree() {
        return ScheduleFree.has(group.group().hyperparameters().algorithm());
    }

    /** Updates of this parameter, as DJL counts them. */
    int updates() {
        return updates;
    }

    void setUpdates(int updates) {
        this.updates = updates;
    }

    void countUpdate() {
        updates++;
    }

    /** Whether the array of its latest step is closed. */
    boolean isClosed() {
        return array.isReleased();
    }

    /** The memory of the values. The same object as long as it is the same memory, which makes binding it cheap. */
    MemorySegment segment(PtNDArray of, Tensor values) {
        array = of;
        MemorySegment now = values.memory();
        if (now.address() != segment.address() || now.byteSize() != segment.byteSize()) {
            segment = now;
        }
        return segment;
    }

    /** Writes the average of Schedule-Free's iterates, with the type of the values. */
    void average(Tensor values, ParameterState state, MemorySegment average) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment floats = arena.allocate(core.length() * Float.BYTES, Float.BYTES);
            Conversions.convert(values.memory(), values.type(), floats, DType.FLOAT32);
            ScheduleFree.average(group.group().hyperparameters(), state, floats, floats);
            Conversions.convert(floats, DType.FLOAT32, average, values.type());
        }
    }

    /** Fails if an array cannot take the place of that of earlier steps. */
    void requireFits(Tensor values, Tensor gradient, String name) {
        require("weight", name, values.type(), core.valuesType());
        require("gradient", name, gradient.type(), core.gradientType());
        long length = values.memory().byteSize() / values.type().bytes();
        if (length != core.length()) {
            throw new InvalidParameterException("the weight of " + name + " has " + length + " elements now, and had "
                    + core.length() + " in earlier steps: use a new optimizer for another model");
        }
    }

    private static void require(String kind, String name, DType type, DType before) {
        if (type != before) {
            throw new InvalidParameterException("the " + kind + " of " + name + " is " + type + " now, and was "
                    + before + " in earlier steps: use a new optimizer for another type");
        }
    }

    /**
     * Fails if the parameter is trained on several devices. DJL's trainer then calls once for each, with the same sum
     * of gradients.
     */
    void requireOnlyDevice(PtNDArray values, String gradient) {
        if (values != array && gradient.equals(lastGradient)) {
            throw new InvalidParameterException("a parameter was to be stepped on " + array.getDevice() + " and on "
                    + values.getDevice() + " by the same gradient: train on one device");
        }
    }

    void setLastGradient(String gradient) {
        lastGradient = gradient;
    }
}
