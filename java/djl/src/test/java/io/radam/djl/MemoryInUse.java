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
    private static final int MAPPED = 4;
    private static final int IN_USE = 7;
    private static final MethodHandle MALLINFO = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(ANSWER));

    static MemoryInUse now() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
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
