package io.radam.internal.engine;

import io.radam.InvalidParameterException;
import io.radam.internal.cuda.CudaQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that a GPU uses: its own, or pinned memory of the host. Copies and fills are queued in the GPU's stream. */
record CudaMemory(CudaQueue queue) implements Memory {
    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        MemorySegment memory = queue.allocate(bytes, arena);
        queue.fill(memory, (byte) 0);
        return memory;
    }

    @Override
    public MemorySegment allocateMeans(long bytes, Arena arena) {
        return queue.allocate(bytes, arena);
    }

    @Override
    public void requireKind(MemorySegment segment, String what) {
        if (!segment.isNative()) {
            throw new InvalidParameterException("the " + what + " is on the Java heap, where a GPU cannot reach it: "
                    + segment);
        }
        queue.requirePointer(segment.address(), segment.byteSize(), what);
    }

    /** The segment itself, since the device does all of the work. */
    @Override
    public MemorySegment forStep(MemorySegment segment) {
        return segment;
    }

    @Override
    public boolean isShareable(MemorySegment segment) {
        return true;
    }

    @Override
    public boolean isAlwaysAccessible(MemorySegment segment) {
        return false;
    }

    @Override
    public void requireAccessible(MemorySegment segment, String what) {
        CudaQueue.requireAccessible(segment, what);
    }

    @Override
    public void copy(MemorySegment from, MemorySegment to) {
        queue.copyAndWait(from, to);
    }

    @Override
    public MemorySegment readable(MemorySegment segment) {
        MemorySegment copy = Arena.ofAuto().allocate(segment.byteSize(), Float.BYTES);
        copy(segment, copy);
        return copy;
    }

    @Override
    public void clear(MemorySegment segment) {
        queue.fill(segment, (byte) 0);
    }
}
