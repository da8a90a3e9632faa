package io.radam;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * A parameter of a model: its values and its gradient, in memory that belongs to someone else.
 *
 * <p>Both are float32 in native byte order. They are borrowed: a step reads the gradient and updates the values where they
 * are, nothing is copied, and nothing keeps the memory from being freed but what the segment or the buffer itself keeps.
 * The two must not overlap, nor may the values overlap any other memory of the same optimizer.
 *
 * <p>A parameter is an identity: two with the same memory are different parameters.
 */
public final class Parameter {
    private static final long ELEMENT_BYTES = ValueLayout.JAVA_FLOAT.byteSize();

    private final MemorySegment values;
    private final MemorySegment gradient;

    private Parameter(MemorySegment values, MemorySegment gradient) {
        this.values = checked(values, "values");
        this.gradient = checked(gradient, "gradient");
        if (values.isReadOnly()) {
            throw new InvalidParameterException("the values are read-only: " + values);
        }
        if (values.byteSize() != gradient.byteSize()) {
            throw new InvalidParameterException("the sizes differ: values have " + values.byteSize()
                    + " bytes, the gradient has " + gradient.byteSize());
        }
        if (values.asOverlappingSlice(gradient).isPresent()) {
            throw new InvalidParameterException("values and gradient overlap: " + values + " and " + gradient);
        }
    }

    /**
     * A parameter in native memory or in a {@code float[]}.
     *
     * @param values   the values, updated in place; writable, aligned to 4 bytes
     * @param gradient the gradient, as many elements; aligned to 4 bytes; may be read-only
     * @return the parameter
     * @throws InvalidParameterException if a segment does not fit these terms, or the two overlap
     */
    public static Parameter of(MemorySegment values, MemorySegment gradient) {
        return new Parameter(values, gradient);
    }

    /**
     * A parameter in arrays.
     *
     * @param values   the values, updated in place
     * @param gradient the gradient, as many elements
     * @return the parameter
     * @throws InvalidParameterException if the lengths differ, or the two are the same array
     */
    public static Parameter of(float[] values, float[] gradient) {
        return new Parameter(
                MemorySegment.ofArray(Objects.requireNonNull(values, "values")),
                MemorySegment.ofArray(Objects.requireNonNull(gradient, "gradient")));
    }

    /**
     * A parameter in buffers, from their position to their limit.
     *
     * @param values   the values, updated in place; in native byte order
     * @param gradient the gradient, as many elements; in native byte order; may be read-only
     * @return the parameter
     * @throws InvalidParameterException if a buffer does not fit these terms, or the two overlap
     */
    public static Parameter of(FloatBuffer values, FloatBuffer gradient) {
        return new Parameter(segment(values, "values"), segment(gradient, "gradient"));
    }

    /**
     * A parameter in direct byte buffers, from their position to their limit.
     *
     * @param values   the values, updated in place; in native byte order, aligned to 4 bytes
     * @param gradient the gradient, as many bytes; in native byte order, aligned to 4 bytes; may be read-only
     * @return the parameter
     * @throws InvalidParameterException if a buffer does not fit these terms, or the two overlap
     */
    public static Parameter of(ByteBuffer values, ByteBuffer gradient) {
        return new Parameter(segment(values, "values"), segment(gradient, "gradient"));
    }

    /**
     * The values.
     *
     * @return the segment that steps update
     */
    public MemorySegment values() {
        return values;
    }

    /**
     * The gradient.
     *
     * @return the segment that steps read
     */
    public MemorySegment gradient() {
        return gradient;
    }

    /**
     * The number of elements.
     *
     * @return how many floats the parameter has
     */
    public long length() {
        return values.byteSize() / ELEMENT_BYTES;
    }

    private static MemorySegment checked(MemorySegment segment, String what) {
        Objects.requireNonNull(segment, what);
        if (!segment.scope().isAlive()) {
            throw new InvalidParameterException("the memory of the " + what + " is closed: " + segment);
        }
        if (segment.byteSize() % ELEMENT_BYTES != 0) {
            throw new InvalidParameterException("the size of the " + what + ", " + segment.byteSize()
                    + " bytes, is not a multiple of " + ELEMENT_BYTES);
        }
        if (segment.maxByteAlignment() < ELEMENT_BYTES) {
            throw new InvalidParameterException("the " + what + " are misaligned: float needs " + ELEMENT_BYTES
                    + " bytes, the memory guarantees " + segment.maxByteAlignment() + ": " + segment);
        }
        return segment;
    }

    private static MemorySegment segment(FloatBuffer buffer, String what) {
        requireNativeOrder(Objects.requireNonNull(buffer, what).order(), what);
        return MemorySegment.ofBuffer((Buffer) buffer);
    }

    private static MemorySegment segment(ByteBuffer buffer, String what) {
        requireNativeOrder(Objects.requireNonNull(buffer, what).order(), what);
        if (!buffer.isDirect()) {
            throw new InvalidParameterException("the buffer of the " + what + " is not direct, and bytes of an array are "
                    + "misaligned for float: " + buffer);
        }
        return MemorySegment.ofBuffer((Buffer) buffer);
    }

    private static void requireNativeOrder(ByteOrder order, String what) {
        if (order != ByteOrder.nativeOrder()) {
            throw new InvalidParameterException("the byte order of the " + what + " is " + order + ", native is "
                    + ByteOrder.nativeOrder() + ": use order(ByteOrder.nativeOrder())");
        }
    }

    @Override
    public String toString() {
        return "Parameter[" + length() + " float32 at " + values + "]";
    }
}
