package io.radam.internal.kernel;

import io.radam.Rounding;
import java.util.Arrays;

/** The random words of the elements that a kernel steps at present. For one thread at a time. */
final class BlockWords {
    private static final int BLOCK = Block8.SIZE;
    private static final int NO_STREAM = -1;

    private final int[] words;
    private final int[] wordsOfBlock = new int[BLOCK];
    private final int[] nearestBlock8;
    private final int[] nearestBfloat16;
    private boolean roundsStateToNearest;
    private long seed;
    /** The index of the first element in the whole tensor. */
    private long firstElement;
    private int count;
    /** The stream that the words are of. */
    private int stream;

    /** For {@code most} elements at a time. */
    BlockWords(int most) {
        words = new int[most];
        nearestBlock8 = new int[most];
        nearestBfloat16 = new int[most];
        Arrays.fill(nearestBlock8, StochasticBits.nearest(Block8.CUT_OFF));
        Arrays.fill(nearestBfloat16, StochasticBits.nearest(StochasticBits.BITS));
    }

    /** From now on, the elements are {@code count} from {@code begin} on. */
    void present(Tensor t, long begin, int count) {
        roundsStateToNearest = t.stateRounding == Rounding.NEAREST;
        seed = StochasticBits.seedOfStep(t.seed, t.step);
        firstElement = t.first + begin;
        this.count = count;
        stream = NO_STREAM;
    }

    /** Those that values, or their copy, are rounded by. */
    int[] ofValues() {
        return ofStream(StochasticBits.VALUES);
    }

    /** Those that a buffer of smaller state is rounded by, after a shift. */
    int[] ofState(int buffer, boolean block8) {
        if (roundsStateToNearest) {
            return block8 ? nearestBlock8 : nearestBfloat16;
        }
        return ofStream(StochasticBits.streamOfState(buffer));
    }

    /** By how much to shift the words of a buffer of state. */
    int shiftOfState(int buffer, boolean block8) {
        return roundsStateToNearest ? 0
                : StochasticBits.shiftOfState(buffer, block8 ? Block8.CUT_OFF : StochasticBits.BITS);
    }

    private int[] ofStream(int wanted) {
        if (wanted != stream) {
            stream = wanted;
            int at = 0;
            while (at < count) {
                long element = firstElement + at;
                int first = (int) (element % BLOCK);
                int length = Math.min(count - at, BLOCK - first);
                StochasticBits.words(StochasticBits.key(seed, element / BLOCK, stream), wordsOfBlock);
                System.arraycopy(wordsOfBlock, first, words, at, length);
                at += length;
            }
        }
        return words;
    }
}
