package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.radam.StateType;
import java.lang.foreign.MemorySegment;

/**
 * Converts a buffer of state to another type, rounded to nearest, as steps round that are told to. It goes through
 * floats, block by block. The first element is the first of a block.
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
        float[] block = new float[BLOCK];
        long length = from.length();
        for (long begin = 0; begin < length; begin += BLOCK) {
            int count = (int) Math.min(BLOCK, length - begin);
            load(from, begin, count, block);
            store(block, begin, count, to);
        }
    }

    private static void load(Buffer from, long begin, int count, float[] block) {
        float scale = from.type == StateType.BLOCK8 ? from.scales.getAtIndex(JAVA_FLOAT_UNALIGNED, begin / BLOCK) : 0;
        for (int i = 0; i < count; i++) {
            block[i] = switch (from.type) {
                case FLOAT32 -> from.elements.getAtIndex(JAVA_FLOAT_UNALIGNED, begin + i);
                case BFLOAT16 -> Elements.bf16ToFloat(from.elements.getAtIndex(JAVA_SHORT_UNALIGNED, begin + i));
                case BLOCK8 -> Block8.decode(from.elements.get(JAVA_BYTE, begin + i), scale, from.signed);
            };
        }
    }

    private static void store(float[] block, long begin, int count, Buffer to) {
        float scale = 0;
        if (to.type == StateType.BLOCK8) {
            int largest = 0;
            for (int i = 0; i < count; i++) {
                largest = Math.max(largest, Float.floatToRawIntBits(block[i]) & Integer.MAX_VALUE);
            }
            scale = Block8.scale(largest, to.signed);
            to.scales.setAtIndex(JAVA_FLOAT_UNALIGNED, begin / BLOCK, scale);
        }
        for (int i = 0; i < count; i++) {
            float x = block[i];
            switch (to.type) {
                case FLOAT32 -> to.elements.setAtIndex(JAVA_FLOAT_UNALIGNED, begin + i, x);
                case BFLOAT16 -> {
                    short code = Elements.bf16Stochastic(x, StochasticBits.nearest(StochasticBits.BITS));
                    // An element above 0 of a buffer that is never negative stays above 0.
                    to.elements.setAtIndex(JAVA_SHORT_UNALIGNED, begin + i, !to.signed && x > 0 && code == 0 ? 1 : code);
                }
                case BLOCK8 -> to.elements.set(JAVA_BYTE, begin + i,
                        Block8.encode(x, StochasticBits.nearest(Block8.CUT_OFF), scale, to.signed));
            }
        }
    }
}
