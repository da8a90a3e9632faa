package io.radam.pytorch;

import io.radam.DType;
import io.radam.InvalidParameterException;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/**
 * How the elements of a dense tensor are laid out in one range of memory, and on which device that is. Its gradients
 * have to be laid out alike: then a step goes through both as they are in memory, whatever the order of the dimensions.
 */
final class Layout {
    private final long[] sizes;
    private final long[] strides;
    private final int type;
    private final int device;

    private Layout(long[] sizes, long[] strides, int type, int device) {
        this.sizes = sizes;
        this.strides = strides;
        this.type = type;
        this.device = device;
    }

    private static Layout read(long handle, TensorReader reader) {
        int dimensions = (int) reader.dimensions(handle);
        return new Layout(copy(reader.sizes(handle), dimensions), copy(reader.strides(handle), dimensions),
                reader.type(handle), reader.device(handle));
    }

    /**
     * The layout of a parameter.
     *
     * @throws InvalidParameterException if it cannot be stepped as one range of memory
     */
    static Layout of(Tensor tensor, TensorReader reader, String what) {
        long handle = TensorReader.handle(tensor);
        requireMemory(tensor, handle, reader, what);
        if (reader.device(handle) == TensorReader.OTHER_DEVICE) {
            throw new InvalidParameterException(what + " is on the device " + deviceName(tensor, reader)
                    + "; tensors on the CPU and on GPUs of CUDA can be stepped");
        }
        int type = reader.type(handle);
        if (type != TensorReader.FLOAT32 && type != TensorReader.BFLOAT16 && type != TensorReader.FLOAT16) {
            throw new InvalidParameterException(what + " is of the type " + typeName(tensor)
                    + "; Float, BFloat16 and Half can be stepped");
        }
        Layout layout = read(handle, reader);
        if (!tensor.is_non_overlapping_and_dense()) {
            throw new InvalidParameterException(what + " is not one dense range of memory: " + layout
                    + "; a step would reach elements between its own");
        }
        return layout;
    }

    private static void requireMemory(Tensor tensor, long handle, TensorReader reader, String what) {
        if (reader.layout(handle) != TensorReader.STRIDED) {
            throw new InvalidParameterException(what + " is not strided, but " + tensor.layout().intern()
                    + ": only dense tensors can be stepped");
        }
        if (tensor.is_neg()) {
            throw new InvalidParameterException(what + " is negated lazily: its memory holds the negatives of its "
                    + "elements; resolve_neg() makes them real");
        }
    }

    /**
     * Fails unless a tensor is laid out like this.
     *
     * @throws InvalidParameterException if it is not
     */
    void require(Tensor tensor, int type, TensorReader reader, String what) {
        long handle = TensorReader.handle(tensor);
        requireMemory(tensor, handle, reader, what);
        if (reader.device(handle) != device) {
            throw new InvalidParameterException(what + " is on " + deviceName(tensor, reader)
                    + ", and the parameter was on " + TensorReader.deviceName(device) + " when it was added: move "
                    + "parameters before their optimizer is made");
        }
        if (reader.type(handle) != type) {
            throw new InvalidParameterException(what + " is of the type " + typeName(tensor) + ", expected is "
                    + typeName(type));
        }
        if (!isLike(handle, reader)) {
            throw new InvalidParameterException(what + " is laid out otherwise than the parameter was: "
                    + read(handle, reader) + ", not " + this);
        }
    }

    private boolean isLike(long handle, TensorReader reader) {
        if (reader.dimensions(handle) != sizes.length) {
            return false;
        }
        long otherSizes = reader.sizes(handle);
        long otherStrides = reader.strides(handle);
        boolean empty = elements() == 0;
        for (int i = 0; i < sizes.length; i++) {
            if (TensorReader.element(otherSizes, i) != sizes[i]) {
                return false;
            }
            // How far it is from one to the next says nothing where there is one.
            if (sizes[i] > 1 && !empty && TensorReader.element(otherStrides, i) != strides[i]) {
                return false;
            }
        }
        return true;
    }

    /** The number of elements. */
    long elements() {
        long elements = 1;
        for (long size : sizes) {
            elements *= size;
        }
        return elements;
    }

    /** The elements of a row, which are all dimensions but the first; 0 if there are no rows. */
    long rowLength() {
        return sizes.length < 2 || elements() == 0 ? 0 : elements() / sizes[0];
    }

    /** Whether each row is one range of memory, whatever the order of the dimensions within it. */
    boolean hasWholeRows() {
        return rowLength() == 0 || sizes[0] == 1 || strides[0] == rowLength();
    }

    int type() {
        return type;
    }

    /** As {@link TensorReader#device} has it. */
    int device() {
        return device;
    }

    /** The type of the elements as the optimizer names it. */
    DType dtype() {
        return type == TensorReader.FLOAT32 ? DType.FLOAT32
                : type == TensorReader.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT16;
    }

    /** libtorch's number of a type. */
    static int typeOf(DType type) {
        return switch (type) {
            case FLOAT32 -> TensorReader.FLOAT32;
            case BFLOAT16 -> TensorReader.BFLOAT16;
            case FLOAT16 -> TensorReader.FLOAT16;
        };
    }

    private static String deviceName(Tensor tensor, TensorReader reader) {
        int device = reader.device(TensorReader.handle(tensor));
        return device == TensorReader.OTHER_DEVICE ? tensor.device().str().getString()
                : TensorReader.deviceName(device);
    }

    private static String typeName(Tensor tensor) {
        return tensor.scalar_type().intern().name();
    }

    private static String typeName(int type) {
        return type == TensorReader.FLOAT32 ? "Float" : type == TensorReader.BFLOAT16 ? "BFloat16" : "Half";
    }

    private static long[] copy(long array, int length) {
        long[] copy = new long[length];
        for (int i = 0; i < length; i++) {
            copy[i] = TensorReader.element(array, i);
        }
        return copy;
    }

    @Override
    public String toString() {
        return "sizes " + Arrays.toString(sizes) + ", strides " + Arrays.toString(strides);
    }
}
