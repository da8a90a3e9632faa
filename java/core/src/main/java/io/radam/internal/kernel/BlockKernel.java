package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.radam.DType;
import io.radam.Rounding;
import io.radam.StateBuffer;
import io.radam.StateType;
import io.radam.internal.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Steps, in Java, of tensors that are not all float32, or with options. They go block by block through arrays of
 * floats. Blocks are counted in the whole tensor, of which a tensor may be a slice. For one thread at a time.
 */
final class BlockKernel {
    private static final int BLOCK = Block8.SIZE;

    private final MemorySegment values = buffer();
    private final MemorySegment oldValues = buffer();
    private final MemorySegment gradient = buffer();
    private final MemorySegment[] buffers;
    /** The same buffers, but null where the tensor does not have one. */
    private final MemorySegment[] state;
    private final List<StateBuffer> descriptions;

    /** A kernel for an algorithm with these buffers of state. */
    BlockKernel(List<StateBuffer> descriptions) {
        this.descriptions = descriptions;
        buffers = new MemorySegment[descriptions.size()];
        state = new MemorySegment[descriptions.size()];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = buffer();
        }
    }

    private static MemorySegment buffer() {
        return MemorySegment.ofArray(new float[BLOCK]);
    }

    /**
     * Steps elements {@code begin} to {@code end} of a tensor by a rule, whose schedule has the coefficients of the
     * step.
     */
    void step(Rule rule, Schedule schedule, Tensor t, long begin, long end) {
        long at = begin;
        while (at < end) {
            long stop = Math.min(end, ((t.first + at) / BLOCK + 1) * BLOCK - t.first);
            stepBlock(rule, schedule, t, at, (int) (stop - at));
            at = stop;
        }
    }

    private void stepBlock(Rule rule, Schedule schedule, Tensor t, long begin, int count) {
        long seed = StochasticBits.seedOfStep(t.seed, t.step);
        unpack(t.valuesType, t.values, begin, count, values);
        if (t.updatesGradient) {
            MemorySegment.copy(values, 0, oldValues, 0, values.byteSize());
        }
        unpack(t.gradientType, t.gradient, begin, count, gradient);
        float gradScale = schedule.gradScale;
        if (t.clipValue > 0) {
            // The gradient is scaled before it is clipped, so only the sign of the scale is left for the rule.
            clip(Math.abs(gradScale), t.clipValue, count);
            gradScale = Math.copySign(1, gradScale);
        }
        for (int i = 0; i < state.length; i++) {
            state[i] = t.state[i] == null ? null : buffers[i];
            if (state[i] != null) {
                unpackState(t, i, begin, count);
            }
        }

        rule.step(0, count, gradScale, values, gradient, state);

        for (int i = 0; i < state.length; i++) {
            if (state[i] != null && schedule.movesState(i)) {
                packState(t, i, seed, begin, count);
            }
        }
        if (t.updatesGradient) {
            packUpdate(t, begin, count);
            return;
        }
        if (schedule.movesValues()) {
            pack(t, t.valuesType, t.values, seed, begin, count);
        }
        if (t.copy != null) {
            pack(t, t.copyType, t.copy, seed, begin, count);
        }
        if (t.average != null) {
            average(t, begin, count);
        }
        if (t.zeroGradient) {
            for (long i = begin; i < begin + count; i++) {
                Elements.storeNearest(t.gradientType, t.gradient, i, 0);
            }
        }
    }

    private static void unpack(DType type, MemorySegment from, long begin, int count, MemorySegment to) {
        for (int i = 0; i < count; i++) {
            to.setAtIndex(JAVA_FLOAT, i, Elements.load(type, from, begin + i));
        }
    }

    private void clip(float scale, float most, int count) {
        for (int i = 0; i < count; i++) {
            gradient.setAtIndex(JAVA_FLOAT, i, cut(scale * gradient.getAtIndex(JAVA_FLOAT, i), most));
        }
    }

    /** A number within [-most, most]; a NaN stays. */
    private static float cut(float x, float most) {
        float atLeast = -most > x ? -most : x;
        return most < atLeast ? most : atLeast;
    }

    private void pack(Tensor t, DType type, MemorySegment to, long seed, long begin, int count) {
        long key = StochasticBits.key(seed, (t.first + begin) / BLOCK, StochasticBits.VALUES);
        int first = (int) ((t.first + begin) % BLOCK);
        for (int i = 0; i < count; i++) {
            float x = values.getAtIndex(JAVA_FLOAT, i);
            if (t.rounding == Rounding.STOCHASTIC) {
                int r = StochasticBits.word(key, first + i) & 0xFFFF;
                Elements.storeStochastic(type, to, begin + i, x, r);
            } else {
                Elements.storeNearest(type, to, begin + i, x);
            }
        }
    }

    private void packUpdate(Tensor t, long begin, int count) {
        for (int i = 0; i < count; i++) {
            float update = oldValues.getAtIndex(JAVA_FLOAT, i) - values.getAtIndex(JAVA_FLOAT, i);
            Elements.storeNearest(t.gradientType, t.gradient, begin + i, update);
        }
    }

    /** Updates the average, by the values as they are stored. */
    private static void average(Tensor t, long begin, int count) {
        for (long i = begin; i < begin + count; i++) {
            float a = t.average.getAtIndex(JAVA_FLOAT, i);
            float p = Elements.load(t.valuesType, t.values, i);
            t.average.setAtIndex(JAVA_FLOAT, i, Math.fma(t.averageRate, cut(p - a, Float.MAX_VALUE), a));
        }
    }

    private void unpackState(Tensor t, int buffer, long begin, int count) {
        MemorySegment from = t.state[buffer];
        MemorySegment to = state[buffer];
        if (t.stateType != StateType.BLOCK8) {
            unpack(t.stateType == StateType.FLOAT32 ? DType.FLOAT32 : DType.BFLOAT16, from, begin, count, to);
            return;
        }
        boolean signed = descriptions.get(buffer).signed();
        float scale = t.scales[buffer].getAtIndex(JAVA_FLOAT, begin / BLOCK);
        for (int i = 0; i < count; i++) {
            to.setAtIndex(JAVA_FLOAT, i, Block8.decode(from.get(JAVA_BYTE, begin + i), scale, signed));
        }
    }

    private void packState(Tensor t, int buffer, long seed, long begin, int count) {
        boolean signed = descriptions.get(buffer).signed();
        MemorySegment from = state[buffer];
        MemorySegment to = t.state[buffer];
        long key = StochasticBits.key(seed, (t.first + begin) / BLOCK, StochasticBits.streamOfState(buffer));
        int first = (int) ((t.first + begin) % BLOCK);
        float scale = t.stateType == StateType.BLOCK8 ? chooseScale(t, buffer, signed, begin, count) : 0;
        for (int i = 0; i < count; i++) {
            float x = from.getAtIndex(JAVA_FLOAT, i);
            int word = t.stateRounding == Rounding.NEAREST
                    ? StochasticBits.NEAREST
                    : StochasticBits.word(key, first + i);
            int r = StochasticBits.isInUpperHalf(buffer) ? word >>> 16 : word & 0xFFFF;
            switch (t.stateType) {
                case FLOAT32 -> to.setAtIndex(JAVA_FLOAT, begin + i, x);
                case BFLOAT16 -> {
                    short code = Elements.bf16Stochastic(x, r);
                    // An element above 0 of a buffer that is never negative stays above 0.
                    to.setAtIndex(JAVA_SHORT, begin + i, !signed && x > 0 && code == 0 ? 1 : code);
                }
                case BLOCK8 -> to.set(JAVA_BYTE, begin + i, Block8.encode(x, r, scale, signed));
            }
        }
    }

    private float chooseScale(Tensor t, int buffer, boolean signed, long begin, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(state[buffer].getAtIndex(JAVA_FLOAT, i)) & Integer.MAX_VALUE;
            largest = Math.max(largest, bits);
        }
        float scale = Block8.scale(largest, signed);
        t.scales[buffer].setAtIndex(JAVA_FLOAT, begin / BLOCK, scale);
        return scale;
    }
}
