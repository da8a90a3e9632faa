package io.radam;

import io.radam.internal.kernel.Conversion;
import io.radam.internal.kernel.MemoryCheck;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Converts numbers from one element type to another, as steps do:
 * {@snippet :
 * Conversions.convert(checkpoint, DType.BFLOAT16, masters, DType.FLOAT32);
 * }
 *
 * <p>Widening is exact. A number that is too large for a type becomes infinite. NaN stays NaN.
 */
public final class Conversions {
    private Conversions() {
    }

    /**
     * Converts all elements. Rounds to the nearest number, ties to even.
     *
     * @param from     is read
     * @param fromType the type of its elements
     * @param to       is written; has as many elements, and does not overlap {@code from}
     * @param toType   the type of its elements
     * @throws InvalidParameterException if the lengths differ, or memory is closed, confined to another thread,
     *     misaligned, overlapping or, where it is written, read-only; nothing is changed
     */
    public static void convert(MemorySegment from, DType fromType, MemorySegment to, DType toType) {
        check(from, fromType, to, toType);
        if (fromType == toType) {
            to.copyFrom(from);
        } else {
            Conversion.nearest(from, fromType, to, toType);
        }
    }

    /**
     * Converts all elements. Rounds each up or down at random, with probabilities such that the expected result is the
     * number itself. The random bits are a hash of the seed and the element's index: with the same seed they are the
     * same on every machine and in every run. Use different seeds for different numbers.
     *
     * @param from     as in {@link #convert}
     * @param fromType as in {@link #convert}
     * @param to       as in {@link #convert}
     * @param toType   as in {@link #convert}
     * @param seed     any number
     * @throws InvalidParameterException as in {@link #convert}
     */
    public static void convertStochastically(MemorySegment from, DType fromType, MemorySegment to, DType toType,
            long seed) {
        check(from, fromType, to, toType);
        if (fromType == toType) {
            to.copyFrom(from);
        } else {
            Conversion.stochastic(from, fromType, to, toType, 0, seed);
        }
    }

    private static void check(MemorySegment from, DType fromType, MemorySegment to, DType toType) {
        MemoryCheck.requireElements(Objects.requireNonNull(from, "from"), Objects.requireNonNull(fromType, "fromType"),
                "numbers");
        MemoryCheck.requireLength(Objects.requireNonNull(to, "to"), Objects.requireNonNull(toType, "toType"),
                from.byteSize() / fromType.bytes(), "result");
        MemoryCheck.requireAccessible(from, "numbers");
        MemoryCheck.requireAccessible(to, "result");
        MemoryCheck.requireWritable(to, "result is");
        if (from.asOverlappingSlice(to).isPresent()) {
            throw new InvalidParameterException("the result overlaps the numbers: " + to + " and " + from);
        }
    }
}
