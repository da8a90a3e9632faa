package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.radam.DType;
import java.lang.foreign.MemorySegment;

/** Loads elements of any type as floats, and stores floats as elements of any type. */
final class Elements {
    private static final int BF16_NAN = 0x7FC0;
    static final int F16_INFINITY = 0x7C00;
    static final int F16_NAN = 0x7E00;
    private static final int FLOAT_INFINITY = 0x7F800000;
    /** The bits of 2^16, above the largest binary16, and of 2^-14, the smallest normal one. */
    static final int F16_BEYOND = 0x47800000;
    static final int F16_MIN_NORMAL = 0x38800000;

    private Elements() {
    }

    static float load(DType type, MemorySegment from, long i) {
        return switch (type) {
            case FLOAT32 -> from.getAtIndex(JAVA_FLOAT, i);
            case BFLOAT16 -> bf16ToFloat(from.getAtIndex(JAVA_SHORT, i));
            case FLOAT16 -> Float.float16ToFloat(from.getAtIndex(JAVA_SHORT, i));
        };
    }

    static void storeNearest(DType type, MemorySegment to, long i, float x) {
        switch (type) {
            case FLOAT32 -> to.setAtIndex(JAVA_FLOAT, i, x);
            case BFLOAT16 -> to.setAtIndex(JAVA_SHORT, i, bf16Nearest(x));
            case FLOAT16 -> to.setAtIndex(JAVA_SHORT, i, Float.floatToFloat16(x));
        }
    }

    /** {@code r} has 16 random bits. */
    static void storeStochastic(DType type, MemorySegment to, long i, float x, int r) {
        switch (type) {
            case FLOAT32 -> to.setAtIndex(JAVA_FLOAT, i, x);
            case BFLOAT16 -> to.setAtIndex(JAVA_SHORT, i, bf16Stochastic(x, r));
            case FLOAT16 -> to.setAtIndex(JAVA_SHORT, i, f16Stochastic(x, r));
        }
    }

    static float bf16ToFloat(short code) {
        return Float.intBitsToFloat(code << 16);
    }

    static short bf16Nearest(float x) {
        return bf16Stochastic(x, 0x7FFF + (Float.floatToRawIntBits(x) >>> 16 & 1));
    }

    static short bf16Stochastic(float x, int r) {
        return (short) (Float.isNaN(x) ? BF16_NAN : Float.floatToRawIntBits(x) + r >>> 16);
    }

    /** The bits of a number that is split. */
    static int splitBits(float x) {
        return Float.isNaN(x) ? BF16_NAN << 16 : Float.floatToRawIntBits(x);
    }

    /** The bits of the number of an upper and a lower half. */
    static int joined(short upper, short lower) {
        int zero = upper << 16;
        int bits = zero + lower;
        // A number has the sign of its upper half. Others may be there if zero was written over it.
        return (bits ^ zero) < 0 ? zero : bits;
    }

    static short f16Stochastic(float x, int r) {
        int bits = Float.floatToRawIntBits(x);
        int magnitude = bits & Integer.MAX_VALUE;
        int half;
        if (magnitude > FLOAT_INFINITY) {
            half = F16_NAN;
        } else if (magnitude >= F16_BEYOND) {
            half = F16_INFINITY;
        } else if (magnitude >= F16_MIN_NORMAL) {
            // 13 bits are cut off, and the exponents' biases differ by 112.
            half = magnitude - (112 << 23) + (r >>> 3) >>> 13;
        } else {
            float units = Float.intBitsToFloat(magnitude) * 0x1p24f; // of the smallest subnormal; exact, as all here
            int whole = (int) units;
            half = (units - whole) * 65536 >= 65535.5f - r ? whole + 1 : whole;
        }
        return (short) (bits >>> 16 & 0x8000 | half);
    }
}
