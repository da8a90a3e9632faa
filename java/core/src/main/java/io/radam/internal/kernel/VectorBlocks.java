package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.DType;
import io.radam.Rounding;
import io.radam.StateType;
import io.radam.internal.schedule.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Steps by the Vector API where values, gradients or state are not all of float32, some blocks at a time: what is of
 * another type is converted to float32 in native memory, and back. The rest is stepped where it lies. Not with values
 * that are split, with gradients that are clipped, nor with updates in place of gradients. For one thread at a time.
 */
final class VectorBlocks {
    private static final int BLOCK = Block8.SIZE;
    /** The least width at which the bytes of a vector's elements are a vector too. */
    private static final int LEAST_WIDTH = 8;

    private final BlockWords words;
    private final boolean[] signed;
    private final MemorySegment values;
    private final MemorySegment gradient;
    /** The 16-bit values or gradient, as in memory of the user. */
    private final MemorySegment codes;
    private final MemorySegment[] buffers;
    /** The addresses of the present state as float32; 0 in place of each buffer that the tensor does not have. */
    private final long[] state;

    private VectorBlocks(int most, BlockWords words, List<Boolean> signs) {
        this.words = words;
        Arena arena = Arena.ofAuto();
        values = floats(most, arena);
        gradient = floats(most, arena);
        codes = floats(most, arena);
        buffers = new MemorySegment[signs.size()];
        signed = new boolean[buffers.length];
        state = new long[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = floats(most, arena);
            signed[i] = signs.get(i);
        }
    }

    private static MemorySegment floats(int most, Arena arena) {
        return arena.allocate((long) most * Float.BYTES, 64);
    }

    /** For {@code most} elements at a time; null where there is no Vector API, or vectors are too short. */
    static VectorBlocks of(int most, BlockWords words, List<Boolean> signs) {
        return isAvailable() ? new VectorBlocks(most, words, signs) : null;
    }

    /** Whether there is a Vector API, whose vectors are long enough. */
    static boolean isAvailable() {
        return VectorRule.available() && VectorRules.WIDTH >= LEAST_WIDTH;
    }

    /** Whether it has the present step. */
    static boolean has(VectorRule rule, Tensor t) {
        return rule != null && t.lowerHalves == null && t.clipValue == 0 && t.gradientMeans == null
                && !t.decaysRows && !t.updatesGradient && !t.takesSlowWeights() && VectorRule.hasNativeState(t)
                && rule.has(t);
    }

    /** How many of {@code count} elements it can step: whole vectors, and whole blocks of 8-bit state. */
    static int whole(Tensor t, int count) {
        int whole = count & -VectorRules.WIDTH;
        return whole == count || t.stateType != StateType.BLOCK8 ? whole : count & -BLOCK;
    }

    /** Steps elements whose words are the present ones: values, gradient and state, but nothing else of a tensor. */
    void step(VectorRule rule, Schedule schedule, Tensor t, long begin, int count) {
        for (int i = 0; i < state.length; i++) {
            if (t.state[i] != null) {
                decode(t, i, begin, count);
            } else {
                state[i] = 0; // not that of the tensor before
            }
        }
        if (t.valuesType == DType.FLOAT32 && t.gradientType == DType.FLOAT32 && VectorRule.isInPlace(t)) {
            VectorRule.stepInPlace(rule, t, begin, count, state, 0);
        } else {
            load(t.valuesType, t.values, begin, count, values);
            load(t.gradientType, t.gradient, begin, count, gradient);
            VectorRule.stepNative(rule, values, gradient, 0, state, 0, count);
            if (schedule.movesValues()) {
                store(t, begin, count);
            }
        }
        for (int i = 0; i < state.length; i++) {
            if (t.state[i] != null && schedule.movesState(i)) {
                encode(t, i, begin, count);
            }
        }
    }

    private void load(DType type, MemorySegment from, long begin, int count, MemorySegment to) {
        int bytes = type.bytes();
        MemorySegment.copy(from, begin * bytes, type == DType.FLOAT32 ? to : codes, 0, (long) count * bytes);
        switch (type) {
            case FLOAT32 -> { }
            case BFLOAT16 -> BlockVectors.fromBfloat16(count, codes.address(), to.address());
            case FLOAT16 -> BlockVectors.fromFloat16(count, codes.address(), to.address());
        }
    }

    private void store(Tensor t, long begin, int count) {
        DType type = t.valuesType;
        long from = values.address();
        long to = codes.address();
        boolean nearest = t.rounding == Rounding.NEAREST;
        switch (type) {
            case FLOAT32 -> { }
            case BFLOAT16 -> {
                if (nearest) {
                    BlockVectors.toBfloat16(count, from, to);
                } else {
                    BlockVectors.toBfloat16(count, from, words.ofValues(), 0, to);
                }
            }
            case FLOAT16 -> {
                if (nearest) {
                    BlockVectors.toFloat16(count, from, to);
                } else {
                    BlockVectors.toFloat16(count, from, words.ofValues(), 0, to);
                }
            }
        }
        int bytes = type.bytes();
        MemorySegment.copy(type == DType.FLOAT32 ? values : codes, 0, t.values, begin * bytes, (long) count * bytes);
    }

    private void decode(Tensor t, int buffer, long begin, int count) {
        long from = t.stateAddresses[buffer] + begin * t.stateType.bytes();
        long to = buffers[buffer].address();
        state[buffer] = t.stateType == StateType.FLOAT32 ? from : to;
        switch (t.stateType) {
            case FLOAT32 -> { }
            case BFLOAT16 -> BlockVectors.fromBfloat16(count, from, to);
            case BLOCK8 -> {
                for (int at = 0; at < count; at += BLOCK) {
                    int length = Math.min(BLOCK, count - at);
                    float scale = t.scales[buffer].getAtIndex(JAVA_FLOAT, (begin + at) / BLOCK);
                    if (signed[buffer]) {
                        BlockVectors.fromSigned(length, from + at, scale, to + 4L * at);
                    } else {
                        BlockVectors.fromUnsigned(length, from + at, scale, to + 4L * at);
                    }
                }
            }
        }
    }

    private void encode(Tensor t, int buffer, long begin, int count) {
        long from = buffers[buffer].address();
        long to = t.stateAddresses[buffer] + begin * t.stateType.bytes();
        switch (t.stateType) {
            case FLOAT32 -> { }
            case BFLOAT16 -> {
                int[] random = words.ofState(buffer, false);
                int shift = words.shiftOfState(buffer, false);
                if (signed[buffer]) {
                    BlockVectors.toBfloat16(count, from, random, shift, to);
                } else {
                    BlockVectors.toPositiveBfloat16(count, from, random, shift, to);
                }
            }
            case BLOCK8 -> {
                for (int at = 0; at < count; at += BLOCK) {
                    float scale = encodeBlock(buffer, from + 4L * at, at, Math.min(BLOCK, count - at), to + at);
                    t.scales[buffer].setAtIndex(JAVA_FLOAT, (begin + at) / BLOCK, scale);
                }
            }
        }
    }

    private float encodeBlock(int buffer, long from, int at, int count, long to) {
        float scale = Block8.scale(BlockVectors.largest(count, from), signed[buffer]);
        int[] random = words.ofState(buffer, true);
        int shift = words.shiftOfState(buffer, true);
        if (Float.isNaN(scale)) {
            BlockVectors.clear(count, to);
        } else if (signed[buffer]) {
            BlockVectors.toSigned(count, from, scale, random, at, shift, to);
        } else {
            BlockVectors.toUnsigned(count, from, scale, random, at, shift, to);
        }
        return scale;
    }
}
