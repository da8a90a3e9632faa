package io.radam.internal.engine;

import io.radam.BackendException;
import io.radam.OptimizerStateException;
import io.radam.internal.sharding.Sharding;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * State in files in place of memory. A step goes through them in windows: while one is stepped, the next is read and
 * the one before is written. The beginning of each file stays in memory, as much as may: steps go round and round, so
 * that what was used last is needed last.
 */
public final class StateDisk {
    /** The least state that may be in memory. */
    public static final long MIN_RESIDENT = 1L << 20;
    /** The most state of a window. What is read ahead of a larger one would be asked for too early. */
    private static final long MAX_WINDOW = 32L << 20;
    /** Smaller windows cost more calls of the system than what stays in memory instead saves. */
    private static final long MIN_WINDOW = 256 << 10;
    private static final int WINDOWS_OF_ALL = 8;
    /** Those that are in memory at a time. */
    private static final int WINDOWS = 3;

    /** What the system is told of a range of addresses. */
    private interface Advice {
        void give(MappedFile file, long from, long to);
    }

    private final Path folder;
    private final long residentBytes;
    private final long windowBytes;
    /** By their addresses. A file leaves when its arena is closed. */
    private final ConcurrentSkipListMap<Long, MappedFile> files = new ConcurrentSkipListMap<>();
    private final Ranges ranges = new Ranges();
    /** The ranges of windows that were stepped and are still in memory: a window's size, or less. */
    private final ArrayDeque<long[]> stepped = new ArrayDeque<>();
    private long steppedBytes;
    /** Why a part of the state is lost; null if it is not. */
    private volatile BackendException failure;

    /**
     * Files in a folder.
     *
     * @param residentBytes of state that may be in memory during a step, at least {@link #MIN_RESIDENT}
     * @throws BackendException if this system cannot do it, or there is no such folder on a disk
     */
    public StateDisk(Path folder, long residentBytes) {
        this.folder = folder.toAbsolutePath();
        this.residentBytes = residentBytes;
        windowBytes = Math.clamp(residentBytes / WINDOWS_OF_ALL, MIN_WINDOW, MAX_WINDOW);
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

    /** Fails if a part of the state is lost. */
    void requireIntact() {
        if (failure != null) {
            throw new OptimizerStateException("a part of the optimizer's state is lost: " + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Steps a row of tensors, window by window.
     *
     * @throws BackendException if the disk fails, so that a part of the state is lost
     */
    void inWindows(WorkList row, Sharding.RangeAction step) {
        long end = row.end();
        long window = positionsOfWindow(row);
        double kept = kept();
        advise(rangesOf(row, 0, Math.min(window, end), false), kept, MappedFile::readAhead);
        for (long from = 0; from < end; from += window) {
            long to = Math.min(from + window, end);
            advise(rangesOf(row, to, Math.min(to + window, end), false), kept, MappedFile::readAhead);
            step.accept(from, to);
            // Also what the step has no need of: it may have been read or written since the step before.
            long[] present = rangesOf(row, from, to, true);
            advise(present, kept, MappedFile::writeBack);
            letGo(present, kept);
        }
    }

    /** Positions that have at most a window's state. */
    private long positionsOfWindow(WorkList row) {
        long most = 1;
        for (int i = 0; i < row.size(); i++) {
            Slot slot = row.get(i);
            most = Math.max(most, Math.ceilDiv(slot.stateBytes(), slot.length + WorkList.CALL_COST));
        }
        return Math.max(WorkList.CUT_ELEMENTS, windowBytes / most);
    }

    /** The share of each file that stays in memory: all of it where all state may. */
    private double kept() {
        long all = 0;
        for (MappedFile file : files.values()) {
            all += file.bytes;
        }
        return all <= residentBytes ? 1 : Math.max(0, residentBytes - WINDOWS * windowBytes) / (double) all;
    }

    private long[] rangesOf(WorkList row, long from, long to, boolean all) {
        if (from < to) {
            row.forEach(from, to, (tensor, begin, end) -> row.get(tensor).forState(begin, end, all, ranges));
        }
        return ranges.take();
    }

    /** Lets go of the windows before this one, as long as there are more than one window's state of them. */
    private void letGo(long[] window, double kept) {
        stepped.addLast(window);
        steppedBytes += bytes(window);
        while (steppedBytes > windowBytes && stepped.size() > 1) {
            long[] oldest = stepped.removeFirst();
            steppedBytes -= bytes(oldest);
            advise(oldest, kept, this::drop);
        }
    }

    private static long bytes(long[] window) {
        long bytes = 0;
        for (int i = 0; i < window.length; i += 2) {
            bytes += window[i + 1] - window[i];
        }
        return bytes;
    }

    private void drop(MappedFile file, long from, long to) {
        if (!file.drop(from, to)) {
            failure = new BackendException("the disk of " + folder + " did not write it", null);
            throw failure;
        }
    }

    private void advise(long[] window, double kept, Advice advice) {
        for (int i = 0; i < window.length; i += 2) {
            // State may also be in memory of the caller.
            Map.Entry<Long, MappedFile> found = files.floorEntry(window[i]);
            if (found != null) {
                MappedFile file = found.getValue();
                long from = Math.max(window[i], file.address + (long) (kept * file.bytes));
                long to = Math.min(window[i + 1], file.address + file.bytes);
                if (from < to) {
                    advice.give(file, from, to);
                }
            }
        }
    }
}
