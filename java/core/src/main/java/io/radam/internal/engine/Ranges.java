package io.radam.internal.engine;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Ranges of addresses, which are collected and then handed to the files that they are in. The state of many short
 * parameters is a few long ranges, so that the system is called a few times, and not for each parameter.
 */
final class Ranges {
    /** What the system is told of a range of addresses. */
    interface Advice {
        void give(MappedFile file, long from, long to);
    }

    /** What is between the buffers of two parameters, at most: less than a cache line. */
    private static final long GAP = StateMemory.ALIGNMENT;

    /** For each kind of buffer the latest range, and before that those that are complete. */
    private long[] latest = new long[8];
    private long[] complete = new long[16];
    private int kinds;
    private int size;

    /** Adds a range of a kind of buffer. */
    void add(int kind, long from, long to) {
        if (2 * kind + 2 > latest.length) {
            latest = Arrays.copyOf(latest, 4 * kind + 4);
        }
        while (kinds <= kind) {
            latest[2 * kinds] = 0;
            latest[2 * kinds + 1] = 0;
            kinds++;
        }
        if (from >= latest[2 * kind + 1] && from - latest[2 * kind + 1] < GAP) {
            latest[2 * kind + 1] = to;
            return;
        }
        finish(kind);
        latest[2 * kind] = from;
        latest[2 * kind + 1] = to;
    }

    private void finish(int kind) {
        if (latest[2 * kind] < latest[2 * kind + 1]) {
            if (size + 2 > complete.length) {
                complete = Arrays.copyOf(complete, 2 * complete.length);
            }
            complete[size++] = latest[2 * kind];
            complete[size++] = latest[2 * kind + 1];
        }
    }

    /** Tells the files of all ranges that are in one, and forgets the ranges. */
    void give(NavigableMap<Long, MappedFile> files, Advice advice) {
        for (int kind = 0; kind < kinds; kind++) {
            finish(kind);
        }
        for (int i = 0; i < size; i += 2) {
            Map.Entry<Long, MappedFile> file = files.floorEntry(complete[i]);
            // State may also be in memory of the caller.
            if (file != null && complete[i + 1] <= file.getKey() + file.getValue().bytes) {
                advice.give(file.getValue(), complete[i], complete[i + 1]);
            }
        }
        kinds = 0;
        size = 0;
    }
}
