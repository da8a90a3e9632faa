package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Decodes and encodes whole blocks of 8-bit state, as {@link Block8} does element by element. For one thread at a time.
 * {@link BlockElements} says why loops are as they are.
 */
final class Block8Elements {
    private static final int CUT_OFF = Block8.CUT_OFF;
    private static final int RANDOM = (1 << CUT_OFF) - 1;
    private static final int ONE = 0x3F800000;

    private final byte[] codes = new byte[Block8.SIZE];
    private final int[] bits = new int[Block8.SIZE];
    private final int[] distances = new int[Block8.SIZE];
    private final MemorySegment bitsAsSegment = MemorySegment.ofArray(bits);
    private final float[] sums = new float[Block8.SIZE];
    private final MemorySegment sumsAsSegment = MemorySegment.ofArray(sums);

    /** Decodes the elements of a block from {@code begin} on, to {@code to[at]} and on. */
    void load(MemorySegment from, long begin, int count, float scale, boolean signed, float[] to, int at) {
        MemorySegment.copy(from, JAVA_BYTE, begin, codes, 0, count);
        levels(count, codes, signed ? 127 : 255, bits);
        MemorySegment.copy(bitsAsSegment, JAVA_FLOAT, 0, to, at, count);
        if (signed) {
            signed(count, codes, scale, to, at);
        } else {
            unsigned(count, scale, to, at);
        }
    }

    /**
     * Encodes elements of a block.
     *
     * @param from    its element {@code at} is the first
     * @param words   its element {@code at} too
     * @param shift   of a word, after which the random bits are the lowest
     * @return the scale
     */
    float store(MemorySegment to, long begin, int count, boolean signed, float[] from, MemorySegment fromAsSegment,
            int at, int[] words, int shift) {
        MemorySegment.copy(fromAsSegment, JAVA_INT, (long) at * Float.BYTES, bits, 0, count);
        float scale = Block8.scale(largest(count, bits), signed);
        if (Float.isNaN(scale)) {
            Arrays.fill(codes, (byte) 0);
        } else {
            System.arraycopy(from, at, sums, 0, count);
            add(count, scale, sums);
            MemorySegment.copy(sumsAsSegment, JAVA_INT, 0, distances, 0, count);
            int bitsOfScale = Float.floatToRawIntBits(scale);
            if (signed) {
                signed(count, distances, bitsOfScale, words, at, shift, bits, codes);
            } else {
                unsigned(count, distances, bitsOfScale, words, at, shift, bits, codes);
            }
        }
        MemorySegment.copy(codes, 0, to, JAVA_BYTE, begin, count);
        return scale;
    }

    /** The bits of a magnitude's float, but for the scale, and that they have 1 added. */
    private static void levels(int count, byte[] codes, int mask, int[] bits) {
        for (int i = 0; i < count; i++) {
            bits[i] = (((int) (float) codes[i] & mask) << CUT_OFF) + ONE;
        }
    }

    private static void signed(int count, byte[] codes, float scale, float[] to, int at) {
        for (int i = 0; i < count; i++) {
            to[at + i] = (to[at + i] - 1) * scale * Math.signum((float) codes[i]);
        }
    }

    private static void unsigned(int count, float scale, float[] to, int at) {
        for (int i = 0; i < count; i++) {
            to[at + i] = (to[at + i] - 1) * scale;
        }
    }

    /** The largest magnitude. */
    static int largest(int count, int[] bits) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
        }
        return largest;
    }

    private static void add(int count, float scale, float[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] = Math.abs(numbers[i]) + scale;
        }
    }

    private static void signed(int count, int[] sums, int scale, int[] words, int at, int shift, int[] bits,
            byte[] codes) {
        for (int i = 0; i < count; i++) {
            int code = Math.min(level(sums[i] - scale, words[at + i] >>> shift & RANDOM), 127);
            codes[i] = (byte) (float) (code | bits[i] >>> 24 & 0x80);
        }
    }

    private static void unsigned(int count, int[] sums, int scale, int[] words, int at, int shift, int[] bits,
            byte[] codes) {
        for (int i = 0; i < count; i++) {
            int code = Math.min(level(sums[i] - scale, words[at + i] >>> shift & RANDOM), 255);
            // An element that is not 0 has no code 0.
            codes[i] = (byte) (float) Math.max(code, Math.min(bits[i] & Integer.MAX_VALUE, 1));
        }
    }

    private static int level(int distance, int r) {
        return distance + r >>> CUT_OFF;
    }
}
