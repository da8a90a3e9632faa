package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory on pages of 2 MiB, where Linux has them. The system clears and maps such a page several times faster than the
 * 512 small pages of the same size.
 */
public final class HugePages {
    private static final long PAGE = 2L << 20;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MADV_HUGEPAGE = 14;

    private HugePages() {
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
        if (Linux.MMAP == null || Linux.MADVISE == null || Linux.MUNMAP == null || Linux.MEMSET == null
                || bytes > Long.MAX_VALUE - PAGE) {
            return null;
        }
        try {
            long size = bytes + PAGE; // room to align it
            long address = (long) Linux.MMAP.invokeExact(0L, size, Linux.PROT_READ_WRITE,
                    MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (address == Linux.MAP_FAILED) {
                return null;
            }
            MemorySegment mapped = MemorySegment.ofAddress(address).reinterpret(size, arena, HugePages::unmap);
            long offset = -address & (PAGE - 1);
            int ignored = (int) Linux.MADVISE.invokeExact(address + offset, bytes & -PAGE, MADV_HUGEPAGE);
            long same = (long) Linux.MEMSET.invokeExact(address + offset, 0, bytes);
            return mapped.asSlice(offset, bytes);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing checked", e);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try {
            int ignored = (int) Linux.MUNMAP.invokeExact(mapped.address(), mapped.byteSize());
        } catch (Throwable e) {
            throw new AssertionError("a downcall throws nothing", e);
        }
    }
}
