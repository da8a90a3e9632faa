package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Functions of Linux for memory and files. Each is null on other systems, and where native calls cannot be had. */
final class Linux {
    // The values on all processors but Alpha, MIPS, PA-RISC and Xtensa, for which there is no JDK 25.
    static final int PROT_READ_WRITE = 1 | 2;
    static final long MAP_FAILED = -1;

    private static final FunctionDescriptor MMAP_DESCRIPTOR = FunctionDescriptor.of(JAVA_LONG,
            JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor MADVISE_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT,
            JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor MUNMAP_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor MEMSET_DESCRIPTOR =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor MKOSTEMP_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor CLOSE_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor FALLOCATE_DESCRIPTOR =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor GETPAGESIZE_DESCRIPTOR = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor RANGE_DESCRIPTOR =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);

    static final MethodHandle MMAP = find("mmap", MMAP_DESCRIPTOR);
    static final MethodHandle MADVISE = find("madvise", MADVISE_DESCRIPTOR);
    static final MethodHandle MUNMAP = find("munmap", MUNMAP_DESCRIPTOR);
    /** Unlike {@link MemorySegment#fill}, a call during which the garbage collector need not wait for the thread. */
    static final MethodHandle MEMSET = find("memset", MEMSET_DESCRIPTOR);
    static final MethodHandle MKOSTEMP = find("mkostemp", MKOSTEMP_DESCRIPTOR);
    static final MethodHandle CLOSE = find("close", CLOSE_DESCRIPTOR);
    static final MethodHandle GETPAGESIZE = find("getpagesize", GETPAGESIZE_DESCRIPTOR);
    static final MethodHandle POSIX_FALLOCATE = find("posix_fallocate", FALLOCATE_DESCRIPTOR);
    static final MethodHandle POSIX_FADVISE = find("posix_fadvise", RANGE_DESCRIPTOR);
    static final MethodHandle SYNC_FILE_RANGE = find("sync_file_range", RANGE_DESCRIPTOR);

    private Linux() {
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
}
