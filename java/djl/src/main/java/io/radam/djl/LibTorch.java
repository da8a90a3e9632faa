package io.radam.djl;

import ai.djl.pytorch.jni.LibUtils;
import io.radam.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Asks the libtorch that DJL has loaded about a tensor, through libtorch's stable C interface. DJL's handle of an array
 * is the address of a {@code torch::Tensor}, which is what that interface takes.
 *
 * <p>For one thread at a time: answers are written to memory of the instance.
 */
final class LibTorch {
    /** {@code c10::DeviceType::CPU}. */
    static final int CPU = 0;

    private static final ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG;

    private static final MethodHandle DATA = function("data_ptr");
    private static final MethodHandle DIMENSIONS = function("dim");
    private static final MethodHandle SIZES = function("sizes");
    private static final MethodHandle STRIDES = function("strides");
    private static final MethodHandle DEVICE_TYPE = function("device_type");
    private static final MethodHandle NEW_HANDLE = named("aoti_torch_new_tensor_handle");

    private final MemorySegment answer = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    private static MethodHandle function(String property) {
        return named("aoti_torch_get_" + property);
    }

    private static MethodHandle named(String name) {
        Path library = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
        // It is loaded already, so this gives the same library again.
        MemorySegment address = SymbolLookup.libraryLookup(library, Arena.global()).find(name)
                .orElseThrow(() -> new BackendException(library + " has no " + name + ": use PyTorch 2.5 or newer",
                        null));
        return Linker.nativeLinker().downcallHandle(address,
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ADDRESS, ValueLayout.ADDRESS));
    }

    /** Where the tensor's elements are. */
    long data(long tensor) {
        ask(DATA, tensor);
        return answer.get(ADDRESS, 0);
    }

    int deviceType(long tensor) {
        ask(DEVICE_TYPE, tensor);
        return answer.get(ValueLayout.JAVA_INT, 0);
    }

    /** The number of elements of a tensor that lies in memory in the order of its indices; -1 if it does not. */
    long contiguousLength(long tensor) {
        ask(DIMENSIONS, tensor);
        int dimensions = Math.toIntExact(answer.get(ValueLayout.JAVA_LONG, 0));
        MemorySegment sizes = numbers(SIZES, tensor, dimensions);
        MemorySegment strides = numbers(STRIDES, tensor, dimensions);
        long length = 1;
        boolean contiguous = true;
        for (int i = dimensions - 1; i >= 0; i--) {
            long size = sizes.getAtIndex(ValueLayout.JAVA_LONG, i);
            // A stride over one element is never taken.
            contiguous &= size == 1 || strides.getAtIndex(ValueLayout.JAVA_LONG, i) == length;
            length *= size;
        }
        return contiguous || length == 0 ? length : -1;
    }

    /** Another handle of the same tensor, which is in memory until all its handles are deleted. */
    long newHandle(long tensor) {
        ask(NEW_HANDLE, tensor);
        return answer.get(ADDRESS, 0);
    }

    private MemorySegment numbers(MethodHandle what, long tensor, int count) {
        ask(what, tensor);
        return MemorySegment.ofAddress(answer.get(ADDRESS, 0)).reinterpret(ValueLayout.JAVA_LONG.byteSize() * count);
    }

    private void ask(MethodHandle what, long tensor) {
        int error;
        try {
            error = (int) what.invokeExact(tensor, answer);
        } catch (Throwable e) {
            throw new AssertionError("libtorch could not be called", e);
        }
        if (error != 0) {
            throw new BackendException("libtorch does not tell about a tensor; the reason is on the error output",
                    null);
        }
    }
}
