package io.radam.internal.kernel;

/** The random bits of stochastic rounding; {@code radam_tensor} in {@code radam.h} documents them. */
public final class StochasticBits {
    private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
    private static final int GOLDEN_32 = 0x9E3779B9;

    /** What a stream's words are for: the lower half, and the upper half. */
    static final int MOMENTS = 0;
    static final int VALUES_AND_MAX = 1;
    /** What rounds to nearest, in both halves. */
    static final int NEAREST = 0x80008000;

    private StochasticBits() {
    }

    /** The finalizer of SplitMix64. */
    static long mix(long x) {
        long y = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        y = (y ^ y >>> 27) * 0x94D049BB133111EBL;
        return y ^ y >>> 31;
    }

    /** Seeds of an optimizer's parameters, which are told apart by their index. */
    public static long seedOfParameter(long seed, long index) {
        return mix(seed + (index + 1) * GOLDEN_64);
    }

    static long seedOfStep(long seed, long step) {
        return mix(seed + step * GOLDEN_64);
    }

    static long key(long seedOfStep, long block, int stream) {
        return mix(seedOfStep + (2 * block + stream) * GOLDEN_64);
    }

    /** The word of an element, counted within its block. */
    static int word(long key, int element) {
        int x = (int) key + element * GOLDEN_32;
        x = (x ^ x >>> 16) * 0x7FEB352D;
        x = (x ^ x >>> 15 ^ (int) (key >>> 32)) * 0x846CA68B;
        return x ^ x >>> 16;
    }
}
