package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Entries of {@code radam_statistics}, laid out as in C, where native code can write them. */
public final class StatisticsTable {
    static final long MAX_ABS = 4;
    static final long SUM_OF_SQUARES = 8;
    static final long NON_FINITE = 16;
    static final long SIZE = 24;

    private final MemorySegment entries;

    /** A table whose memory an arena owns. */
    public StatisticsTable(int size, Arena arena) {
        entries = arena.allocate(size * SIZE, Long.BYTES);
        for (int entry = 0; entry < size; entry++) {
            entries.set(JAVA_INT, entry * SIZE, (int) SIZE);
        }
    }

    /** All of it. */
    public MemorySegment memory() {
        return entries;
    }

    long address(int entry) {
        return entries.address() + entry * SIZE;
    }

    void set(int entry, float maxAbs, double sumOfSquares, long nonFinite) {
        entries.set(JAVA_FLOAT, entry * SIZE + MAX_ABS, maxAbs);
        entries.set(JAVA_DOUBLE, entry * SIZE + SUM_OF_SQUARES, sumOfSquares);
        entries.set(JAVA_LONG, entry * SIZE + NON_FINITE, nonFinite);
    }

    /** The largest magnitude. */
    public float maxAbs(int entry) {
        return entries.get(JAVA_FLOAT, entry * SIZE + MAX_ABS);
    }

    /** The sum of the squares. */
    public double sumOfSquares(int entry) {
        return entries.get(JAVA_DOUBLE, entry * SIZE + SUM_OF_SQUARES);
    }

    /** The number of elements that are infinite or NaN. */
    public long nonFinite(int entry) {
        return entries.get(JAVA_LONG, entry * SIZE + NON_FINITE);
    }
}
