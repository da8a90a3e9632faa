package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.radam.StateType;
import java.lang.foreign.MemorySegment;

/**
 * Converts a buffer of state to another type, rounded to nearest, as steps round that are told to. The first
 * element is the first of a block.
 */
public final class StateConversion {
    private static final int BLOCK = Block8.SIZE;

    private StateConversion() {
    }

    /**
     * A buffer. Its memory need not be aligned.
     *
     * @param scales null unless the type is {@link StateType#BLOCK8}
     * @param signed whether elements can be negative
     */
    public record Buffer(StateType type, MemorySegment elements, MemorySegment scales, boolean signed) {
        /** The number of elements. */
        public long length() {
            return elements.byteSize() / type.bytes();
        }
    }

    /** Converts all elements of a buffer to another one of the same length. */
    public static void convert(Buffer from, Buffer to) {
        long length = from.length();
        for (long begin = 0; begin < length; begin += BLOCK) {
            convert(from, begin, Math.min(length, begin + BLOCK), to);
        }
    }

    /**
     * Moves an average towards a buffer, {@code average = fma(alpha, x - average, average)} for each of its elements x,
     * and makes the buffer the average, rounded.
     *
     * @param average of {@link StateType#FLOAT32}, as many elements
     * @param begin   the first of the elements that are moved; of a block, if the type is {@link StateType#BLOCK8}
     */
    public static void average(Buffer buffer, float alpha, Buffer average, long begin, long end) {
        for (long block = begin; block < end; block += BLOCK) {
            long stop = Math.min(end, block + BLOCK);
            for (long i = block; i < stop; i++) {
                float a = load(average, i);
                average.elements.setAtIndex(JAVA_FLOAT_UNALIGNED, i, Math.fma(alpha, load(buffer, i) - a, a));
            }
            convert(average, block, stop, buffer);
        }
    }

    /** Makes elements 0, as they are before the first step; {@code begin} as for {@link #average}. */
    public static void clear(Buffer buffer, long begin, long end) {
        long bytes = buffer.type.bytes();
        for (long i = begin * bytes; i < end * bytes; i++) {
            buffer.elements.set(JAVA_BYTE, i, (byte) 0);
        }
        for (long i = begin; i < end && buffer.type == StateType.BLOCK8; i += BLOCK) {
            buffer.scales.setAtIndex(JAVA_FLOAT_UNALIGNED, i / BLOCK, 0);
        }
    }

    /** Converts the elements of a block. */
    private static void convert(Buffer from, long begin, long end, Buffer to) {
        float scale = 0;
        if (to.type == StateType.BLOCK8) {
            int largest = 0;
            for (long i = begin; i < end; i++) {
                largest = Math.max(largest, Float.floatToRawIntBits(load(from, i)) & Integer.MAX_VALUE);
            }
            scale = Block8.scale(largest, to.signed);
            to.scales.setAtIndex(JAVA_FLOAT_UNALIGNED, begin / BLOCK, scale);
        }
        for (long i = begin; i < end; i++) {
            store(load(from, i), scale, i, to);
        }
    }

    private static float load(Buffer from, long i) {
        return switch (from.type) {
            case FLOAT32 -> from.elements.getAtIndex(JAVA_FLOAT_UNALIGNED, i);
            case BFLOAT16 -> Elements.bf16ToFloat(from.elements.getAtIndex(JAVA_SHORT_UNALIGNED, i));
            case BLOCK8 -> Block8.decode(from.elements.get(JAVA_BYTE, i),
                    from.scales.getAtIndex(JAVA_FLOAT_UNALIGNED, i / BLOCK), from.signed);
        };
    }

    private static void store(float x, float scale, long i, Buffer to) {
        switch (to.type) {
            case FLOAT32 -> to.elements.setAtIndex(JAVA_FLOAT_UNALIGNED, i, x);
            case BFLOAT16 -> {
                short code = Elements.bf16Stochastic(x, StochasticBits.nearest(StochasticBits.BITS));
                // An element above 0 of a buffer that is never negative stays above 0.
                to.elements.setAtIndex(JAVA_SHORT_UNALIGNED, i, !to.signed && x > 0 && code == 0 ? 1 : code);
            }
            case BLOCK8 -> to.elements.set(JAVA_BYTE, i,
                    Block8.encode(x, StochasticBits.nearest(Block8.CUT_OFF), scale, to.signed));
        }
    }
}
