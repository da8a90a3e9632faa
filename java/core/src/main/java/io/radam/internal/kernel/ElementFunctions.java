package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * 2^x and x^y of elements, operation by operation as {@code element_functions.h}. C2 has no vectors of what takes the
 * bits of a float, so these are copied between loops, as {@link BlockElements} says.
 */
final class ElementFunctions {
    /** Added to a float of magnitude up to 2^22, it makes that an integer, whose bits are the lowest of the sum. */
    static final float TO_INTEGER = 0x1.8p23f;
    static final int ONE = 0x3F800000;
    static final int ROOT_OF_HALF = 0x3F3504F3;
    static final int SIGNIFICAND = 0x007FFFFF;

    private static final Spares<ElementFunctions> ARRAYS = new Spares<>(ElementFunctions::new);

    private final int[] bits = new int[BlockKernel.MOST];
    private final MemorySegment bitsAsSegment = MemorySegment.ofArray(bits);
    private final int[] exponents = new int[BlockKernel.MOST];
    private final float[] floats = new float[BlockKernel.MOST];
    private final MemorySegment floatsAsSegment = MemorySegment.ofArray(floats);
    private final float[] wholes = new float[BlockKernel.MOST];

    private ElementFunctions() {
    }

    /**
     * Puts 2^x in place of each x in [-126, 127]; a NaN stays NaN.
     *
     * @param count {@link BlockKernel#MOST} at most
     */
    static void exp2(int count, float[] numbers) {
        ElementFunctions arrays = ARRAYS.take();
        Arrays.fill(arrays.wholes, 0, count, 0);
        arrays.exp2OfSum(count, numbers);
        ARRAYS.giveBack(arrays);
    }

    /**
     * Puts x^(high + low) in place of each x, where the exponent is in [0, 1]. An x is cut to [2^-125, 2^126]; a NaN
     * stays NaN.
     *
     * @param count {@link BlockKernel#MOST} at most
     */
    static void power(int count, float high, float low, float[] numbers) {
        ElementFunctions arrays = ARRAYS.take();
        arrays.logarithms(count, high, low, numbers);
        arrays.exp2OfSum(count, numbers);
        ARRAYS.giveBack(arrays);
    }

    /** Puts the logarithms of powers in place of numbers, without their wholes, which are apart. */
    private void logarithms(int count, float high, float low, float[] numbers) {
        cut(count, numbers, floats);
        MemorySegment.copy(floatsAsSegment, JAVA_INT, 0, bits, 0, count);
        split(count, bits, exponents);
        MemorySegment.copy(bitsAsSegment, JAVA_FLOAT, 0, floats, 0, count);
        logarithms(count, high, low, exponents, floats, numbers, wholes);
    }

    /** Puts 2^(x + whole) in place of each x. */
    private void exp2OfSum(int count, float[] numbers) {
        smallExp2(count, numbers, wholes, floats);
        MemorySegment.copy(floatsAsSegment, JAVA_INT, 0, bits, 0, count);
        powersOfTwo(count, bits);
        MemorySegment.copy(bitsAsSegment, JAVA_FLOAT, 0, floats, 0, count);
        multiply(count, floats, numbers);
    }

    /** In place, and copied. */
    private static void cut(int count, float[] numbers, float[] copy) {
        for (int i = 0; i < count; i++) {
            float cut = Math.min(Math.max(numbers[i], 0x1p-125f), 0x1p126f);
            numbers[i] = cut;
            copy[i] = cut;
        }
    }

    /** Takes numbers (1 + u) 2^e apart: into the bits of 1 + u, and e + 127. */
    private static void split(int count, int[] bits, int[] exponents) {
        for (int i = 0; i < count; i++) {
            int sum = bits[i] + (ONE - ROOT_OF_HALF);
            exponents[i] = sum >>> 23;
            bits[i] = (sum & SIGNIFICAND) + ROOT_OF_HALF;
        }
    }

    private static void logarithms(int count, float high, float low, int[] exponents, float[] significands,
            float[] numbers, float[] wholes) {
        for (int i = 0; i < count; i++) {
            float e = (float) exponents[i] - 127;
            float whole = high * e + TO_INTEGER - TO_INTEGER;
            float rest = Math.fma(low, e, Math.fma(high, e, -whole));
            rest = Math.fma(high, smallLog2(significands[i] - 1), rest);
            numbers[i] = rest + (numbers[i] - numbers[i]); // NaN, if the number is
            wholes[i] = whole;
        }
    }

    /** Puts 2^x, but for a power of 2, in place of each x. The lowest bits of a sum are those of its logarithm. */
    private static void smallExp2(int count, float[] numbers, float[] wholes, float[] sums) {
        for (int i = 0; i < count; i++) {
            float sum = numbers[i] + TO_INTEGER;
            numbers[i] = smallExp2(numbers[i] - (sum - TO_INTEGER));
            sums[i] = wholes[i] + sum;
        }
    }

    /** Puts the bits of 2^n in place of each n. */
    private static void powersOfTwo(int count, int[] bits) {
        for (int i = 0; i < count; i++) {
            bits[i] = bits[i] + 127 << 23;
        }
    }

    private static void multiply(int count, float[] factors, float[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] *= factors[i];
        }
    }

    private static float smallExp2(float x) {
        float sum = Math.fma(0x1.4498e8p-13f, x, 0x1.5f48c6p-10f);
        sum = Math.fma(sum, x, 0x1.3b2996p-7f);
        sum = Math.fma(sum, x, 0x1.c6aeccp-5f);
        sum = Math.fma(sum, x, 0x1.ebfbe2p-3f);
        sum = Math.fma(sum, x, 0x1.62e430p-1f);
        return Math.fma(sum, x, 1);
    }

    private static float smallLog2(float u) {
        float sum = Math.fma(-0x1.ceb882p-4f, u, 0x1.80a9aap-3f);
        sum = Math.fma(sum, u, -0x1.86606ep-3f);
        sum = Math.fma(sum, u, 0x1.a26640p-3f);
        sum = Math.fma(sum, u, -0x1.eac68ep-3f);
        sum = Math.fma(sum, u, 0x1.2782e4p-2f);
        sum = Math.fma(sum, u, -0x1.715a68p-2f);
        sum = Math.fma(sum, u, 0x1.ec7080p-2f);
        sum = Math.fma(sum, u, -0x1.715470p-1f);
        sum = Math.fma(sum, u, 0x1.715476p+0f);
        return sum * u;
    }
}
