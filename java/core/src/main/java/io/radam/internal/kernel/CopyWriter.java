package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.Rounding;
import java.lang.foreign.MemorySegment;

/** Writes copies of values in a smaller type without a step. */
public final class CopyWriter {
    private CopyWriter() {
    }

    /**
     * Writes a tensor's copy as a step of a number does.
     *
     * @param values the tensor's, where Java can read them
     * @param copy   likewise
     * @param step   tells the random bits of stochastic rounding
     */
    public static void write(Tensor t, MemorySegment values, MemorySegment copy, long step) {
        long seed = StochasticBits.seedOfStep(t.seed, step);
        for (long i = 0; i < t.length; i++) {
            float x = values.getAtIndex(JAVA_FLOAT, i);
            if (t.rounding == Rounding.STOCHASTIC) {
                long place = t.first + i;
                long key = StochasticBits.key(seed, place / Block8.SIZE, StochasticBits.VALUES);
                int r = StochasticBits.word(key, (int) (place % Block8.SIZE)) & 0xFFFF;
                Elements.storeStochastic(t.copyType, copy, i, x, r);
            } else {
                Elements.storeNearest(t.copyType, copy, i, x);
            }
        }
    }
}
