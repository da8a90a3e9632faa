package io.radam.nd4j;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Pointer;

/** How much memory is in use: on Java's heap, in glibc's {@code malloc}, and by what JavaCPP counts. */
record Usage(long heap, long allocated, long pointers) {
    /** The answer of glibc: ten numbers. They are of all threads if these share one arena, as in the build. */
    private static final MemoryLayout ANSWER =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, ValueLayout.JAVA_LONG));
    private static final int MAPPED = 4;
    private static final int IN_USE = 7;
    private static final int SMALL = 160_000;
    private static final MethodHandle MALLINFO = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("mallinfo2"), FunctionDescriptor.of(ANSWER));

    /** The least of some readings: what is garbage is freed by other threads, some time later. */
    static Usage now() throws InterruptedException {
        Usage least = read();
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(20);
            Usage now = read();
            least = new Usage(Math.min(least.heap, now.heap), Math.min(least.allocated, now.allocated),
                    Math.min(least.pointers, now.pointers));
        }
        return least;
    }

    private static Usage read() {
        Runtime runtime = Runtime.getRuntime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = (MemorySegment) MALLINFO.invokeExact((SegmentAllocator) arena);
            return new Usage(runtime.totalMemory() - runtime.freeMemory(),
                    answer.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
                            + answer.getAtIndex(ValueLayout.JAVA_LONG, IN_USE),
                    Pointer.totalBytes());
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    Usage since(Usage before) {
        return new Usage(heap - before.heap, allocated - before.allocated, pointers - before.pointers);
    }

    boolean isSmall() {
        return heap < SMALL && allocated < SMALL && pointers < SMALL;
    }
}
