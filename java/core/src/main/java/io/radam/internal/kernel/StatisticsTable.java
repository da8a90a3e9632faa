package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of {@code radam_statistics}, which native code can write. The offsets are written out here, because the
 * bindings need a linker, which a platform of the Java backend may lack.
 */
public final class StatisticsTable {
    static final long MAX_ABS = 4;
    static final long SUM_OF_SQUARES = 8;
    static final long NON_FINITE = 16;
    /** The bytes of an entry. */
    public static final long SIZE = 24;

    private final MemorySegment entries;

    /** A table whose memory an arena owns. */
    public StatisticsTable(int size, Arena arena) {
        entries = arena.allocate(size * SIZE, Long.BYTES);
        for (int entry = 0; entry < size; entry++) {
            entries.set(JAVA_INT, entry * SIZE, (int) SIZE);
        }
    }

    /** A table that is there. */
    public StatisticsTable(MemorySegment entries) {
        this.entries = entries;
    }

    /** The memory of the whole table. */
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

    /** The largest magnitude of an entry. */
    public float maxAbs(int entry) {
        return entries.get(JAVA_FLOAT, entry * SIZE + MAX_ABS);
    }

    /** The sum of the squares of an entry. */
    public double sumOfSquares(int entry) {
        return entries.get(JAVA_DOUBLE, entry * SIZE + SUM_OF_SQUARES);
    }

    /** The number of elements of an entry that are infinite or NaN. */
    public long nonFinite(int entry) {
        return entries.get(JAVA_LONG, entry * SIZE + NON_FINITE);
    }
}
