package io.radam.internal.kernel;

import io.radam.DType;
import java.lang.foreign.MemorySegment;

/** Writes all elements of one type in another. The segments hold equally many, and Java can read and write them. */
public final class Conversion {
    private Conversion() {
    }

    /** Rounds to the nearest, of two to the even one. */
    public static void nearest(MemorySegment from, DType fromType, MemorySegment to, DType toType) {
        long length = from.byteSize() / fromType.bytes();
        for (long i = 0; i < length; i++) {
            Elements.storeNearest(toType, to, i, Elements.load(fromType, from, i));
        }
    }

    /**
     * Rounds by chance, as a step rounds values or their copy.
     *
     * @param first the place of the first element in the whole
     * @param seed  of the step
     */
    public static void stochastic(MemorySegment from, DType fromType, MemorySegment to, DType toType, long first,
            long seed) {
        long length = from.byteSize() / fromType.bytes();
        long key = 0;
        for (long i = 0; i < length; i++) {
            int element = (int) ((first + i) % Block8.SIZE);
            if (i == 0 || element == 0) {
                key = StochasticBits.key(seed, (first + i) / Block8.SIZE, StochasticBits.VALUES);
            }
            int r = StochasticBits.word(key, element) & 0xFFFF;
            Elements.storeStochastic(toType, to, i, Elements.load(fromType, from, i), r);
        }
    }
}
