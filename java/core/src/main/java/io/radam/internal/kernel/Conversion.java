package io.radam.internal.kernel;

import io.radam.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Converts all elements of a segment to another type. Both segments have the same number of elements, and Java can
 * access them.
 */
public final class Conversion {
    private Conversion() {
    }

    /** Rounds to nearest, ties to even. */
    public static void nearest(MemorySegment from, DType fromType, MemorySegment to, DType toType) {
        long length = from.byteSize() / fromType.bytes();
        for (long i = 0; i < length; i++) {
            Elements.storeNearest(toType, to, i, Elements.load(fromType, from, i));
        }
    }

    /** Makes the two halves of each number. */
    public static void split(MemorySegment numbers, MemorySegment upper, MemorySegment lower) {
        long length = numbers.byteSize() / Float.BYTES;
        for (long i = 0; i < length; i++) {
            int bits = Elements.splitBits(numbers.getAtIndex(ValueLayout.JAVA_FLOAT, i));
            upper.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits + 0x8000 >>> 16));
            lower.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) bits);
        }
    }

    /** The numbers of two halves. */
    public static void join(MemorySegment upper, MemorySegment lower, MemorySegment numbers) {
        long length = numbers.byteSize() / Float.BYTES;
        for (long i = 0; i < length; i++) {
            numbers.setAtIndex(ValueLayout.JAVA_INT, i, Elements.joined(upper.getAtIndex(ValueLayout.JAVA_SHORT, i),
                    lower.getAtIndex(ValueLayout.JAVA_SHORT, i)));
        }
    }

    /**
     * Rounds stochastically, as a step rounds values or their copy.
     *
     * @param first the index of the first element in the whole tensor
     * @param seed  the seed of the step
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
