package io.radam.pytorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads what a tensor is and where its memory is, by libtorch's stable C interface. A handle there is the address of a
 * {@code torch::Tensor}, which JavaCPP's tensors have. A call takes some nanoseconds and makes no Java object: a step
 * has many of them. For one thread at a time.
 */
final class TensorReader {
    private static final SymbolLookup LIBTORCH = libtorch();
    private static final MethodHandle LAYOUT = reader("aoti_torch_get_layout");
    private static final MethodHandle DEVICE_TYPE = reader("aoti_torch_get_device_type");
    private static final MethodHandle DTYPE = reader("aoti_torch_get_dtype");
    private static final MethodHandle DIM = reader("aoti_torch_get_dim");
    private static final MethodHandle SIZES = reader("aoti_torch_get_sizes");
    private static final MethodHandle STRIDES = reader("aoti_torch_get_strides");
    private static final MethodHandle DATA = reader("aoti_torch_get_data_ptr");

    static final int STRIDED = constant("aoti_torch_layout_strided");
    static final int CPU = constant("aoti_torch_device_type_cpu");
    static final int FLOAT32 = constant("aoti_torch_dtype_float32");
    static final int BFLOAT16 = constant("aoti_torch_dtype_bfloat16");
    static final int FLOAT16 = constant("aoti_torch_dtype_float16");

    /** All memory, to read the arrays that libtorch lends. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final MemorySegment result = Arena.ofAuto().allocate(JAVA_LONG);

    /** That of the binding itself: there may be others in the process. */
    private static SymbolLookup libtorch() {
        return SymbolLookup.libraryLookup(Path.of(Loader.load(torch.class)), Arena.global());
    }

    /** The calls do so little that they need not tell the garbage collector. */
    private static MethodHandle reader(String name) {
        return Linker.nativeLinker().downcallHandle(LIBTORCH.findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS), Linker.Option.critical(false));
    }

    private static int constant(String name) {
        try {
            return (int) Linker.nativeLinker().downcallHandle(LIBTORCH.findOrThrow(name),
                    FunctionDescriptor.of(JAVA_INT)).invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The handle of a tensor that JavaCPP has. */
    static long handle(Tensor tensor) {
        return tensor.address();
    }

    int layout(long handle) {
        return readInt(LAYOUT, handle);
    }

    int deviceType(long handle) {
        return readInt(DEVICE_TYPE, handle);
    }

    int type(long handle) {
        return readInt(DTYPE, handle);
    }

    /** The number of dimensions. */
    long dimensions(long handle) {
        return readLong(DIM, handle);
    }

    /** The address of the sizes, one {@code long} for each dimension. */
    long sizes(long handle) {
        return readLong(SIZES, handle);
    }

    /** The address of the strides, one {@code long} for each dimension. */
    long strides(long handle) {
        return readLong(STRIDES, handle);
    }

    /** The address of the first element. */
    long data(long handle) {
        return readLong(DATA, handle);
    }

    /** An element of an array of libtorch's. */
    static long element(long array, int index) {
        return MEMORY.getAtIndex(JAVA_LONG, array / Long.BYTES + index);
    }

    private int readInt(MethodHandle reader, long handle) {
        read(reader, handle);
        return result.get(JAVA_INT, 0);
    }

    private long readLong(MethodHandle reader, long handle) {
        read(reader, handle);
        return result.get(JAVA_LONG, 0);
    }

    private void read(MethodHandle reader, long handle) {
        int status;
        try {
            status = (int) reader.invokeExact(handle, result);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (status != 0) {
            throw new IllegalStateException("libtorch could not read a tensor; it says why on the standard error");
        }
    }
}
