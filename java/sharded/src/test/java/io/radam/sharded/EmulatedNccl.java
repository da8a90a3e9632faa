package io.radam.sharded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the emulated NCCL of the native tests has for tests. */
final class EmulatedNccl {
    static final String PROPERTY = "radam.nccl.library";
    static final String PATH = System.getProperty(PROPERTY);
    private static final String EMULATED_CUDA = System.getProperty("radam.cuda.library.path");

    private EmulatedNccl() {
    }

    /** Skips the test where the native tests were not built. */
    static void require() {
        assumeTrue(Files.exists(Path.of(PATH)), "the native tests, and with them the emulated NCCL, were not built");
    }

    /** The emulated device, with a stream of its own. */
    static CudaDevice device() {
        CudaDevice device = CudaDevice.of(0);
        return device.withStream(device.newStream(Arena.ofAuto()));
    }

    private static Object call(String name, FunctionDescriptor descriptor, Object... arguments) {
        return callOf(PATH, name, descriptor, arguments);
    }

    private static Object callOf(String library, String name, FunctionDescriptor descriptor, Object... arguments) {
        MemorySegment symbol = SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow(name);
        try {
            return Linker.nativeLinker().downcallHandle(symbol, descriptor).invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Has something go wrong for a rank from now on; "" is nothing. */
    static void trouble(String what, int rank) {
        try (Arena arena = Arena.ofConfined()) {
            call("radam_nccl_trouble", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT), arena.allocateFrom(what), rank);
        }
    }

    /** Has a device's stream work on something else. Returns the number of that work. */
    static long beginOtherWork(CudaDevice device) {
        return (long) callOf(EMULATED_CUDA, "radam_emulated_work_begins",
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG), device.stream().handle(),
                MemorySegment.NULL, 0L);
    }

    static void endOtherWork(long work) {
        callOf(EMULATED_CUDA, "radam_emulated_work_ends", FunctionDescriptor.ofVoid(JAVA_LONG), work);
    }

    /** Gives the thread's library a version. */
    static void setVersion(int code) {
        call("radam_nccl_set_version", FunctionDescriptor.ofVoid(JAVA_INT), code);
    }

    /** The communicators that were not freed. */
    static int alive() {
        return (int) call("radam_nccl_alive", FunctionDescriptor.of(JAVA_INT));
    }
}
