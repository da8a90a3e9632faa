package io.radam;

import io.radam.internal.kernel.Block8;
import io.radam.internal.kernel.Conversion;
import io.radam.internal.kernel.MemoryCheck;
import io.radam.internal.kernel.StateConversion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
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
     * number itself. The random bits follow from the seed and the element's index: with the same seed they are the
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

    /**
     * Makes float32 numbers the values and the lower halves of a parameter, as {@link Parameter.Builder#split} has
     * them.
     *
     * @param numbers     float32; are read
     * @param values      are written; has as many bfloat16s
     * @param lowerHalves are written; has as many 16-bit elements
     * @throws InvalidParameterException as in {@link #convert}
     */
    public static void split(MemorySegment numbers, MemorySegment values, MemorySegment lowerHalves) {
        check(numbers, DType.FLOAT32, values, DType.BFLOAT16);
        check(numbers, DType.FLOAT32, lowerHalves, DType.BFLOAT16);
        requireApart(values, lowerHalves);
        Conversion.split(numbers, values, lowerHalves);
    }

    /**
     * The float32 numbers of a parameter's values and lower halves: the opposite of {@link #split}. It loses nothing.
     *
     * @param values      bfloat16; are read
     * @param lowerHalves as many 16-bit elements; are read
     * @param numbers     are written; as many float32
     * @throws InvalidParameterException as in {@link #convert}
     */
    public static void join(MemorySegment values, MemorySegment lowerHalves, MemorySegment numbers) {
        check(values, DType.BFLOAT16, numbers, DType.FLOAT32);
        check(lowerHalves, DType.BFLOAT16, numbers, DType.FLOAT32);
        requireApart(values, lowerHalves);
        Conversion.join(values, lowerHalves, numbers);
    }

    private static void requireApart(MemorySegment values, MemorySegment lowerHalves) {
        if (values.asOverlappingSlice(lowerHalves).isPresent()) {
            throw new InvalidParameterException("the lower halves overlap the values: " + lowerHalves + " and "
                    + values);
        }
    }

    /**
     * Converts a parameter's state to another type. From {@link StateType#BLOCK8} and bfloat16 to float32 this is
     * exact: the numbers are those that a step would have read. To a smaller type, each number is rounded to the
     * nearest one, ties away from zero, with the bits that a step under {@link Rounding#NEAREST} would have stored; a
     * number above 0 of a buffer that is never negative stays above 0. To bfloat16 the error is at most 2^-8 of the
     * number. To {@link StateType#BLOCK8} it is at most 1/16 of the sum of number and scale, or 1/8 of the scale where
     * a number has to stay above 0. The scale is about 2^-15 of the block's largest magnitude, and 2^-31 where the
     * buffer is never negative. A block with a number that is not finite becomes NaN.
     *
     * <p>A training that goes on from a converted state is another one, if a good one, than that which was saved.
     *
     * @param state     a whole state, or a part of one that begins with a block of 256 elements; not that of a GPU
     * @param algorithm which the state is of
     * @param type      of the result
     * @param arena     gets the memory of the result
     * @return the state itself if it is of that type
     * @throws InvalidParameterException if a buffer is not the algorithm's, its sizes are not those of its type, or its
     *     memory is closed, or confined to another thread
     * @throws BackendException if there is no memory for the result
     */
    public static ParameterState convert(ParameterState state, Algorithm algorithm, StateType type, Arena arena) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(arena, "arena");
        Map<String, ParameterState.Buffer> converted = new LinkedHashMap<>();
        state.buffers().forEach((name, buffer) -> {
            if (StateBuffer.isOfLookahead(name)) { // always float32
                requireWhole(new StateConversion.Buffer(StateType.FLOAT32, buffer.elements(), null, true), name);
                if (type != state.type()) {
                    long length = buffer.elements().byteSize() / Float.BYTES;
                    MemorySegment copy = allocate(StateType.FLOAT32, length, true, arena).elements();
                    converted.put(name, new ParameterState.Buffer(copy.copyFrom(buffer.elements())));
                }
                return;
            }
            StateBuffer description = algorithm.state().stream().filter(one -> one.name().equals(name)).findFirst()
                    .orElseThrow(() -> new InvalidParameterException(algorithm + " has no buffer of state " + name));
            StateConversion.Buffer from = new StateConversion.Buffer(state.type(), buffer.elements(), buffer.scales(),
                    description.signed());
            requireWhole(from, name);
            if (type != state.type()) {
                StateConversion.Buffer to = allocate(type, from.length(), description.signed(), arena);
                StateConversion.convert(from, to);
                converted.put(name, new ParameterState.Buffer(to.elements(), to.scales()));
            }
        });
        return type == state.type() ? state : new ParameterState(state.step(), type, converted, state.numbers());
    }

    private static void requireWhole(StateConversion.Buffer buffer, String name) {
        Objects.requireNonNull(buffer.elements(), name);
        MemoryCheck.requireAccessible(buffer.elements(), name);
        long scaleBytes = Block8.scaleBytes(buffer.type(), buffer.length());
        if (buffer.elements().byteSize() % buffer.type().bytes() != 0
                || scaleBytes > 0 && (buffer.scales() == null || buffer.scales().byteSize() != scaleBytes)) {
            throw new InvalidParameterException("the sizes of the state's " + name + " are not those of "
                    + buffer.type() + ": elements of " + buffer.elements().byteSize() + " bytes, scales of "
                    + (buffer.scales() == null ? 0 : buffer.scales().byteSize()));
        }
        if (scaleBytes > 0) {
            MemoryCheck.requireAccessible(buffer.scales(), "scales of " + name);
        }
    }

    private static StateConversion.Buffer allocate(StateType type, long length, boolean signed, Arena arena) {
        long scaleBytes = Block8.scaleBytes(type, length);
        try {
            return new StateConversion.Buffer(type, arena.allocate(length * type.bytes(), Float.BYTES),
                    scaleBytes > 0 ? arena.allocate(scaleBytes, Float.BYTES) : null, signed);
        } catch (OutOfMemoryError e) {
            throw new BackendException("there is no memory to convert " + length + " elements of state", e);
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
