package io.radam.internal.kernel;

/** The random bits of stochastic rounding; {@code radam_tensor} in {@code radam.h} documents them. */
public final class StochasticBits {
    private static final long GOLDEN_64 = 0x9E3779B97F4A7C15L;
    /** What a word is more than that of the element before. */
    private static final int INCREMENT = 0x43B68FBF;

    /** The random bits of a 16-bit type. */
    static final int BITS = 16;
    /** The stream of values, or of their copy. They take the lowest bits of its words. */
    static final int VALUES = 1;
    /** For each state buffer: its stream, and whether it takes the highest bits of the stream's words. */
    private static final int[] STREAM_OF_STATE = {0, 0, 1, 2, 2, 3};
    private static final boolean[] HIGHEST_BITS_OF_STATE = {false, true, true, false, true, false};
    /** For each element of a block, what its index adds. C2 makes no vectors of a product with the loop's variable. */
    private static final int[] OF_ELEMENT = new int[Block8.SIZE];

    static {
        for (int i = 0; i < OF_ELEMENT.length; i++) {
            OF_ELEMENT[i] = i * INCREMENT;
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

    /** By how much to shift a word, so that the lowest bits are those of a state buffer. */
    static int shiftOfState(int buffer, int bits) {
        return HIGHEST_BITS_OF_STATE[buffer] ? Integer.SIZE - bits : 0;
    }

    /** In place of so many random bits: what rounds to nearest. */
    static int nearest(int bits) {
        return 1 << bits - 1;
    }

    static long key(long seedOfStep, long block, int stream) {
        long base = stream < 2 ? seedOfStep : mix(seedOfStep + (stream >> 1));
        return mix(base + (2 * block + (stream & 1)) * GOLDEN_64);
    }

    /** The word of an element, whose index is counted within its block. */
    static int word(long key, int element) {
        return (int) key + OF_ELEMENT[element];
    }

    /** The words of all elements of a block. */
    static void words(long key, int[] to) {
        words((int) key, OF_ELEMENT, to);
    }

    private static void words(int begin, int[] ofElement, int[] to) {
        for (int i = 0; i < Block8.SIZE; i++) {
            to[i] = begin + ofElement[i];
        }
    }
}
