package io.radam.internal.library;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_abi_version;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_last_error;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_status_string;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.ffi.RadamCudaH;
import io.radam.internal.ffi.RadamH;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Loads libradam_cuda, once: the file or the folder that the system property {@code radam.cuda.library.path} names, or
 * else the library of the artifact {@code radam-cuda}.
 */
public final class CudaLibrary {
    /** Names a library file, or a folder that holds one, to load in place of the bundled library. */
    private static final String PATH_PROPERTY = "radam.cuda.library.path";

    /** The functions that the bindings need. The bindings fail with an Error if one is missing. */
    private static final List<String> FUNCTIONS = List.of(
            "radam_cuda_abi_version", "radam_cuda_status_string", "radam_cuda_last_error", "radam_cuda_device_count",
            "radam_cuda_device_info", "radam_cuda_malloc", "radam_cuda_free", "radam_cuda_host_malloc",
            "radam_cuda_host_free", "radam_cuda_copy", "radam_cuda_fill", "radam_cuda_check_pointer",
            "radam_cuda_stream_create", "radam_cuda_stream_destroy", "radam_cuda_stream_synchronize",
            "radam_cuda_stream_wait", "radam_cuda_event_create", "radam_cuda_event_destroy",
            "radam_cuda_event_record", "radam_cuda_event_synchronize", "radam_cuda_event_elapsed",
            "radam_cuda_plan_size", "radam_cuda_plan_init", "radam_cuda_set_coefficients", "radam_cuda_step",
            "radam_cuda_gradient_statistics", "radam_cuda_gradient_means", "radam_cuda_tensor_sums",
            "radam_cuda_row_sums", "radam_cuda_piece_statistics", "radam_cuda_piece_sums", "radam_cuda_add_gradients",
            "radam_cuda_round_gradient");

    private static final class Holder {
        static final LoadingOutcome OUTCOME = new LibraryLoader("radam_cuda", PATH_PROPERTY, FUNCTIONS)
                .load(() -> radam_cuda_abi_version(), () -> RadamCudaH.RADAM_CUDA_ABI_VERSION());
    }

    /** The statuses for which CUDA has a message of its own. */
    private static final class WithWordsOfCuda {
        static final Set<Integer> STATUSES = Set.of(RadamCudaH.RADAM_CUDA_ERROR_NO_DEVICE(),
                RadamCudaH.RADAM_CUDA_ERROR_DRIVER(), RadamCudaH.RADAM_CUDA_ERROR_DEVICE(),
                RadamCudaH.RADAM_CUDA_ERROR_ARCHITECTURE(), RadamCudaH.RADAM_CUDA_ERROR_MEMORY(),
                RadamCudaH.RADAM_CUDA_ERROR_CUDA());
    }

    private CudaLibrary() {
    }

    /**
     * Loads the library at the first call.
     *
     * @throws BackendException if it cannot be used
     */
    public static void require() {
        LoadingOutcome outcome = Holder.OUTCOME;
        if (!outcome.loaded()) {
            String hint = outcome.cause() instanceof BundledLibrary.MissingException
                    ? "; is the artifact radam-cuda on the class path?" : "";
            throw new BackendException("libradam_cuda cannot be used: " + outcome.failure() + hint, outcome.cause());
        }
    }

    /**
     * Calls a function that creates something.
     *
     * @param what   what is created, for messages
     * @param create the call, which writes a pointer to the given address and returns a status
     * @return the pointer that the call has written
     */
    public static MemorySegment create(String what, ToIntFunction<MemorySegment> create) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            check(create.applyAsInt(pointer), what);
            return pointer.get(ValueLayout.ADDRESS, 0);
        }
    }

    /**
     * Fails if a call has failed.
     *
     * @param status what the call returned
     * @param what   what the call was about, for messages
     * @throws InvalidParameterException if memory is not the device's, misaligned or overlaps
     * @throws BackendException if the call failed otherwise
     */
    public static void check(int status, String what) {
        if (status == RadamH.RADAM_OK()) {
            return;
        }
        String words = WithWordsOfCuda.STATUSES.contains(status)
                ? " (" + radam_cuda_last_error().getString(0) + ")" : "";
        String message = what + ": " + radam_cuda_status_string(status).getString(0) + words;
        if (status == RadamCudaH.RADAM_CUDA_ERROR_POINTER() || status == RadamCudaH.RADAM_CUDA_ERROR_ALIGNMENT()
                || status == RadamH.RADAM_ERROR_OVERLAP()) {
            throw new InvalidParameterException(message);
        }
        throw new BackendException(message, null);
    }
}
