package io.radam.sharded;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.radam.Conversions;
import io.radam.DType;
import java.lang.foreign.MemorySegment;

/**
 * How gradients go to other ranks, and how they are added there: widened to float32, in the order of the ranks, each
 * sum rounded to float32. The loops are over arrays that fit the cache of a core, since these become vectors. Each
 * thread has its own.
 *
 * <p>Loops from 16 to 32 bits do not become vectors. So bfloat16 numbers are read by pairs, as the two halves of an
 * integer, and the sums of the lower and of the upper ones are kept apart until the last rank's are added.
 */
final class GradientSum {
    private static final int TILE = 4096;
    private static final int PAIRS = TILE / 2;

    private final float[] sum = new float[TILE];
    private final float[] next = new float[TILE];
    private final short[] narrow = new short[TILE];
    private final int[] pairs = new int[PAIRS];
    private final Half lower = new Half();
    private final Half upper = new Half();

    /** Every second one of some bfloat16 numbers. */
    private static final class Half {
        /** The bits of float32 numbers, which become these by a copy. */
        final int[] bits = new int[PAIRS];
        final float[] next = new float[PAIRS];
        final float[] sum = new float[PAIRS];

        /** Takes the numbers that are in {@code bits} as the first ones, or adds them. */
        void take(boolean isFirst, int count) {
            float[] to = isFirst ? sum : next;
            MemorySegment.copy(MemorySegment.ofArray(bits), 0, MemorySegment.ofArray(to), 0, (long) count * Float.BYTES);
            if (!isFirst) {
                add(sum, next, count);
            }
        }
    }

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
        /** Where elements of another rank begin. */
        long from(int rank, int own, long element) {
            return (rank < own ? rank : rank - 1) * stride + at + element * wireType.bytes();
        }
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
        for (long done = 0; done < length; done += TILE) {
            int count = (int) Math.min(TILE, length - done);
            for (int rank = 0; rank < others.ranks(); rank++) {
                if (others.wireType() == DType.BFLOAT16) {
                    if (rank == own) {
                        readOwnPairs(gradient, done * type.bytes(), type, count);
                    } else {
                        readPairs(others.memory(), others.from(rank, own, done), count);
                    }
                    addPairs(rank == 0, (count + 1) / 2);
                } else {
                    float[] tile = rank == 0 ? sum : next;
                    if (rank == own) {
                        readOwn(gradient, done * type.bytes(), type, tile, count);
                    } else {
                        read(others.memory(), others.from(rank, own, done), tile, count);
                    }
                    if (rank > 0) {
                        add(sum, next, count);
                    }
                }
            }
            if (others.wireType() == DType.BFLOAT16) {
                interleave(lower.sum, upper.sum, sum, (count + 1) / 2);
            }
            MemorySegment.copy(sum, 0, sums, JAVA_FLOAT_UNALIGNED, done * Float.BYTES, count);
        }
    }

    private void readOwn(MemorySegment gradient, long at, DType type, float[] to, int count) {
        if (type == DType.FLOAT16) {
            MemorySegment.copy(gradient, JAVA_SHORT_UNALIGNED, at, narrow, 0, count);
            widenFloat16(narrow, to, count);
        } else {
            read(gradient, at, to, count);
        }
    }

    private static void read(MemorySegment from, long at, float[] to, int count) {
        MemorySegment.copy(from, JAVA_FLOAT_UNALIGNED, at, to, 0, count);
    }

    private static void widenFloat16(short[] from, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = Float.float16ToFloat(from[i]);
        }
    }

    private void readOwnPairs(MemorySegment gradient, long at, DType type, int count) {
        if (type == DType.BFLOAT16) {
            readPairs(gradient, at, count);
        } else {
            readOwn(gradient, at, type, next, count);
            narrow(next, narrow, count);
            readPairs(MemorySegment.ofArray(narrow), 0, count);
        }
    }

    /** Of an odd number, the last pair's upper half is of no meaning. */
    private void readPairs(MemorySegment from, long at, int count) {
        MemorySegment.copy(from, at, MemorySegment.ofArray(pairs), 0, (long) count * Short.BYTES);
    }

    /** Widens the pairs, whose first number is in the lower half: all processors that are supported have it so. */
    private void addPairs(boolean isFirst, int count) {
        widen(pairs, lower.bits, upper.bits, count);
        lower.take(isFirst, count);
        upper.take(isFirst, count);
    }

    private static void widen(int[] pairs, int[] lower, int[] upper, int count) {
        for (int i = 0; i < count; i++) {
            lower[i] = pairs[i] << 16;
        }
        for (int i = 0; i < count; i++) {
            upper[i] = pairs[i] & 0xFFFF0000;
        }
    }

    private static void interleave(float[] lower, float[] upper, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[2 * i] = lower[i];
            to[2 * i + 1] = upper[i];
        }
    }

    private static void add(float[] sum, float[] next, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] += next[i];
        }
    }
}
