package io.radam.internal.kernel;

/** The random bits of stochastic rounding; {@code radam_tensor} in {@code radam.h} documents them. */
public final class StochasticBits {
    private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
    private static final int GOLDEN_32 = 0x9E3779B9;

    /** The stream of values, or of their copy. They take the lower halves of its words. */
    static final int VALUES = 1;
    /** For each state buffer: its stream, and whether it takes the upper halves of the stream's words. */
    private static final int[] STREAM_OF_STATE = {0, 0, 1, 2, 2, 3};
    private static final boolean[] UPPER_HALF_OF_STATE = {false, true, true, false, true, false};
    /** The word that rounds to nearest: 2^15 in both halves. */
    static final int NEAREST = 0x80008000;

    private StochasticBits() {
    }

    /** The finalizer of SplitMix64. */
    static long mix(long x) {
        long y = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        y = (y ^ y >>> 27) * 0x94D049BB133111EBL;
        return y ^ y >>> 31;
    }

    /** The seed of a parameter, from the seed of its optimizer and the parameter's index. */
    public static long seedOfParameter(long seed, long index) {
        return mix(seed + (index + 1) * GOLDEN_64);
    }

    static long seedOfStep(long seed, long step) {
        return mix(seed + step * GOLDEN_64);
    }

    static int streamOfState(int buffer) {
        return STREAM_OF_STATE[buffer];
    }

    static boolean isInUpperHalf(int buffer) {
        return UPPER_HALF_OF_STATE[buffer];
    }

    static long key(long seedOfStep, long block, int stream) {
        long base = stream < 2 ? seedOfStep : mix(seedOfStep + (stream >> 1));
        return mix(base + (2 * block + (stream & 1)) * GOLDEN_64);
    }

    /** The word of an element, whose index is counted within its block. */
    static int word(long key, int element) {
        int x = (int) key + element * GOLDEN_32;
        x = (x ^ x >>> 16) * 0x7FEB352D;
        x = (x ^ x >>> 15 ^ (int) (key >>> 32)) * 0x846CA68B;
        return x ^ x >>> 16;
    }
}
