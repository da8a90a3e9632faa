package io.radam.internal.engine;

import io.radam.BackendException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * State in files in place of memory. A step goes through them in windows: while one is stepped, the next is read and
 * the one before is written. Three windows are in memory at a time.
 */
public final class StateDisk {
    /** Smaller windows cost more calls of the system than they save. */
    public static final long MIN_RESIDENT = 3L << 20;
    private static final int WINDOWS = 3;

    private final Path folder;
    private final long residentBytes;
    /** By their addresses. A file leaves when its arena is closed. */
    private final ConcurrentSkipListMap<Long, MappedFile> files = new ConcurrentSkipListMap<>();
    private final Ranges ranges = new Ranges();

    /**
     * Files in a folder.
     *
     * @param residentBytes of state that may be in memory during a step, at least {@link #MIN_RESIDENT}
     * @throws BackendException if this system cannot do it, or there is no such folder on a disk
     */
    public StateDisk(Path folder, long residentBytes) {
        this.folder = folder.toAbsolutePath();
        this.residentBytes = residentBytes;
        if (!MappedFile.isSupported()) {
            throw new BackendException("state on disk needs Linux, and a Java that allows native access", null);
        }
        try {
            String type = Files.getFileStore(this.folder).type();
            if (type.equals("tmpfs") || type.equals("ramfs")) {
                throw new BackendException("state on disk would be in memory in the folder " + this.folder
                        + ", whose file system is " + type, null);
            }
        } catch (IOException e) {
            throw new BackendException("there can be no file for state in " + this.folder + ": " + e, e);
        }
    }

    /** Zeroed memory in a file of its own. */
    MemorySegment allocate(long bytes, Arena arena) {
        if (bytes == 0) {
            return MemorySegment.NULL;
        }
        MappedFile file = MappedFile.create(folder, bytes);
        files.put(file.address, file);
        boolean complete = false;
        try {
            MemorySegment memory = MemorySegment.ofAddress(file.address).reinterpret(bytes, arena, _ -> free(file));
            complete = true;
            return memory;
        } finally {
            if (!complete) {
                free(file);
            }
        }
    }

    private void free(MappedFile file) {
        files.remove(file.address);
        file.close();
    }

    /** Steps a row of tensors, window by window. */
    void inWindows(WorkList row, Parallelism.RangeAction step) {
        long end = row.end();
        long window = windowOf(row);
        advise(row, 0, Math.min(window, end), MappedFile::readAhead);
        for (long from = 0; from < end; from += window) {
            long to = Math.min(from + window, end);
            advise(row, to, Math.min(to + window, end), MappedFile::readAhead);
            step.accept(from, to);
            advise(row, from, to, MappedFile::writeBack);
            advise(row, Math.max(0, from - window), from, MappedFile::drop);
        }
        if (end > window) {
            advise(row, (end - 1) / window * window, end, MappedFile::drop);
        }
    }

    /** The positions of a row that are stepped at a time: all of them where all state may stay in memory. */
    private long windowOf(WorkList row) {
        long most = 1;
        long all = 0;
        for (int i = 0; i < row.size(); i++) {
            Slot slot = row.get(i);
            long bytes = slot.stateBytes();
            most = Math.max(most, Math.ceilDiv(bytes, Math.max(slot.length, 1)));
            all += bytes;
        }
        return all <= residentBytes ? Math.max(row.end(), 1)
                : Math.max(WorkList.CUT_ELEMENTS, residentBytes / WINDOWS / most);
    }

    private void advise(WorkList row, long from, long to, Ranges.Advice advice) {
        if (from < to) {
            row.forEach(from, to, (tensor, begin, end) -> row.get(tensor).forState(begin, end, ranges));
            ranges.give(files, advice);
        }
    }
}
