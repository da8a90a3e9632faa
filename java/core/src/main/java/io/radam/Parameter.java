package io.radam;

import io.radam.internal.kernel.MemoryCheck;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A parameter of a model: its values and its gradient, in memory that the caller owns.
 *
 * <p>Values and gradient are float32 in native byte order, unless a {@link #builder} sets other types. A step reads the
 * gradient and updates the values in place; nothing is copied. A parameter keeps its segments or buffers reachable, but
 * does not keep an arena from being closed. Values and gradient must not overlap, nor may memory that a step writes
 * overlap any other memory of the same optimizer.
 *
 * <p>Where a framework has the gradient in other memory for each step, the parameter is made without one, and the
 * gradient is bound before the step:
 * {@snippet :
 * Parameter weight = Parameter.builder(values).name("weight").build();
 * Optimizer optimizer = Adam.builder().parameter(weight).build();
 * optimizer.bind(weight, gradient);
 * optimizer.step();
 * }
 *
 * <p>Values of a 16-bit type overflow to infinity as IEEE-754 rounds. Under decoupled weight decay an infinite value
 * becomes NaN in the next step, because the step subtracts an infinite decay from it; otherwise it stays infinite.
 *
 * <p>A parameter is compared by identity: two with the same memory are different parameters. Parameters are immutable,
 * and may be used by any thread.
 */
public final class Parameter {
    private final String name;
    private final MemorySegment values;
    private final DType valuesType;
    private final MemorySegment gradient;
    private final DType gradientType;
    private final Rounding rounding;
    private final MemorySegment copy;
    private final DType copyType;
    private final MemorySegment lowerHalves;
    private final MemorySegment average;
    private final AverageDecay averageDecay;
    private final long length;
    private final long first;
    private final long wholeLength;
    private final Long randomIndex;
    private final boolean updatesGradient;
    private final long rowLength;
    private final Map<String, MemorySegment> state;
    private final Map<String, MemorySegment> stateScales;

    private Parameter(Builder builder) {
        name = builder.name;
        valuesType = builder.valuesType;
        gradientType = builder.gradientType;
        rounding = builder.rounding;
        copyType = builder.copyType;
        averageDecay = builder.averageDecay;
        values = builder.values;
        gradient = builder.gradient;
        MemoryCheck.requireElements(values, valuesType, "values");
        length = values.byteSize() / valuesType.bytes();
        MemoryCheck.requireWritable(values, "values are");
        updatesGradient = builder.updatesGradient;
        if (gradient != null) {
            MemoryCheck.requireLength(gradient, gradientType, length, "gradient");
            if (updatesGradient) {
                MemoryCheck.requireWritable(gradient, "gradient is");
            }
            if (values.asOverlappingSlice(gradient).isPresent()) {
                throw new InvalidParameterException("values and gradient overlap: " + values + " and " + gradient);
            }
        }
        copy = builder.copy;
        if (copy != null) {
            if (valuesType != DType.FLOAT32 || copyType == DType.FLOAT32) {
                throw new InvalidParameterException("a copy is BFLOAT16 or FLOAT16, of values that are FLOAT32; asked "
                        + "for " + copyType + " of " + valuesType);
            }
            MemoryCheck.requireLength(copy, copyType, length, "copy");
            MemoryCheck.requireWritable(copy, "copy is");
        }
        lowerHalves = builder.lowerHalves;
        if (lowerHalves != null) {
            if (valuesType != DType.BFLOAT16) {
                throw new InvalidParameterException("lower halves are of values that are BFLOAT16; these are "
                        + valuesType);
            }
            MemoryCheck.requireLength(lowerHalves, DType.BFLOAT16, length, "lower halves");
            MemoryCheck.requireWritable(lowerHalves, "lower halves are");
        }
        average = builder.average;
        if (average != null) {
            MemoryCheck.requireLength(average, DType.FLOAT32, length, "average");
            MemoryCheck.requireWritable(average, "average is");
        }
        if (updatesGradient && (copy != null || average != null)) {
            throw new InvalidParameterException("the values of a parameter that only gets its update do not change, so "
                    + "that it has no " + (copy != null ? "copy" : "average"));
        }
        first = builder.first;
        wholeLength = builder.wholeLength < 0 ? length : builder.wholeLength;
        if (first < 0 || first > wholeLength - length) {
            throw new InvalidParameterException("the slice is not in the whole: it has " + length + " elements from "
                    + first + " on, the whole has " + wholeLength);
        }
        rowLength = builder.rowLength;
        if (rowLength != 0 && (first % rowLength != 0 || length % rowLength != 0
                || wholeLength % rowLength != 0)) {
            throw new InvalidParameterException("rows of " + rowLength + " elements do not make up the parameter: "
                    + (wholeLength == length ? "it has " + length + " elements"
                            : "it goes from " + first + " to " + (first + length) + " of " + wholeLength));
        }
        randomIndex = builder.randomIndex;
        state = Map.copyOf(builder.state);
        stateScales = Map.copyOf(builder.stateScales);
    }

    /**
     * Begins a parameter whose gradient is {@linkplain Optimizer#bind bound} later.
     *
     * @param values the values, updated in place
     * @return a builder, for float32 until it is told otherwise
     */
    public static Builder builder(MemorySegment values) {
        return new Builder(values, null);
    }

    /**
     * Begins a parameter with other types than float32, or with a copy or an average that steps write.
     *
     * @param values   the values, updated in place
     * @param gradient the gradient, as many elements
     * @return a builder, for float32 until it is told otherwise
     */
    public static Builder builder(MemorySegment values, MemorySegment gradient) {
        return new Builder(values, Objects.requireNonNull(gradient, "gradient"));
    }

    /** Builds a parameter. Sets how it is stored, and what else steps write for it. */
    public static final class Builder {
        private final MemorySegment values;
        private final MemorySegment gradient;
        private DType valuesType = DType.FLOAT32;
        private DType gradientType = DType.FLOAT32;
        private Rounding rounding = Rounding.NEAREST;
        private MemorySegment copy;
        private DType copyType = DType.FLOAT32;
        private MemorySegment lowerHalves;
        private MemorySegment average;
        private AverageDecay averageDecay;
        private String name;
        private long first;
        private long wholeLength = -1;
        private Long randomIndex;
        private boolean updatesGradient;
        private long rowLength;
        private final Map<String, MemorySegment> state = new LinkedHashMap<>();
        private final Map<String, MemorySegment> stateScales = new LinkedHashMap<>();

        private Builder(MemorySegment values, MemorySegment gradient) {
            this.values = Objects.requireNonNull(values, "values");
            this.gradient = gradient;
        }

        /**
         * The parameter's name, for messages, {@link Optimizer#parameter(String)} and snapshots.
         *
         * @param name no other parameter of the same optimizer may have it; none unless set
         * @return this builder
         */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Makes the parameter a slice of a larger tensor, such as the part that one of several machines has. Random
         * bits, blocks of 8-bit state and pieces of statistics are counted from the beginning of the whole tensor, so
         * that its slices give the bits that the whole would, but for {@linkplain Algorithm#isLayerwise layer-wise}
         * algorithms, which measure each slice by itself. For this, slices of one tensor also need the same {@link
         * #randomIndex}, unless each is in an optimizer of its own with parameters in the same order.
         *
         * <p>With {@link StateType#BLOCK8} a slice begins at a multiple of 256, and ends at one or where the whole
         * does.
         *
         * @param first       where the slice begins in the whole, at least 0
         * @param wholeLength the elements of the whole
         * @return this builder
         */
        public Builder slice(long first, long wholeLength) {
            if (wholeLength < 0) {
                throw new InvalidParameterException("the length of the whole is less than 0: " + wholeLength);
            }
            this.first = first;
            this.wholeLength = wholeLength;
            return this;
        }

        /**
         * The index of this parameter's random bits in stochastic rounding. Parameters with the same index, in
         * optimizers with the same seed, get the same bits.
         *
         * @param index any number; unless set, the number of parameters that were added to the optimizer before this
         *     one
         * @return this builder
         */
        public Builder randomIndex(long index) {
            randomIndex = index;
            return this;
        }

        /**
         * Has each step write the update, {@code old value - new value}, over the gradient, and leave the values as
         * they are. This is for a framework that subtracts the update by itself. The update is 0 where a step does not
         * move the values. The gradient must then be writable, and must not overlap other memory of the optimizer.
         *
         * @return this builder
         */
        public Builder updateInGradient() {
            updatesGradient = true;
            return this;
        }

        /**
         * The length of the tensor's rows: the elements of all its axes but the first, which are what one output of a
         * layer has. {@linkplain Settings#centralizeGradients Gradient centralization} needs it, and so do {@link
         * AdamP} and {@link SGDP}.
         *
         * @param rowLength at least 1; the parameter must be made up of whole rows, also where it is a slice. A tensor
         *     of one axis has none, and neither has a parameter unless they are set.
         * @return this builder
         */
        public Builder rowLength(long rowLength) {
            if (rowLength < 1) {
                throw new InvalidParameterException("a row has at least 1 element: " + rowLength);
            }
            this.rowLength = rowLength;
            return this;
        }

        /**
         * Memory of the caller for a buffer of the state, such as a part of a framework's flat state, a mapped file or
         * a shard. It is used with its contents: to begin anew, it must be zeros. It must stay alive as long as the
         * parameter is in an optimizer. It must not be closed while a step runs: this is not detected in all cases, and
         * the step would then write to freed memory.
         *
         * <p>Memory for {@link StateBuffer#SLOW_PARAM} is always float32, and so is that of slow momenta. The
         * parameter's first step writes the values to the slow weights. Only after {@link Optimizer#setStepCount} or
         * {@link Optimizer#restore} their contents are used.
         *
         * @param buffer the buffer's name, as in {@link Hyperparameters#state()}, such as {@code exp_avg}
         * @param memory native or device memory, writable: as many elements of the group's {@link StateType} as the
         *               parameter has
         * @return this builder
         */
        public Builder state(String buffer, MemorySegment memory) {
            state.put(Objects.requireNonNull(buffer, "buffer"), Objects.requireNonNull(memory, "memory"));
            return this;
        }

        /**
         * Memory of the caller for the scales of a buffer under {@link StateType#BLOCK8}. It goes with the memory of
         * {@link #state(String, MemorySegment)}.
         *
         * @param buffer the buffer's name
         * @param memory native or device memory, writable: one {@code float} for each 256 elements of the parameter,
         *               rounded up
         * @return this builder
         */
        public Builder stateScales(String buffer, MemorySegment memory) {
            stateScales.put(Objects.requireNonNull(buffer, "buffer"), Objects.requireNonNull(memory, "memory"));
            return this;
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
         * How 16-bit values are rounded, or the copy of float32 values. Under {@link Rounding#NEAREST}, an update of
         * less than half a unit in the last place of a value is lost.
         *
         * @param rounding to nearest unless set
         * @return this builder
         */
        public Builder rounding(Rounding rounding) {
            this.rounding = Objects.requireNonNull(rounding, "rounding");
            return this;
        }

        /**
         * A copy of float32 values in a 16-bit type, which every step writes. The values are the masters, and the model
         * computes with the copy.
         *
         * @param copy as many elements as the values; writable, aligned to the type; never read
         * @param type {@link DType#BFLOAT16} or {@link DType#FLOAT16}
         * @return this builder
         */
        public Builder copy(MemorySegment copy, DType type) {
            this.copy = Objects.requireNonNull(copy, "copy");
            copyType = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Makes the values bfloat16, and the upper halves of float32 numbers that steps update without loss. The lower
         * halves are in memory of their own. The model computes with the values as they are: masters and the model's
         * copy together take 4 bytes for an element, where float32 with a {@link #copy} takes 6. Steps give the bits of
         * float32 values.
         *
         * <p>Where the values begin as they are in a model, the lower halves begin as zeros: {@code
         * arena.allocate(values.byteSize(), 2)}. {@link Conversions#split} makes both of float32 numbers, and {@link
         * Conversions#join} has the numbers. Whoever writes other values, such as saved weights, fills the lower halves
         * with zeros; what is left there would move each value by up to half a unit in its last place.
         *
         * <p>{@link Rounding} and {@link #copy} are not for such values. Each value is the nearest to its number, and
         * of two the one further from zero. A parameter that is bound to other memory keeps its lower halves. With
         * {@link #updateInGradient}, whoever applies the update does so to the numbers, of which {@link
         * Conversions#split} makes both halves anew.
         *
         * @param lowerHalves as many 16-bit elements as the values; writable, aligned to 2 bytes
         * @return this builder
         */
        public Builder split(MemorySegment lowerHalves) {
            this.lowerHalves = Objects.requireNonNull(lowerHalves, "lowerHalves");
            valuesType = DType.BFLOAT16;
            return this;
        }

        /**
         * An exponential moving average of the values, updated by every step: {@code average = average + (1 - decay) *
         * (value - average)}. The average begins with what the memory holds.
         *
         * @param average as many {@code float}s; writable, aligned to 4 bytes
         * @param decay   in [0, 1], such as 0.999
         * @return this builder
         */
        public Builder average(MemorySegment average, double decay) {
            return average(average, AverageDecay.constant(decay));
        }

        /**
         * An exponential moving average of the values, updated by every step, whose decay changes.
         *
         * @param average as many {@code float}s; writable, aligned to 4 bytes
         * @param decay   of each step
         * @return this builder
         */
        public Builder average(MemorySegment average, AverageDecay decay) {
            this.average = Objects.requireNonNull(average, "average");
            averageDecay = Objects.requireNonNull(decay, "decay");
            return this;
        }

        /**
         * Builds the parameter.
         *
         * @return the parameter
         * @throws InvalidParameterException if a segment does not fit its type or the length of the values, values and
         *     gradient overlap, or the types of values and copy, or of values and lower halves, do not go together
         */
        public Parameter build() {
            return new Parameter(this);
        }
    }

    /**
     * A parameter in native memory or in a {@code float[]}, whose gradient is {@linkplain Optimizer#bind bound} later.
     *
     * @param values the values, updated in place; writable, aligned to 4 bytes
     * @return the parameter
     * @throws InvalidParameterException if the segment does not fit these terms
     */
    public static Parameter of(MemorySegment values) {
        return builder(values).build();
    }

    /**
     * A parameter in an array, whose gradient is {@linkplain Optimizer#bind bound} later.
     *
     * @param values the values, updated in place
     * @return the parameter
     */
    public static Parameter of(float[] values) {
        return of(MemorySegment.ofArray(Objects.requireNonNull(values, "values")));
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
     * The name.
     *
     * @return null if it has none
     */
    public String name() {
        return name;
    }

    /**
     * The values that the parameter was made with. An optimizer may have others bound to it: see {@link
     * Optimizer#values}.
     *
     * @return the segment that steps update, unless another is bound
     */
    public MemorySegment values() {
        return values;
    }

    /**
     * The gradient that the parameter was made with. An optimizer may have another bound to it: see {@link
     * Optimizer#gradient}.
     *
     * @return the segment that steps read, unless another is bound; null if the parameter was made without one
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
     * How 16-bit values are rounded, or the copy of float32 values.
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
     * The lower halves of the float32 numbers whose upper halves are the values.
     *
     * @return the segment that steps update; null if the values are numbers by themselves
     */
    public MemorySegment lowerHalves() {
        return lowerHalves;
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
     * @return of each step; null if there is no average
     */
    public AverageDecay averageDecay() {
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

    /**
     * Where the parameter begins in the tensor that it is a slice of.
     *
     * @return 0 if it is a whole tensor
     */
    public long first() {
        return first;
    }

    /**
     * The number of elements of the tensor that the parameter is a slice of.
     *
     * @return {@link #length()} if it is a whole tensor
     */
    public long wholeLength() {
        return wholeLength;
    }

    /**
     * The index of its random bits in stochastic rounding.
     *
     * @return null if it was not set: see {@link Builder#randomIndex}
     */
    public Long randomIndex() {
        return randomIndex;
    }

    /**
     * Whether steps write the update over the gradient.
     *
     * @return false if they move the values
     */
    public boolean updatesGradient() {
        return updatesGradient;
    }

    /**
     * The length of the tensor's rows.
     *
     * @return 0 if it was not {@linkplain Builder#rowLength set}
     */
    public long rowLength() {
        return rowLength;
    }

    /**
     * The memory that the caller provides for buffers of the state.
     *
     * @return by the buffers' names; immutable
     */
    public Map<String, MemorySegment> state() {
        return state;
    }

    /**
     * The memory that the caller provides for the scales of buffers of the state.
     *
     * @return by the buffers' names; immutable
     */
    public Map<String, MemorySegment> stateScales() {
        return stateScales;
    }

    private static MemorySegment segment(FloatBuffer buffer, String what) {
        requireNativeOrder(Objects.requireNonNull(buffer, what).order(), what);
        return MemorySegment.ofBuffer((Buffer) buffer);
    }

    private static MemorySegment segment(ByteBuffer buffer, String what) {
        requireNativeOrder(Objects.requireNonNull(buffer, what).order(), what);
        if (!buffer.isDirect()) {
            throw new InvalidParameterException("the buffer of the " + what + " is not direct, and bytes of an array "
                    + "are misaligned for float: " + buffer);
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
        return "Parameter[" + (name == null ? "" : name + ": ") + length + " "
                + valuesType.name().toLowerCase(Locale.ROOT) + " at " + values + "]";
    }
}
