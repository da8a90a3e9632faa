package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An array of {@code radam_sums}, which native code can write. The offsets are written out here, because the bindings
 * need a linker, which a platform of the Java backend may lack.
 */
public final class SumsTable {
    /** The most sums of an algorithm: {@code RADAM_MAX_SUMS}. */
    public static final int SUMS = 3;
    static final long VALUES = 8;
    /** The bytes of an entry. */
    public static final long SIZE = VALUES + SUMS * Double.BYTES;

    private final MemorySegment entries;

    /** A table whose memory an arena owns. */
    public SumsTable(int size, Arena arena) {
        entries = arena.allocate(size * SIZE, Long.BYTES);
        for (int entry = 0; entry < size; entry++) {
            entries.set(JAVA_INT, entry * SIZE, (int) SIZE);
        }
    }

    /** A table that is there. */
    public SumsTable(MemorySegment entries) {
        this.entries = entries;
    }

    /** The memory of the whole table. */
    public MemorySegment memory() {
        return entries;
    }

    long address(int entry) {
        return entries.address() + entry * SIZE;
    }

    void set(int entry, int number, double sum) {
        entries.set(JAVA_DOUBLE, entry * SIZE + VALUES + (long) number * Double.BYTES, sum);
    }

    /** One of the sums of an entry. */
    public double sum(int entry, int number) {
        return entries.get(JAVA_DOUBLE, entry * SIZE + VALUES + (long) number * Double.BYTES);
    }
}
