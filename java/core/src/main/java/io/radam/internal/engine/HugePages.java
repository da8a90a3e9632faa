package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Memory on pages of 2 MiB, where Linux has them. The system clears and maps such a page several times faster than the
 * 512 small pages of the same size.
 */
public final class HugePages {
    private static final long PAGE = 2L << 20;
    // The values on all processors but Alpha, MIPS, PA-RISC and Xtensa, for which there is no JDK 25.
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final FunctionDescriptor MMAP_DESCRIPTOR = FunctionDescriptor.of(JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor MADVISE_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor MUNMAP_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor MEMSET_DESCRIPTOR =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MMAP = find("mmap", MMAP_DESCRIPTOR);
    private static final MethodHandle MADVISE = find("madvise", MADVISE_DESCRIPTOR);
    private static final MethodHandle MUNMAP = find("munmap", MUNMAP_DESCRIPTOR);
    /** Unlike {@link MemorySegment#fill}, a call during which the garbage collector need not wait for the thread. */
    private static final MethodHandle MEMSET = find("memset", MEMSET_DESCRIPTOR);

    private HugePages() {
    }

    private static MethodHandle find(String function, FunctionDescriptor descriptor) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            Optional<MemorySegment> address = Linker.nativeLinker().defaultLookup().find(function);
            return address.map(found -> Linker.nativeLinker().downcallHandle(found, descriptor)).orElse(null);
        } catch (UnsupportedOperationException | IllegalCallerException | LinkageError e) {
            return null; // this Java runtime has no linker, or denies native access
        }
    }

    /**
     * Zeroed memory that begins at a multiple of 2 MiB. All pages are mapped already, so that the first use is as fast
     * as any other. The system may still use small pages.
     *
     * @param bytes the size, several huge pages or more; the rest that does not fill a huge page is on small pages
     * @param arena unmaps the memory when it is closed
     * @return null where this system has no such memory
     */
    public static MemorySegment allocate(long bytes, Arena arena) {
        if (MMAP == null || MADVISE == null || MUNMAP == null || MEMSET == null || bytes > Long.MAX_VALUE - PAGE) {
            return null;
        }
        try {
            long size = bytes + PAGE; // room to align it
            long address = (long) MMAP.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (address == MAP_FAILED) {
                return null;
            }
            MemorySegment mapped = MemorySegment.ofAddress(address).reinterpret(size, arena, HugePages::unmap);
            long offset = -address & (PAGE - 1);
            int ignored = (int) MADVISE.invokeExact(address + offset, bytes & -PAGE, MADV_HUGEPAGE);
            long same = (long) MEMSET.invokeExact(address + offset, 0, bytes);
            return mapped.asSlice(offset, bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try {
            int ignored = (int) MUNMAP.invokeExact(mapped.address(), mapped.byteSize());
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing", e);
        }
    }
}
