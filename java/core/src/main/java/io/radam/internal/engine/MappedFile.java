package io.radam.internal.engine;

import io.radam.BackendException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Zeroed memory that is a file of Linux. The file has no name by the time that it is mapped, so nothing is left of it
 * when the process ends, however that ends. All of its room on the disk is taken at once: a disk that becomes full
 * later would end the process.
 */
final class MappedFile {
    /** Of a call that asks for more, Linux may read no more than this, which is its usual read_ahead_kb. */
    private static final long READ_AT_ONCE = 128 << 10;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MAP_SHARED = 1;
    private static final int MADV_WILLNEED = 3;
    private static final int MADV_DONTNEED = 4;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final int SYNC_WRITE = 2;
    private static final int SYNC_WAIT_BEFORE_WRITE_WAIT_AFTER = 1 | 2 | 4;
    private static final int ENOSPC = 28;

    private final int descriptor;
    private final long page;
    /** Where its memory begins. */
    final long address;
    /** The size of its memory. */
    final long bytes;

    private MappedFile(int descriptor, long page, long address, long bytes) {
        this.descriptor = descriptor;
        this.page = page;
        this.address = address;
        this.bytes = bytes;
    }

    /** Whether this system has what a file needs. */
    static boolean isSupported() {
        return Stream.of(Linux.MMAP, Linux.MADVISE, Linux.MUNMAP, Linux.MKOSTEMP, Linux.CLOSE, Linux.GETPAGESIZE,
                Linux.POSIX_FALLOCATE, Linux.POSIX_FADVISE, Linux.SYNC_FILE_RANGE).allMatch(Objects::nonNull);
    }

    /**
     * Makes a file, which has to be closed.
     *
     * @param bytes more than 0
     * @throws BackendException if it cannot be made, or there is no room for it
     */
    static MappedFile create(Path folder, long bytes) {
        int descriptor = open(folder);
        boolean complete = false;
        try {
            int error = (int) Linux.POSIX_FALLOCATE.invokeExact(descriptor, 0L, bytes);
            if (error != 0) {
                throw new BackendException(error == ENOSPC
                        ? "there is no room for " + bytes + " bytes of state in " + folder
                        : "a file of " + bytes + " bytes for state cannot be made in " + folder + ": error number "
                                + error + " of the system", null);
            }
            long address = (long) Linux.MMAP.invokeExact(0L, bytes, Linux.PROT_READ_WRITE, MAP_SHARED,
                    descriptor, 0L);
            if (address == Linux.MAP_FAILED) {
                throw new BackendException("a file of " + bytes + " bytes for state in " + folder
                        + " cannot be mapped", null);
            }
            MappedFile file = new MappedFile(descriptor, (int) Linux.GETPAGESIZE.invokeExact(), address, bytes);
            complete = true;
            return file;
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            if (!complete) {
                close(descriptor);
            }
        }
    }

    /** Makes a file that has no name any more. */
    private static int open(Path folder) {
        try (Arena arena = Arena.ofConfined()) {
            // Java says why a folder cannot have a file.
            Files.delete(Files.createTempFile(folder, "radam-state-", ""));
            MemorySegment path = arena.allocateFrom(folder.resolve("radam-state-XXXXXX").toString());
            int descriptor = (int) Linux.MKOSTEMP.invokeExact(path, O_CLOEXEC);
            if (descriptor < 0) {
                throw new BackendException("the system makes no file for state in " + folder, null);
            }
            try {
                Files.deleteIfExists(Path.of(path.getString(0)));
            } catch (IOException e) {
                close(descriptor);
                throw e;
            }
            return descriptor;
        } catch (IOException e) {
            throw new BackendException("there can be no file for state in " + folder + ": " + e, e);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Frees the memory, and the room on the disk. */
    void close() {
        try {
            int ignored = (int) Linux.MUNMAP.invokeExact(address, bytes);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        close(descriptor);
    }

    private static void close(int descriptor) {
        try {
            int ignored = (int) Linux.CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Has the system begin to read a range of addresses. */
    void readAhead(long from, long to) {
        try {
            for (long at = from & -page; at < to; at += READ_AT_ONCE) {
                int ignored = (int) Linux.MADVISE.invokeExact(at, Math.min(READ_AT_ONCE, to - at), MADV_WILLNEED);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Has the system begin to write what was changed in a range of addresses. */
    void writeBack(long from, long to) {
        range(Linux.SYNC_FILE_RANGE, from & -page, to, SYNC_WRITE);
    }

    /**
     * Waits until a range of addresses is written, and lets go of its memory. The page of which the range has only the
     * beginning stays: it goes with the range that follows.
     *
     * @return false if the disk did not write all of the file so far, so that a part of it is lost
     */
    boolean drop(long from, long to) {
        long begin = from & -page;
        long end = to & -page;
        if (begin >= end) {
            return true;
        }
        if (range(Linux.SYNC_FILE_RANGE, begin, end, SYNC_WAIT_BEFORE_WRITE_WAIT_AFTER) != 0) {
            return false;
        }
        try {
            int ignored = (int) Linux.MADVISE.invokeExact(begin, end - begin, MADV_DONTNEED);
        } catch (Throwable e) {
            throw unchecked(e);
        }
        range(Linux.POSIX_FADVISE, begin, end, POSIX_FADV_DONTNEED);
        return true;
    }

    private int range(MethodHandle function, long from, long to, int how) {
        try {
            return (int) function.invokeExact(descriptor, from - address, to - from, how);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        switch (e) {
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new AssertionError("a downcall throws nothing checked", e);
        }
    }
}
