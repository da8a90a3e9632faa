package io.radam;

import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Objects;

/**
 * A parameter of a model: its values and its gradient, in memory that belongs to someone else.
 *
 * <p>They are float32 in native byte order, unless a {@link #builder} says otherwise. They are borrowed: a step reads the
 * gradient and updates the values where they are, nothing is copied, and nothing keeps the memory from being freed but
 * what the segment or the buffer itself keeps. The two must not overlap, nor may memory that a step writes overlap any
 * other memory of the same optimizer.
 *
 * <p>A parameter is an identity: two with the same memory are different parameters.
 */
public final class Parameter {
    private final MemorySegment values;
    private final DType valuesType;
    private final MemorySegment gradient;
    private final DType gradientType;
    private final Rounding rounding;
    private final MemorySegment copy;
    private final DType copyType;
    private final MemorySegment average;
    private final double averageDecay;
    private final long length;

    private Parameter(Builder builder) {
        valuesType = builder.valuesType;
        gradientType = builder.gradientType;
        rounding = builder.rounding;
        copyType = builder.copyType;
        averageDecay = builder.averageDecay;
        values = checked(builder.values, valuesType, "values");
        gradient = checked(builder.gradient, gradientType, "gradient");
        length = values.byteSize() / valuesType.bytes();
        requireWritable(values, "values are");
        requireLength(gradient, gradientType, "gradient");
        if (values.asOverlappingSlice(gradient).isPresent()) {
            throw new InvalidParameterException("values and gradient overlap: " + values + " and " + gradient);
        }
        copy = builder.copy;
        if (copy != null) {
            if (valuesType != DType.FLOAT32 || copyType == DType.FLOAT32) {
                throw new InvalidParameterException("a copy is BFLOAT16 or FLOAT16, of values that are FLOAT32; asked for "
                        + copyType + " of " + valuesType);
            }
            requireLength(checked(copy, copyType, "copy"), copyType, "copy");
            requireWritable(copy, "copy is");
        }
        average = builder.average;
        if (average != null) {
            requireLength(checked(average, DType.FLOAT32, "average"), DType.FLOAT32, "average");
            requireWritable(average, "average is");
            if (!(averageDecay >= 0 && averageDecay <= 1)) {
                throw new InvalidParameterException("the decay of the average is not in [0, 1]: " + averageDecay);
            }
        }
    }

    /**
     * A parameter whose types are to be told, or of which a step keeps a copy or an average.
     *
     * @param values   the values, updated in place
     * @param gradient the gradient, as many elements
     * @return a builder, for float32 until it is told otherwise
     */
    public static Builder builder(MemorySegment values, MemorySegment gradient) {
        return new Builder(values, gradient);
    }

    /** Sets how a parameter is stored, and what else a step keeps of it. */
    public static final class Builder {
        private final MemorySegment values;
        private final MemorySegment gradient;
        private DType valuesType = DType.FLOAT32;
        private DType gradientType = DType.FLOAT32;
        private Rounding rounding = Rounding.NEAREST;
        private MemorySegment copy;
        private DType copyType = DType.FLOAT32;
        private MemorySegment average;
        private double averageDecay;

        private Builder(MemorySegment values, MemorySegment gradient) {
            this.values = Objects.requireNonNull(values, "values");
            this.gradient = Objects.requireNonNull(gradient, "gradient");
        }

