package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.radam.DType;
import java.lang.foreign.MemorySegment;

/**
 * Loads elements of any type as arrays of floats, and stores them, some hundreds at a time. {@link Elements} does the
 * same one by one. For one thread at a time.
 *
 * <p>Everything is written for C2 of JDK 25, which makes vector instructions of a loop over arrays where each value is
 * of one size. It has none for floats in memory segments, for the bits of a float, for a load of shorts or bytes as
 * ints, for conditional expressions, nor where an index of one array differs from that of another. So segments and
 * bits are copied, which costs little, and shorts and bytes become floats, which are exact, on their way to ints and
 * back.
 */
final class BlockElements {
    private static final int INFINITY = 0x7F800000;
    private static final int BF16_NAN = 0x7FC0;

    private final short[] codes;
    /** Lower halves, beside upper ones. */
    private final short[] lower;
    private final int[] bits;
    private final MemorySegment bitsAsSegment;

    /** For {@code most} elements at a time. */
    BlockElements(int most) {
        codes = new short[most];
        lower = new short[most];
        bits = new int[most];
        bitsAsSegment = MemorySegment.ofArray(bits);
    }

    /** Loads {@code count} elements from {@code begin} on. */
    void load(DType type, MemorySegment from, long begin, int count, float[] to) {
        switch (type) {
            case FLOAT32 -> MemorySegment.copy(from, JAVA_FLOAT, begin * Float.BYTES, to, 0, count);
            case BFLOAT16 -> {
                MemorySegment.copy(from, JAVA_SHORT, begin * Short.BYTES, codes, 0, count);
                widen(count, codes, bits);
                MemorySegment.copy(bitsAsSegment, JAVA_FLOAT, 0, to, 0, count);
            }
            case FLOAT16 -> {
                MemorySegment.copy(from, JAVA_SHORT, begin * Short.BYTES, codes, 0, count);
                fromFloat16(count, codes, to);
            }
        }
    }

    /** Loads numbers of two halves. */
    void loadSplit(MemorySegment upper, MemorySegment lowerHalves, long begin, int count, float[] to) {
        MemorySegment.copy(upper, JAVA_SHORT, begin * Short.BYTES, codes, 0, count);
        MemorySegment.copy(lowerHalves, JAVA_SHORT, begin * Short.BYTES, lower, 0, count);
        join(count, codes, lower, bits);
        MemorySegment.copy(bitsAsSegment, JAVA_FLOAT, 0, to, 0, count);
    }

    /** Stores numbers as two halves. */
    void storeSplit(MemorySegment upper, MemorySegment lowerHalves, long begin, int count, MemorySegment from) {
        MemorySegment.copy(from, JAVA_INT, 0, bits, 0, count);
        split(count, bits, codes, lower);
        MemorySegment.copy(codes, 0, upper, JAVA_SHORT, begin * Short.BYTES, count);
        MemorySegment.copy(lower, 0, lowerHalves, JAVA_SHORT, begin * Short.BYTES, count);
    }

    /** Rounds to nearest, ties to even. {@code asSegment} is of the array {@code from}. */
    void storeNearest(DType type, MemorySegment to, long begin, int count, float[] from, MemorySegment asSegment) {
        switch (type) {
            case FLOAT32 -> {
                MemorySegment.copy(from, 0, to, JAVA_FLOAT, begin * Float.BYTES, count);
                return;
            }
            case BFLOAT16 -> {
                MemorySegment.copy(asSegment, JAVA_INT, 0, bits, 0, count);
                nearest(count, bits, codes);
            }
            case FLOAT16 -> toFloat16(count, from, codes);
        }
        MemorySegment.copy(codes, 0, to, JAVA_SHORT, begin * Short.BYTES, count);
    }

    /** Rounds stochastically, by the lowest 16 bits of each word after a shift. */
    void storeStochastic(DType type, MemorySegment to, long begin, int count, float[] from, MemorySegment asSegment,
            int[] words, int shift) {
        switch (type) {
            case FLOAT32 -> {
                MemorySegment.copy(from, 0, to, JAVA_FLOAT, begin * Float.BYTES, count);
                return;
            }
            case BFLOAT16 -> {
                MemorySegment.copy(asSegment, JAVA_INT, 0, bits, 0, count);
                stochastic(count, bits, words, shift, codes);
            }
            case FLOAT16 -> toFloat16(count, from, words, shift, codes);
        }
        MemorySegment.copy(codes, 0, to, JAVA_SHORT, begin * Short.BYTES, count);
    }

    /** Likewise BFLOAT16 of numbers that are not negative: what is above 0 stays above 0. */
    void storePositive(MemorySegment to, long begin, int count, MemorySegment from, int[] words, int shift) {
        MemorySegment.copy(from, JAVA_INT, 0, bits, 0, count);
        positive(count, bits, words, shift, codes);
        MemorySegment.copy(codes, 0, to, JAVA_SHORT, begin * Short.BYTES, count);
    }

    private static void widen(int count, short[] codes, int[] bits) {
        for (int i = 0; i < count; i++) {
            bits[i] = (int) (float) codes[i] << 16;
        }
    }

    private static void join(int count, short[] upper, short[] lower, int[] bits) {
        for (int i = 0; i < count; i++) {
            int zero = (int) (float) upper[i] << 16;
            int sum = zero + (int) (float) lower[i];
            int crossed = (sum ^ zero) >> 31;
            bits[i] = zero & crossed | sum & ~crossed;
        }
    }

    private static void split(int count, int[] bits, short[] upper, short[] lower) {
        for (int i = 0; i < count; i++) {
            int ifNaN = INFINITY - (bits[i] & Integer.MAX_VALUE) >> 31;
            int number = bits[i] & ~ifNaN | BF16_NAN << 16 & ifNaN;
            upper[i] = (short) (float) (number + 0x8000 >>> 16);
            lower[i] = (short) (float) (number & 0xFFFF);
        }
    }

    private static void fromFloat16(int count, short[] codes, float[] to) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.float16ToFloat(codes[i]);
        }
    }

    private static void toFloat16(int count, float[] from, short[] codes) {
        for (int i = 0; i < count; i++) {
            codes[i] = Float.floatToFloat16(from[i]);
        }
    }

    private static void toFloat16(int count, float[] from, int[] words, int shift, short[] codes) {
        for (int i = 0; i < count; i++) {
            codes[i] = Elements.f16Stochastic(from[i], words[i] >>> shift & 0xFFFF);
        }
    }

    private static void nearest(int count, int[] bits, short[] codes) {
        for (int i = 0; i < count; i++) {
            codes[i] = (short) (float) rounded(bits[i], 0x7FFF + (bits[i] >>> 16 & 1));
        }
    }

    private static void stochastic(int count, int[] bits, int[] words, int shift, short[] codes) {
        for (int i = 0; i < count; i++) {
            codes[i] = (short) (float) rounded(bits[i], words[i] >>> shift & 0xFFFF);
        }
    }

    private static void positive(int count, int[] bits, int[] words, int shift, short[] codes) {
        for (int i = 0; i < count; i++) {
            int code = rounded(bits[i], words[i] >>> shift & 0xFFFF);
            codes[i] = (short) (float) Math.max(code, Math.min(bits[i], 1));
        }
    }

    /** The code of a bfloat16, or that of NaN. */
    private static int rounded(int bits, int r) {
        int ifNaN = INFINITY - (bits & Integer.MAX_VALUE) >> 31;
        return bits + r >>> 16 & ~ifNaN | BF16_NAN & ifNaN;
    }
}
