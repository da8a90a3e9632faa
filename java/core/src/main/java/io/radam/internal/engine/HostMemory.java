package io.radam.internal.engine;

import io.radam.InvalidParameterException;
import io.radam.internal.cuda.DeviceMemory;
import io.radam.internal.kernel.MemoryCheck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of the host, native or in arrays.
 *
 * @param huge whether to ask the system for huge pages, by a native call
 * @param disk where state is, in place of memory; or null
 */
record HostMemory(boolean huge, StateDisk disk) implements Memory {
    /** Some thread that is not the current one. */
    private static final Thread ANOTHER_THREAD =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> { });
    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();
    private static final long PAGE = 4096;
    /**
     * What is copied or cleared at once: some ten microseconds of work. The garbage collector waits for it, since a
     * thread cannot be stopped within.
     */
    private static final long PIECE = 64 << 10;
    /** The size from which huge pages are worth asking for. */
    static final long MIN_HUGE = 4L << 20;

    @Override
    public MemorySegment allocate(long bytes, Arena arena) {
        if (disk != null) {
            return disk.allocate(bytes, arena);
        }
        MemorySegment memory = huge && bytes >= MIN_HUGE ? HugePages.allocate(bytes, arena) : null;
        return memory != null ? memory : arena.allocate(bytes, PAGE);
    }

    @Override
    public MemorySegment allocateMeans(long bytes, Arena arena) {
        return arena.allocate(bytes, Float.BYTES);
    }

    @Override
    public void requireKind(MemorySegment segment, String what) {
        requireOnHost(segment, what);
    }

    private static void requireOnHost(MemorySegment segment, String what) {
        if (DeviceMemory.is(segment)) {
            throw new InvalidParameterException("the " + what + " is memory of a GPU, and the optimizer is not told of a "
                    + "device: " + segment);
        }
    }

    /**
     * Makes a confined segment usable by other threads. This is safe within a step: only the owner thread may begin the
     * step or close the memory, and it does not do both at once. Steps of one thread are done so, too: accesses are
     * faster where there is no owner to ask for.
     */
    @Override
    public MemorySegment forStep(MemorySegment segment) {
        if (isShareable(segment)) {
            return segment;
        }
        try {
            return MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
        } catch (IllegalCallerException e) {
            return segment; // no native access: then only the owner can use it
        }
    }

    @Override
    public boolean isShareable(MemorySegment segment) {
        return segment.isAccessibleBy(ANOTHER_THREAD);
    }

    @Override
    public boolean isAlwaysAccessible(MemorySegment segment) {
        return !segment.isNative() || segment.scope().equals(GLOBAL);
    }

    @Override
    public void requireAccessible(MemorySegment segment, String what) {
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            requireOnHost(segment, what);
        }
        MemoryCheck.requireAccessible(segment, what);
    }

    @Override
    public void copy(MemorySegment from, MemorySegment to) {
        long bytes = from.byteSize();
        // Where the two overlap, no piece may be written before it is read.
        boolean backwards = to.address() > from.address();
        for (long done = 0; done < bytes; done += PIECE) {
            long piece = Math.min(PIECE, bytes - done);
            long at = backwards ? bytes - done - piece : done;
            MemorySegment.copy(from, at, to, at, piece);
        }
    }

    @Override
    public MemorySegment readable(MemorySegment segment) {
        return segment;
    }

    @Override
    public void clear(MemorySegment segment) {
        for (long done = 0; done < segment.byteSize(); done += PIECE) {
            segment.asSlice(done, Math.min(PIECE, segment.byteSize() - done)).fill((byte) 0);
        }
    }
}
