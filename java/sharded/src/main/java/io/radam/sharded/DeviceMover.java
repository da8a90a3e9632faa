package io.radam.sharded;

import io.radam.DType;
import io.radam.internal.sharding.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What is in memory of a GPU. All is queued in the stream in which the steps are queued, and NCCL's messages.
 *
 * <p>A gradient goes as it is, unless bfloat16 was asked for. One in float16 goes so too, in place of float32 as from
 * the host: it is widened where it is added, and the bits are the same.
 */
final class DeviceMover implements Mover {
    private final DeviceStream stream;
    /** Where a gradient of this rank is rounded as those of others are; null where none is. */
    private MemorySegment rounded;

    DeviceMover(DeviceStream stream) {
        this.stream = stream;
    }

    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        return stream.allocate(bytes, arena);
    }

    /** Parts are one after the other in the stream, and may have the same memory. */
    @Override
    public void prepareToRound(long elements) {
        rounded = allocate(Math.max(1, elements * DType.BFLOAT16.bytes()), Arena.ofAuto());
    }

    @Override
    public DType wireType(DType gradientType, DType asked) {
        return asked == DType.BFLOAT16 ? DType.BFLOAT16 : gradientType;
    }

    @Override
    public void write(MemorySegment gradient, DType type, MemorySegment message, DType wireType) {
        if (type == wireType) {
            stream.copy(gradient, message);
        } else {
            stream.roundGradient(gradient, type, message);
        }
    }

    @Override
    public void sum(GradientSum.Messages others, int own, MemorySegment gradient, DType type, MemorySegment sums) {
        MemorySegment added = gradient;
        if (type != others.wireType()) {
            added = rounded.asSlice(0, gradient.byteSize() / type.bytes() * DType.BFLOAT16.bytes());
            stream.roundGradient(gradient, type, added);
        }
        stream.addGradients(sums, added, others.memory().asSlice(others.at()), others.stride(), others.ranks(), own,
                others.wireType());
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
