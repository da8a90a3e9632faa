package io.radam.bench;

/**
 * The same numbers for every implementation, in every process. Each is computed from its index alone, so that a check
 * needs no second copy of a large model.
 *
 * <p>A gradient is never zero. Its sign, its mantissa and its magnitude, from 2^-16 to 1, are random: the smallest ones
 * are where it shows which place epsilon has in the rule, and gradients that change from step to step are what makes
 * the betas matter.
 */
public final class Inputs {
    private static final int MANTISSA_BITS = 23;
    private static final int MAGNITUDES = 16;

    private Inputs() {
    }

    /** The initial values, in [-1, 1). */
    public static float[] values(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = value(i);
        }
        return values;
    }

    /** The gradients of a step, counted from 1. */
    public static float[] gradients(int size, int step) {
        float[] gradients = new float[size];
        for (int i = 0; i < size; i++) {
            gradients[i] = gradient(i, step);
        }
        return gradients;
    }

    static float value(int i) {
        return mix(i) * 0x1p-31f;
    }

    static float gradient(int i, int step) {
        int bits = mix(i ^ mix(-step));
        int sign = bits & Integer.MIN_VALUE;
        int mantissa = bits & (1 << MANTISSA_BITS) - 1;
        int magnitude = bits >>> MANTISSA_BITS & MAGNITUDES - 1;
        int exponent = Float.MAX_EXPONENT - 1 - magnitude;
        return Float.intBitsToFloat(sign | exponent << MANTISSA_BITS | mantissa);
    }

    /** The finalizer of MurmurHash3: every bit of the input changes half of the bits of the result. */
    private static int mix(int x) {
        int h = x;
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }
}
