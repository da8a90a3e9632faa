package io.radam.djl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** How much memory is in use, on Java's heap and off it. */
record MemoryInUse(long heap, long nativeBytes) {
    /**
     * What glibc tells of its {@code malloc}, which PyTorch allocates by: ten numbers. They are of all threads if these
     * share one arena, for which the build sets {@code MALLOC_ARENA_MAX}.
     */
    private static final MemoryLayout ANSWER = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));
    /** What differs between two readings though nothing was freed. */
    private static final int SMALL = 10_000;
    private static final int MAPPED = 4;
    private static final int IN_USE = 7;
    private static final MethodHandle MALLINFO = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(ANSWER));

    /**
     * What is in use once garbage is freed. DJL frees tensors of arrays that were not closed in a thread of its own,
     * some time after they were found to be garbage: so collect until nothing more is freed.
     */
    static MemoryInUse now() throws InterruptedException {
        MemoryInUse least = read();
        for (int quiet = 0; quiet < 5; quiet++) {
            System.gc();
            Thread.sleep(20);
            MemoryInUse now = read();
            if (now.heap < least.heap - SMALL || now.nativeBytes < least.nativeBytes - SMALL) {
                quiet = 0;
            }
            least = new MemoryInUse(Math.min(least.heap, now.heap), Math.min(least.nativeBytes, now.nativeBytes));
        }
        return least;
    }

    private static MemoryInUse read() {
        Runtime runtime = Runtime.getRuntime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
            return new MemoryInUse(runtime.totalMemory() - runtime.freeMemory(),
                    answer.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
                            + answer.getAtIndex(ValueLayout.JAVA_LONG, IN_USE));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Whether it is less than an object for each of 10,000 steps. */
    boolean isSmall() {
        return heap < 160_000 && nativeBytes < 160_000;
    }

    MemoryInUse since(MemoryInUse before) {
        return new MemoryInUse(heap - before.heap, nativeBytes - before.nativeBytes);
    }
}
