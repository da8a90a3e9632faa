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
    /** For each element of a block, what its index adds. C2 makes no vectors of a product with the loop's variable. */
    private static final int[] OF_ELEMENT = new int[Block8.SIZE];

    static {
        for (int i = 0; i < OF_ELEMENT.length; i++) {
            OF_ELEMENT[i] = i * GOLDEN_32;
        }
    }

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
        return mix((int) key + OF_ELEMENT[element], (int) (key >>> 32));
    }

    /** The words of all elements of a block. */
    static void words(long key, int[] to) {
        words((int) key, (int) (key >>> 32), OF_ELEMENT, to);
    }

    private static void words(int low, int high, int[] ofElement, int[] to) {
        for (int i = 0; i < Block8.SIZE; i++) {
            to[i] = mix(low + ofElement[i], high);
        }
    }

    private static int mix(int begin, int key) {
        int x = (begin ^ begin >>> 16) * 0x7FEB352D;
        x = (x ^ x >>> 15 ^ key) * 0x846CA68B;
        return x ^ x >>> 16;
    }
}
