package io.radam.nd4j;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Zeros, as the values that updates are computed from. Nothing writes to them, so all blocks share them. They come from
 * {@code calloc}: the system maps pages that were never written to one page of zeros. So they take no memory, and a
 * step reads them from the cache. On Linux it is asked to do that with huge pages, because looking up the small ones
 * takes a fifth of a step.
 */
final class Zeros {
    private static final long HUGE_PAGE = 2 << 20;
    /** Linux's {@code MADV_HUGEPAGE}. */
    private static final int ADVICE_HUGE_PAGE = 14;
    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

    private static final MethodHandle CALLOC = function("calloc", FunctionDescriptor.of(ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MemorySegment zeros = MemorySegment.NULL;

    private Zeros() {
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
    }

    /** So many bytes of zeros. */
    static synchronized MemorySegment ofBytes(long bytes) {
        if (zeros.byteSize() < bytes) {
            zeros = allocate(bytes);
        }
        return zeros.asSlice(0, bytes);
    }

    private static MemorySegment allocate(long bytes) {
        // Whole pages, from the beginning of one on.
        long size = Math.ceilDiv(bytes, HUGE_PAGE) * HUGE_PAGE;
        try {
            MemorySegment memory = (MemorySegment) CALLOC.invokeExact(size + HUGE_PAGE, 1L);
            if (memory.address() == 0) {
                throw new OutOfMemoryError("no " + bytes + " bytes of zeros");
            }
            long first = -memory.address() & HUGE_PAGE - 1;
            MemorySegment pages =
                    memory.reinterpret(size + HUGE_PAGE, Arena.ofAuto(), Zeros::free).asSlice(first, size);
            if (IS_LINUX) {
                adviseHugePages(pages);
            }
            return pages;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** If the system has none, it does without. */
    private static void adviseHugePages(MemorySegment pages) throws Throwable {
        MethodHandle advise = function("madvise", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        int ignored = (int) advise.invokeExact(pages, pages.byteSize(), ADVICE_HUGE_PAGE);
    }

    private static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
