package io.radam.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor of a PyTorch file. It is a view of the file, which has to be open while it is used. Its bytes are checked by
 * {@link TorchFile#verify()} and by a restore.
 */
public final class TorchTensor {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);
    /** PyTorch has no tensor of more. */
    static final int MOST_DIMENSIONS = 64;

    private final Type type;
    private final StoredZip.Entry entry;
    private final MemorySegment storage;
    private final long offset;
    private final long[] shape;
    private final long[] strides;
    private final long length;

    /** What a tensor's elements are. */
    public enum Type {
        /** {@code torch.float64}. */
        FLOAT64("DoubleStorage", 8),
        /** {@code torch.float32}. */
        FLOAT32("FloatStorage", 4),
        /** {@code torch.float16}. */
        FLOAT16("HalfStorage", 2),
        /** {@code torch.bfloat16}. */
        BFLOAT16("BFloat16Storage", 2),
        /** {@code torch.int64}. */
        INT64("LongStorage", 8),
        /** {@code torch.int32}. */
        INT32("IntStorage", 4),
        /** {@code torch.int16}. */
        INT16("ShortStorage", 2),
        /** {@code torch.int8}. */
        INT8("CharStorage", 1),
        /** {@code torch.uint8}. */
        UINT8("ByteStorage", 1),
        /** {@code torch.bool}, a byte of 0 or 1. */
        BOOL("BoolStorage", 1);

        private final String storage;
        private final int bytes;

        Type(String storage, int bytes) {
            this.storage = storage;
            this.bytes = bytes;
        }

        /**
         * The size of an element.
         *
         * @return 1, 2, 4 or 8 bytes
         */
        public int bytes() {
            return bytes;
        }

        /** What PyTorch calls storage of this type. */
        String storage() {
            return storage;
        }

        /** Null if there is none of that name. */
        static Type ofStorage(String name) {
            return Arrays.stream(values()).filter(type -> type.storage.equals(name)).findFirst().orElse(null);
        }
    }

    /**
     * A view of a storage, which other tensors may share.
     *
     * @param offset of the first element, in elements
     * @throws Malformed if an element is not in the storage
     */
    TorchTensor(Type type, StoredZip.Entry entry, MemorySegment storage, long offset, long[] shape, long[] strides) {
        this.type = type;
        this.entry = entry;
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        Malformed.require(shape.length == strides.length && shape.length <= MOST_DIMENSIONS && offset >= 0
                && Arrays.stream(shape).allMatch(size -> size >= 0)
                && Arrays.stream(strides).allMatch(stride -> stride >= 0), "a tensor has a shape that is none");
        long elements = storage.byteSize() / type.bytes;
        try {
            length = Arrays.stream(shape).anyMatch(size -> size == 0) ? 0
                    : Arrays.stream(shape).reduce(1, Math::multiplyExact);
            long last = offset;
            for (int i = 0; i < shape.length; i++) {
                last = Math.addExact(last, Math.multiplyExact(Math.max(shape[i] - 1, 0), strides[i]));
            }
            Malformed.require(length == 0 ? offset <= elements : last < elements,
                    "a tensor of the shape " + Arrays.toString(shape) + " is larger than its storage");
        } catch (ArithmeticException e) {
            throw new Malformed("a tensor of the shape " + Arrays.toString(shape) + " is too large", e);
        }
    }

    /**
     * What its elements are.
     *
     * @return the type
     */
    public Type type() {
        return type;
    }

    /**
     * Its shape.
     *
     * @return a copy; none for a scalar
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * The number of its elements.
     *
     * @return the product of the shape
     */
    public long length() {
        return length;
    }

    /** The entry of the zip file that has its elements. */
    StoredZip.Entry entry() {
        return entry;
    }

    /**
     * The value of a tensor of one element.
     *
     * @return the value; a number of 64 bits may be rounded
     * @throws IllegalStateException if it has not one element
     */
    public double item() {
        if (length != 1) {
            throw new IllegalStateException("the tensor has " + length + " elements");
        }
        return element(offset);
    }

    /**
     * Copies the elements, in the order of rows, whatever their strides are.
     *
     * @param floats as many floats in native byte order; values of 16 bits become the same as floats
     * @throws IllegalArgumentException if the memory is of another size, or the type is none of FLOAT32, FLOAT16 and
     *     BFLOAT16: its values would not be exact
     * @throws UnsupportedOperationException on a big-endian machine
     */
    public void copyTo(MemorySegment floats) {
        Objects.requireNonNull(floats, "floats");
        Contents.requireLittleEndian();
        if (floats.byteSize() / Float.BYTES != length || floats.byteSize() % Float.BYTES != 0) {
            throw new IllegalArgumentException("the memory has " + floats.byteSize() + " bytes, the tensor " + length
                    + " elements");
        }
        if (!isExactAsFloat()) {
            throw new IllegalArgumentException(type + " is not exact as float");
        }
        if (type == Type.FLOAT32 && isContiguous()) {
            DeviceAccess.copyOnHost(contiguous(), floats);
            return;
        }
        long[] index = new long[shape.length];
        long at = offset;
        for (long i = 0; i < length; i++) {
            floats.set(FLOAT, i * Float.BYTES, (float) element(at));
            for (int d = shape.length - 1; d >= 0; d--) {
                at += strides[d];
                if (++index[d] < shape[d]) {
                    break;
                }
                at -= index[d] * strides[d];
                index[d] = 0;
            }
        }
    }

    boolean isExactAsFloat() {
        return type == Type.FLOAT32 || type == Type.FLOAT16 || type == Type.BFLOAT16;
    }

    /** Whether its elements lie one after the other in the order of rows. */
    boolean isContiguous() {
        long expected = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != expected && length > 0) {
                return false;
            }
            expected *= shape[d];
        }
        return true;
    }

    /** The bytes of a tensor that is contiguous. */
    MemorySegment contiguous() {
        return storage.asSlice(offset * type.bytes, length * type.bytes);
    }

    private double element(long at) {
        long begin = at * type.bytes;
        return switch (type) {
            case FLOAT64 -> storage.get(DOUBLE, begin);
            case FLOAT32 -> storage.get(FLOAT, begin);
            case FLOAT16 -> Float.float16ToFloat(storage.get(SHORT, begin));
            case BFLOAT16 -> Float.intBitsToFloat(storage.get(SHORT, begin) << Short.SIZE);
            case INT64 -> storage.get(LONG, begin);
            case INT32 -> storage.get(INT, begin);
            case INT16 -> storage.get(SHORT, begin);
            case INT8 -> storage.get(ValueLayout.JAVA_BYTE, begin);
            case UINT8, BOOL -> storage.get(ValueLayout.JAVA_BYTE, begin) & 0xff;
        };
    }

    /**
     * Its type and shape.
     *
     * @return such as {@code FLOAT32[3, 100]}
     */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
