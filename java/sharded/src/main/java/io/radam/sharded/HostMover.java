package io.radam.sharded;

import io.radam.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What is in memory of the host. Any thread may call, for elements of its own. */
final class HostMover implements Mover {
    private final ThreadLocal<GradientSum> sum = ThreadLocal.withInitial(GradientSum::new);

    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        return arena.allocate(bytes, 64);
    }

    @Override
    public DType wireType(DType gradientType, DType asked) {
        return GradientSum.wireType(gradientType, asked);
    }

    @Override
    public void write(MemorySegment gradient, DType type, MemorySegment message, DType wireType) {
        sum.get().write(gradient, type, message, wireType);
    }

    @Override
    public void sum(GradientSum.Messages others, int own, MemorySegment gradient, DType type, MemorySegment sums) {
        sum.get().sum(others, own, gradient, type, sums);
    }

    @Override
    public void copy(MemorySegment from, MemorySegment to) {
        to.copyFrom(from);
    }

    @Override
    public void zero(MemorySegment gradient) {
        gradient.fill((byte) 0);
    }

    @Override
    public void read(MemorySegment from, MemorySegment array) {
        array.copyFrom(from);
    }
}
