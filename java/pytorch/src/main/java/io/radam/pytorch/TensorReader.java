package io.radam.pytorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.radam.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.bytedeco.pytorch.Tensor;

/**
 * Reads what a tensor is and where its memory is, by libtorch's stable C interface. A handle there is the address of a
 * {@code torch::Tensor}, which JavaCPP's tensors have. A call takes some nanoseconds and makes no Java object: a step
 * has many of them. For one thread at a time.
 *
 * <p>Tests make others, which take some tensors for those of a GPU.
 */
class TensorReader {
    /** Stands for the processor, where GPUs have the numbers of CUDA, from 0. */
    static final int CPU = -1;
    /** Stands for devices that cannot step. */
    static final int OTHER_DEVICE = -2;

    private static final SymbolLookup LIBTORCH = Libtorch.load();
    private static final MethodHandle LAYOUT = reader("aoti_torch_get_layout");
    private static final MethodHandle DEVICE_TYPE = reader("aoti_torch_get_device_type");
    private static final MethodHandle DEVICE_INDEX = reader("aoti_torch_get_device_index");
    private static final MethodHandle DTYPE = reader("aoti_torch_get_dtype");
    private static final MethodHandle DIM = reader("aoti_torch_get_dim");
    private static final MethodHandle SIZES = reader("aoti_torch_get_sizes");
    private static final MethodHandle STRIDES = reader("aoti_torch_get_strides");
    private static final MethodHandle DATA = reader("aoti_torch_get_data_ptr");

    static final int STRIDED = constant("aoti_torch_layout_strided");
    private static final int CPU_TYPE = constant("aoti_torch_device_type_cpu");
    private static final int CUDA_TYPE = constant("aoti_torch_device_type_cuda");
    static final int FLOAT32 = constant("aoti_torch_dtype_float32");
    static final int BFLOAT16 = constant("aoti_torch_dtype_bfloat16");
    static final int FLOAT16 = constant("aoti_torch_dtype_float16");

    /** All memory, to read the arrays that libtorch lends. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** Read at the first tensor on a GPU. */
    private static final class Cuda {
        /** The library was loaded with that tensor. The linker finds it by its name wherever it is. */
        static final MethodHandle CURRENT_STREAM = Linker.nativeLinker().downcallHandle(
                SymbolLookup.libraryLookup(System.mapLibraryName("torch_cuda"), Arena.global())
                        .findOrThrow("aoti_torch_get_current_cuda_stream"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    private final MemorySegment result = Arena.ofAuto().allocate(JAVA_LONG);

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

    /** The number of the GPU that a tensor is on, {@link #CPU} or {@link #OTHER_DEVICE}. */
    int device(long handle) {
        int type = readInt(DEVICE_TYPE, handle);
        return type == CPU_TYPE ? CPU : type == CUDA_TYPE ? readInt(DEVICE_INDEX, handle) : OTHER_DEVICE;
    }

    /** The name that PyTorch has for a GPU or the processor. */
    static String deviceName(int device) {
        return device == CPU ? "cpu" : "cuda:" + device;
    }

    /** The {@code cudaStream_t} that PyTorch queues this thread's work of a GPU in. */
    long currentStream(int device) {
        int status;
        try {
            status = (int) Cuda.CURRENT_STREAM.invokeExact(device, result);
        } catch (Throwable e) {
            throw new BackendException("libtorch cannot be asked for its stream of " + deviceName(device), e);
        }
        if (status != 0) {
            throw new BackendException("libtorch has no stream of " + deviceName(device)
                    + "; it says why on the standard error", null);
        }
        return result.get(JAVA_LONG, 0);
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
