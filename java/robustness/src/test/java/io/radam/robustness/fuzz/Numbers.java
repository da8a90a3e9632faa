package io.radam.robustness.fuzz;

import java.util.Arrays;

/** Numbers in bytes, little-endian, whose type is not known. */
final class Numbers {
    private Numbers() {
    }

    /** Fails if bits differ. Which NaN a number is may differ. */
    static void requireEqual(byte[] one, byte[] other, String what) {
        int at = one == null ? -1 : Arrays.mismatch(one, other);
        for (; at >= 0 && at < one.length; at++) {
            if (one[at] != other[at] && !(isNaN(one, at) && isNaN(other, at))) {
                throw new AssertionError("byte " + at + " differs: " + what);
            }
        }
    }

    /** Whether the number that a byte belongs to is NaN as one of the types that memory may have. */
    private static boolean isNaN(byte[] bytes, int at) {
        int word = at & ~3;
        // Of the 16-bit types, those of FLOAT16 are more.
        return (bits(bytes, at & ~1) & 0x7fff) > 0x7c00 || word + 4 <= bytes.length
                && Float.isNaN(Float.intBitsToFloat(bits(bytes, word) | bits(bytes, word + 2) << 16));
    }

    private static int bits(byte[] bytes, int at) {
        return at + 2 > bytes.length ? 0 : bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }
}
