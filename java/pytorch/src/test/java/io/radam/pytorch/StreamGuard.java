package io.radam.pytorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** Makes a stream PyTorch's current one for this thread, as its {@code CUDAStreamGuard} does, until it is closed. */
final class StreamGuard implements AutoCloseable {
    private static final SymbolLookup LIBRARY =
            SymbolLookup.libraryLookup(System.mapLibraryName("torch_cuda"), Arena.global());
    private static final MethodHandle CREATE = Linker.nativeLinker().downcallHandle(
            LIBRARY.findOrThrow("aoti_torch_create_cuda_stream_guard"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle DELETE = Linker.nativeLinker().downcallHandle(
            LIBRARY.findOrThrow("aoti_torch_delete_cuda_stream_guard"), FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private final MemorySegment guard;

    StreamGuard(CudaStream stream) {
        MemorySegment created = Arena.ofAuto().allocate(ADDRESS);
        try {
            require((int) CREATE.invokeExact(stream.handle(), 0, created));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        guard = created.get(ADDRESS, 0);
    }

    private static void require(int status) {
        if (status != 0) {
            throw new AssertionError("libtorch failed; it says why on the standard error");
        }
    }

    @Override
    public void close() {
        try {
            require((int) DELETE.invokeExact(guard));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