        /**
         * The type of the values.
         *
         * @param type float32 unless set
         * @return this builder
         */
        public Builder valuesType(DType type) {
            valuesType = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * The type of the gradient.
         *
         * @param type float32 unless set; need not be that of the values
         * @return this builder
         */
        public Builder gradientType(DType type) {
            gradientType = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * How values of 16 bits are rounded, or else the copy. To nearest, updates of less than half a unit in the last
         * place are lost.
         *
         * @param rounding to nearest unless set
         * @return this builder
         */
        public Builder rounding(Rounding rounding) {
            this.rounding = Objects.requireNonNull(rounding, "rounding");
            return this;
        }

        /**
         * A copy of float32 values in a smaller type, written by every step: the values are the masters, the copy is what
         * the model computes with.
         *
         * @param copy as many elements; writable, aligned to the type; only written
         * @param type {@link DType#BFLOAT16} or {@link DType#FLOAT16}
         * @return this builder
         */
        public Builder copy(MemorySegment copy, DType type) {
            this.copy = Objects.requireNonNull(copy, "copy");
            copyType = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * An exponential moving average of the values, updated by every step:
         * {@code average = average + (1 - decay) * (value - average)}. Starts from what is in the memory.
         *
         * @param average as many {@code float}s; writable, aligned to 4 bytes
         * @param decay   in [0, 1], such as 0.999
         * @return this builder
         */
        public Builder average(MemorySegment average, double decay) {
            this.average = Objects.requireNonNull(average, "average");
            averageDecay = decay;
            return this;
        }

        /**
         * Builds the parameter.
         *
         * @return the parameter
         * @throws InvalidParameterException if a segment does not fit its type or the others' lengths, values and gradient
         *     overlap, or there cannot be such a copy
         */
        public Parameter build() {
            return new Parameter(this);
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
        return builder(values, gradient).build();
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
        return of(
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
        return of(segment(values, "values"), segment(gradient, "gradient"));
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
        return of(segment(values, "values"), segment(gradient, "gradient"));
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
     * The type of the values.
     *
     * @return the type
     */
    public DType valuesType() {
        return valuesType;
    }

    /**
     * The type of the gradient.
     *
     * @return the type
     */
    public DType gradientType() {
        return gradientType;
    }

    /**
     * How values of 16 bits are rounded, or else the copy.
     *
     * @return the rounding
     */
    public Rounding rounding() {
        return rounding;
    }

    /**
     * The copy in a smaller type.
     *
     * @return the segment that steps write; null if there is none
     */
    public MemorySegment copy() {
        return copy;
    }

    /**
     * The type of the copy.
     *
     * @return the type; null if there is no copy
     */
    public DType copyType() {
        return copy == null ? null : copyType;
    }

    /**
     * The moving average of the values.
     *
     * @return the segment that steps update; null if there is none
     */
    public MemorySegment average() {
        return average;
    }

    /**
     * The decay of the moving average.
     *
     * @return in [0, 1]; 0 if there is no average
     */
    public double averageDecay() {
        return averageDecay;
    }

    /**
     * The number of elements.
     *
     * @return how many values the parameter has
     */
    public long length() {
        return length;
    }

    private static MemorySegment checked(MemorySegment segment, DType type, String what) {
        String name = type == DType.FLOAT32 ? "float" : type.toString();
        if (!segment.scope().isAlive()) {
            throw new InvalidParameterException("the memory of the " + what + " is closed: " + segment);
        }
        if (segment.byteSize() % type.bytes() != 0) {
            throw new InvalidParameterException("the size of the " + what + ", " + segment.byteSize()
                    + " bytes, is not a multiple of " + type.bytes());
        }
        if (segment.maxByteAlignment() < type.bytes()) {
            throw new InvalidParameterException("the " + what + " are misaligned: " + name + " needs " + type.bytes()
                    + " bytes, the memory guarantees " + segment.maxByteAlignment() + ": " + segment);
        }
        return segment;
    }

    private static void requireWritable(MemorySegment segment, String what) {
        if (segment.isReadOnly()) {
            throw new InvalidParameterException("the " + what + " read-only: " + segment);
        }
    }

    private void requireLength(MemorySegment segment, DType type, String what) {
        if (segment.byteSize() / type.bytes() != length) {
            throw new InvalidParameterException("the sizes differ: values have " + values.byteSize() + " bytes, the "
                    + what + " has " + segment.byteSize() + "; as " + valuesType + " and " + type + " these are " + length
                    + " and " + segment.byteSize() / type.bytes() + " elements");
        }
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
        return "Parameter[" + length + " " + valuesType.name().toLowerCase(Locale.ROOT) + " at " + values + "]";
    }
}
