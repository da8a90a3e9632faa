package io.radam.sharded;

import io.radam.DType;
import io.radam.internal.sharding.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What is in memory of a GPU. All is queued in the stream in which the steps are queued, and NCCL's messages.
 *
 * <p>A gradient goes as it is. One in float16 goes so too, in place of float32 as from the host: it is widened where it
 * is added, and the bits are the same.
 */
record DeviceMover(DeviceStream stream) implements Mover {
    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        return stream.allocate(bytes, arena);
    }

    @Override
    public DType wireType(DType gradientType, DType asked) {
        return gradientType;
    }

    @Override
    public void write(MemorySegment gradient, DType type, MemorySegment message, DType wireType) {
        stream.copy(gradient, message);
    }

    @Override
    public void sum(GradientSum.Messages others, int own, MemorySegment gradient, DType type, MemorySegment sums) {
        stream.addGradients(sums, gradient, others.memory().asSlice(others.at()), others.stride(), others.ranks(),
                own, type);
    }

    @Override
    public void copy(MemorySegment from, MemorySegment to) {
        stream.copy(from, to);
    }

    @Override
    public void zero(MemorySegment gradient) {
        stream.zero(gradient);
    }

    @Override
    public void read(MemorySegment from, MemorySegment array) {
        stream.read(from, array);
    }
}
