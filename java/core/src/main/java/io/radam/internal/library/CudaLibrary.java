package io.radam.internal.library;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_abi_version;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_last_error;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_status_string;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.ffi.RadamCudaH;
import io.radam.internal.ffi.RadamH;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Loads libradam_cuda, once: the file or the folder that the system property {@code radam.cuda.library.path} names, or
 * else the library of the artifact {@code radam-cuda}.
 */
public final class CudaLibrary {
    /** Names a library file, or a folder that holds one, to load in place of the bundled library. */
    public static final String PATH_PROPERTY = "radam.cuda.library.path";

    /** What the bindings need; they fail with an Error where a function is missing. */
    private static final List<String> FUNCTIONS = List.of("abi_version", "status_string", "last_error", "device_count",
            "device_info", "malloc", "free", "host_malloc", "host_free", "copy", "fill", "check_pointer", "stream_create",
            "stream_destroy", "stream_synchronize", "stream_wait", "event_create", "event_destroy", "event_record",
            "event_synchronize", "event_elapsed", "plan_size", "plan_init", "set_coefficients", "step",
            "gradient_statistics");

    /** The statuses that stand for an error of CUDA's own. */
    private static final Set<Integer> WITH_WORDS_OF_CUDA = Set.of(RadamCudaH.RADAM_CUDA_ERROR_NO_DEVICE(),
            RadamCudaH.RADAM_CUDA_ERROR_DRIVER(), RadamCudaH.RADAM_CUDA_ERROR_DEVICE(),
            RadamCudaH.RADAM_CUDA_ERROR_ARCHITECTURE(), RadamCudaH.RADAM_CUDA_ERROR_MEMORY(),
            RadamCudaH.RADAM_CUDA_ERROR_CUDA());

    private static final String FILE_NAME = System.mapLibraryName("radam_cuda");

    /** Why the library cannot be used; null if it can. */
    private static final class Failure {
        static final String WHY;
        static final Throwable CAUSE;

        static {
            String why;
            Throwable cause = null;
            try {
                load();
                why = mismatch();
            } catch (IOException | UnsatisfiedLinkError | RuntimeException e) {
                // RuntimeException: access denied (IllegalCallerException), or a platform without a linker.
                why = e.getMessage() != null ? e.getMessage() : e.toString();
                cause = e;
            }
            WHY = why;
            CAUSE = cause;
        }
    }

    private CudaLibrary() {
    }

    /**
     * Loads the library at the first call.
     *
     * @throws BackendException if it cannot be used
     */
    public static void require() {
        if (Failure.WHY != null) {
            String path = System.getProperty(PATH_PROPERTY, "");
            throw new BackendException("libradam_cuda cannot be used: "
                    + (path.isEmpty() ? "" : PATH_PROPERTY + "=" + path + ": ") + Failure.WHY, Failure.CAUSE);
        }
    }

    private static void load() throws IOException {
        String name = System.getProperty(PATH_PROPERTY, "");
        if (name.isEmpty()) {
            try {
                BundledLibrary.load(FILE_NAME);
            } catch (BundledLibrary.MissingException e) {
                throw new IOException(e.getMessage() + "; is the artifact radam-cuda on the class path?", e);
            }
            return;
        }
        Path path = Path.of(name);
        Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        System.load(file.toAbsolutePath().toString());
    }

    private static String mismatch() {
        if (SymbolLookup.loaderLookup().find("radam_cuda_abi_version").isEmpty()) {
            return "it is not libradam_cuda: it has no function radam_cuda_abi_version";
        }
        int found = radam_cuda_abi_version();
        int expected = RadamCudaH.RADAM_CUDA_ABI_VERSION();
        if (found != expected) {
            return "its ABI version is " + found + ", these classes need " + expected;
        }
        for (String function : FUNCTIONS) {
            if (SymbolLookup.loaderLookup().find("radam_cuda_" + function).isEmpty()) {
                return "it has no function radam_cuda_" + function;
            }
        }
        return null;
    }

    /**
     * What a call creates.
     *
     * @param what   it is about
     * @param create the call, which is given where to put a pointer, and returns a status
     * @return the pointer
     */
    public static MemorySegment create(String what, ToIntFunction<MemorySegment> create) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            check(create.applyAsInt(pointer), what);
            return pointer.get(ValueLayout.ADDRESS, 0);
        }
    }

    /**
     * Fails if a call has.
     *
     * @param status what it returned
     * @param what   it was about
     * @throws InvalidParameterException if memory is not the device's, misaligned or overlaps
     * @throws BackendException if it failed otherwise
     */
    public static void check(int status, String what) {
        if (status == RadamH.RADAM_OK()) {
            return;
        }
        String words = WITH_WORDS_OF_CUDA.contains(status) ? " (" + radam_cuda_last_error().getString(0) + ")" : "";
        String message = what + ": " + radam_cuda_status_string(status).getString(0) + words;
        if (status == RadamCudaH.RADAM_CUDA_ERROR_POINTER() || status == RadamCudaH.RADAM_CUDA_ERROR_ALIGNMENT()
                || status == RadamH.RADAM_ERROR_OVERLAP()) {
            throw new InvalidParameterException(message);
        }
        throw new BackendException(message, null);
    }
}
