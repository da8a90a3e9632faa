package io.radam.nd4j;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Zeros, as the values that updates are computed from. Nothing writes to them, so all blocks share them. They come from
 * {@code calloc}: the system maps pages that were never written to one page of zeros, so they take no memory, and a step
 * reads them from the cache.
 */
final class Zeros {
    private static final long ALIGNMENT = 64;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CALLOC = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("calloc"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("free"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MemorySegment zeros = MemorySegment.NULL;

    private Zeros() {
    }

    /** So many bytes of zeros. */
    static synchronized MemorySegment ofBytes(long bytes) {
        if (zeros.byteSize() < bytes) {
            zeros = allocate(bytes);
        }
        return zeros.asSlice(0, bytes);
    }

    private static MemorySegment allocate(long bytes) {
        MemorySegment memory = call(CALLOC, bytes + ALIGNMENT);
        if (memory.address() == 0) {
            throw new OutOfMemoryError("no " + bytes + " bytes of zeros");
        }
        long first = -memory.address() & ALIGNMENT - 1;
        return memory.reinterpret(bytes + ALIGNMENT, Arena.ofAuto(), Zeros::free).asSlice(first, bytes);
    }

    private static MemorySegment call(MethodHandle calloc, long bytes) {
        try {
            return (MemorySegment) calloc.invokeExact(bytes, 1L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
