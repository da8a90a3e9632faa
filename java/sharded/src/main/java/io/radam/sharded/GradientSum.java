package io.radam.sharded;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.radam.Conversions;
import io.radam.DType;
import java.lang.foreign.MemorySegment;

/**
 * How gradients go to other ranks, and how they are added there: widened to float32, in the order of the ranks, each
 * sum rounded to float32. The loops are over arrays that fit the first-level cache, since these become vectors.
 */
final class GradientSum {
    private static final int TILE = 2048;

    private final float[] sum = new float[TILE];
    private final float[] next = new float[TILE];
    private final short[] narrow = new short[TILE];

    /** The type in which a gradient goes: bfloat16 where that was asked for, or where it is of that type anyway. */
    static DType wireType(DType gradientType, DType asked) {
        return gradientType == DType.BFLOAT16 ? DType.BFLOAT16 : asked;
    }

    /** The bytes that some elements take in a message, so that the next ones are aligned. */
    static long wireBytes(long length, DType wireType) {
        return (length * wireType.bytes() + 3) & -4;
    }

    /** Writes elements of a gradient into a message, rounded to nearest where the type is smaller. */
    void write(MemorySegment gradient, DType type, MemorySegment message, DType wireType) {
        if (type == DType.FLOAT32 && wireType == DType.BFLOAT16) {
            writeNarrow(gradient, message);
        } else {
            Conversions.convert(gradient, type, message, wireType);
        }
    }

    private void writeNarrow(MemorySegment gradient, MemorySegment message) {
        long length = gradient.byteSize() / Float.BYTES;
        for (long done = 0; done < length; done += TILE) {
            int count = (int) Math.min(TILE, length - done);
            MemorySegment.copy(gradient, JAVA_FLOAT_UNALIGNED, done * Float.BYTES, next, 0, count);
            narrow(next, narrow, count);
            MemorySegment.copy(narrow, 0, message, JAVA_SHORT_UNALIGNED, done * Short.BYTES, count);
        }
    }

    /** Rounds to nearest, ties to even. NaN stays NaN. */
    private static void narrow(float[] from, short[] to, int count) {
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(from[i]);
            int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
            // The rounding could carry NaN into infinity.
            to[i] = (short) (((bits & 0x7FFFFFFF) > 0x7F800000 ? bits | 0x400000 : rounded) >>> 16);
        }
    }

    /**
     * What the other ranks have sent, one after the other.
     *
     * @param memory   of all messages
     * @param stride   the bytes from one message to the next
     * @param ranks    the number of ranks, with that which has got them
     * @param at       where the elements begin in each message
     * @param wireType their type
     */
    record Messages(MemorySegment memory, long stride, int ranks, long at, DType wireType) {
    }

    /**
     * Adds the gradients of all ranks.
     *
     * @param others   what the others have sent
     * @param own      which rank this is
     * @param gradient its own gradient, which is added as if it had been sent
     * @param type     of its elements
     * @param sums     is written
     */
    void sum(Messages others, int own, MemorySegment gradient, DType type, MemorySegment sums) {
        long length = sums.byteSize() / Float.BYTES;
        DType wireType = others.wireType();
        for (long done = 0; done < length; done += TILE) {
            int count = (int) Math.min(TILE, length - done);
            long from = others.at() + done * wireType.bytes();
            for (int rank = 0; rank < others.ranks(); rank++) {
                float[] tile = rank == 0 ? sum : next;
                if (rank == own) {
                    readOwn(gradient, done * type.bytes(), type, wireType, tile, count);
                } else {
                    read(others.memory(), from + (rank < own ? rank : rank - 1) * others.stride(), wireType, tile,
                            count);
                }
                if (rank > 0) {
                    add(sum, next, count);
                }
            }
            MemorySegment.copy(sum, 0, sums, JAVA_FLOAT_UNALIGNED, done * Float.BYTES, count);
        }
    }

    private void readOwn(MemorySegment gradient, long at, DType type, DType wireType, float[] to, int count) {
        if (type == DType.FLOAT16) {
            MemorySegment.copy(gradient, JAVA_SHORT_UNALIGNED, at, narrow, 0, count);
            widenFloat16(narrow, to, count);
        } else {
            read(gradient, at, type, to, count);
        }
        if (wireType == DType.BFLOAT16 && type != DType.BFLOAT16) {
            narrow(to, narrow, count);
            widen(narrow, to, count);
        }
    }

    private static void widenFloat16(short[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.float16ToFloat(from[i]);
        }
    }

    private void read(MemorySegment from, long at, DType type, float[] to, int count) {
        if (type == DType.FLOAT32) {
            MemorySegment.copy(from, JAVA_FLOAT_UNALIGNED, at, to, 0, count);
        } else {
            MemorySegment.copy(from, JAVA_SHORT_UNALIGNED, at, narrow, 0, count);
            widen(narrow, to, count);
        }
    }

    private static void widen(short[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.intBitsToFloat(from[i] << 16);
        }
    }

    private static void add(float[] sum, float[] next, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += next[i];
        }
    }
}
