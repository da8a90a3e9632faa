package io.radam.internal.kernel;

import io.radam.StateType;

/** The levels of 8-bit state; {@code radam_tensor} in {@code radam.h} documents the format. */
public final class Block8 {
    /** Elements of a block. */
    public static final int SIZE = 256;
    private static final int OCTAVE = 3;
    /** The bits of a float's mantissa that a mantissa of three bits cuts off. */
    static final int CUT_OFF = 20;
    private static final int MIN_NORMAL = 1 << 23;

    private Block8() {
    }

    /** The size of the scales of one state buffer. */
    public static long scaleBytes(StateType type, long length) {
        return type == StateType.BLOCK8 ? (length + SIZE - 1) / SIZE * Float.BYTES : 0;
    }

    private static int largestCode(boolean signed) {
        return signed ? 127 : 255;
    }

    /** The scale of a block, from its largest magnitude as bits. */
    static float scale(int largest, boolean signed) {
        if (largest >= 0x7F800000) {
            return Float.NaN;
        }
        int octaves = largestCode(signed) >> OCTAVE;
        int exponent = largest + (1 << CUT_OFF) >>> 23;
        return Float.intBitsToFloat(Math.max(exponent - octaves << 23, MIN_NORMAL));
    }

    static float decode(byte code, float scale, boolean signed) {
        int level = signed ? code & 127 : code & 255;
        float magnitude = (Float.intBitsToFloat((level << CUT_OFF) + 0x3F800000) - 1) * scale;
        return signed && code < 0 ? -magnitude : magnitude;
    }

    /** {@code r} has as many random bits as are cut off. */
    static byte encode(float x, int r, float scale, boolean signed) {
        if (Float.isNaN(scale)) {
            return 0;
        }
        int distance = Float.floatToRawIntBits(Math.abs(x) + scale) - Float.floatToRawIntBits(scale);
        int code = Math.min(distance + r >>> CUT_OFF, largestCode(signed));
        if (signed) {
            return (byte) (code | Float.floatToRawIntBits(x) >>> 24 & 0x80);
        }
        return (byte) (x != 0 ? Math.max(code, 1) : code);
    }
}
