package io.radam.internal.kernel;

import io.radam.DType;
import io.radam.Rounding;
import java.lang.foreign.MemorySegment;

/** Writes copies of values in a 16-bit type without a step. */
public final class CopyWriter {
    private CopyWriter() {
    }

    /**
     * Writes a tensor's copy as a step with that number does.
     *
     * @param values the tensor's values, where Java can read them
     * @param copy   the tensor's copy, where Java can write it
     * @param step   the step number, for stochastic rounding
     */
    public static void write(Tensor t, MemorySegment values, MemorySegment copy, long step) {
        if (t.rounding == Rounding.STOCHASTIC) {
            Conversion.stochastic(values, DType.FLOAT32, copy, t.copyType, t.first,
                    StochasticBits.seedOfStep(t.seed, step));
        } else {
            Conversion.nearest(values, DType.FLOAT32, copy, t.copyType);
        }
    }
}
