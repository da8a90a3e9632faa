package io.radam.sharded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of NCCL. Signatures and numbers are those of {@code nccl.h}. Communicators do not block: what a call
 * begins goes on in the background, and {@link #state} says how far it is.
 */
final class NcclLibrary {
    /** {@code ncclSuccess}. */
    static final int SUCCESS = 0;
    /** {@code ncclInProgress}. */
    static final int IN_PROGRESS = 7;

    static final int UNIQUE_ID_BYTES = 128;

    private static final String PROPERTY = "radam.nccl.library";
    private static final String NAME = "libnccl.so.2";
    /** The first version whose communicators need not block, as {@code NCCL_VERSION_CODE} has it. */
    private static final int OLDEST = 21400;
    /** {@code ncclUint8}. */
    private static final int BYTES = 1;

    /** {@code ncclConfig_t} as version 2.14 had it, which later versions take; its padding is not read. */
    private static final int CONFIG_BYTES = 24;
    private static final int CONFIG_MAGIC = 0xcafebeef;
    private static final long MAGIC_AT = 8;
    private static final long VERSION_AT = 12;
    private static final long BLOCKING_AT = 16;

    private static final MemoryLayout UNIQUE_ID =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(UNIQUE_ID_BYTES, JAVA_BYTE));
    private static final AddressLayout STRING =
            ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, JAVA_BYTE));

    private static final FunctionDescriptor NOTHING = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor ONE = FunctionDescriptor.of(JAVA_INT, ADDRESS);
    private static final FunctionDescriptor TWO = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
    private static final FunctionDescriptor JOIN =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, UNIQUE_ID, JAVA_INT, ADDRESS);
    private static final FunctionDescriptor MESSAGE =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final FunctionDescriptor ERROR_STRING = FunctionDescriptor.of(STRING, JAVA_INT);
    private static final FunctionDescriptor LAST_ERROR = FunctionDescriptor.of(STRING, ADDRESS);

    private final SymbolLookup symbols;
    private final MethodHandle getVersion;
    private final MethodHandle getUniqueId;
    private final MethodHandle initRank;
    private final MethodHandle getAsyncError;
    private final MethodHandle getDevice;
    private final MethodHandle groupStart;
    private final MethodHandle groupEnd;
    private final MethodHandle send;
    private final MethodHandle receive;
    private final MethodHandle finish;
    private final MethodHandle destroy;
    private final MethodHandle abort;
    private final MethodHandle errorString;
    private final MethodHandle lastError;

    private NcclLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
        getVersion = function("ncclGetVersion", ONE);
        requireVersion();
        getUniqueId = function("ncclGetUniqueId", ONE);
        initRank = function("ncclCommInitRankConfig", JOIN);
        getAsyncError = function("ncclCommGetAsyncError", TWO);
        getDevice = function("ncclCommCuDevice", TWO);
        groupStart = function("ncclGroupStart", NOTHING);
        groupEnd = function("ncclGroupEnd", NOTHING);
        send = function("ncclSend", MESSAGE);
        receive = function("ncclRecv", MESSAGE);
        finish = function("ncclCommFinalize", ONE);
        destroy = function("ncclCommDestroy", ONE);
        abort = function("ncclCommAbort", ONE);
        errorString = function("ncclGetErrorString", ERROR_STRING);
        lastError = function("ncclGetLastError", LAST_ERROR);
    }

    /**
     * Loads the library that the system property names, or else {@code libnccl.so.2}.
     *
     * @throws UnsupportedOperationException if it is not there, or too old
     */
    static NcclLibrary load() {
        String name = System.getProperty(PROPERTY, NAME);
        try {
            return new NcclLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new UnsupportedOperationException("NCCL cannot be used: " + name + ": " + e.getMessage()
                    + ". Install NCCL 2.14 or later, or name its library in -D" + PROPERTY, e);
        }
    }

    private MethodHandle function(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = symbols.find(name).orElseThrow(() -> new IllegalArgumentException("it has no " + name));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    private void requireVersion() {
        if (versionCode() < OLDEST) {
            throw new IllegalArgumentException("it is version " + version());
        }
    }

    /** The version's number, which grows from version to version. */
    int versionCode() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            int result = (int) getVersion.invokeExact(code);
            if (result != SUCCESS) {
                throw new IllegalArgumentException("ncclGetVersion fails with " + result);
            }
            return code.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The version as NVIDIA writes it. */
    String version() {
        int code = versionCode();
        int major = code < 10_000 ? 1000 : 10_000; // as of 2.9
        return code / major + "." + code % major / 100 + "." + code % 100;
    }

    /** What all ranks of a communicator have to know. */
    MemorySegment newUniqueId() {
        MemorySegment id = Arena.ofAuto().allocate(UNIQUE_ID_BYTES);
        try {
            check((int) getUniqueId.invokeExact(id), MemorySegment.NULL);
            return id;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Begins to join the other ranks.
     *
     * @return the communicator, which must be aborted or destroyed
     */
    MemorySegment join(MemorySegment uniqueId, int size, int rank) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
            config.set(JAVA_LONG, 0, CONFIG_BYTES);
            config.set(JAVA_INT, MAGIC_AT, CONFIG_MAGIC);
            config.set(JAVA_INT, VERSION_AT, OLDEST);
            config.set(JAVA_INT, BLOCKING_AT, 0);
            MemorySegment made = arena.allocate(ADDRESS);
            check((int) initRank.invokeExact(made, size, uniqueId, rank, config), MemorySegment.NULL);
            return made.get(ADDRESS, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@link #IN_PROGRESS} while a call goes on, {@link #SUCCESS} once it is done or queued, or else an error. */
    int state(MemorySegment communicator) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(JAVA_INT);
            int result = (int) getAsyncError.invokeExact(communicator, state);
            return result == SUCCESS ? state.get(JAVA_INT, 0) : result;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The number of the GPU that a communicator has. */
    int device(MemorySegment communicator) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(JAVA_INT);
            check((int) getDevice.invokeExact(communicator, device), communicator);
            return device.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins a group: its messages go at the same time. */
    void startGroup() {
        try {
            check((int) groupStart.invokeExact(), MemorySegment.NULL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins to queue a group. */
    void endGroup(MemorySegment communicator) {
        try {
            check((int) groupEnd.invokeExact(), communicator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Adds a message to the group: bytes of the device for a rank. */
    void send(MemorySegment bytes, int to, MemorySegment communicator, MemorySegment stream) {
        message(send, bytes, to, communicator, stream);
    }

    /** Adds a message to the group: as many bytes as a rank sends. */
    void receive(MemorySegment bytes, int from, MemorySegment communicator, MemorySegment stream) {
        message(receive, bytes, from, communicator, stream);
    }

    private void message(MethodHandle function, MemorySegment bytes, int peer, MemorySegment communicator,
            MemorySegment stream) {
        try {
            // Java's linker takes no segment that is confined to another thread, as the device's memory is.
            check((int) function.invokeExact(MemorySegment.ofAddress(bytes.address()), bytes.byteSize(), BYTES, peer,
                    communicator, stream), communicator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins to end a communicator. Once that is done, it can be destroyed. */
    void finish(MemorySegment communicator) {
        try {
            check((int) finish.invokeExact(communicator), communicator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Frees a communicator that has ended. */
    void destroy(MemorySegment communicator) {
        try {
            check((int) destroy.invokeExact(communicator), MemorySegment.NULL);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends what goes on, and frees the communicator. Nothing can be done about a failure. */
    void abort(MemorySegment communicator) {
        try {
            int _ = (int) abort.invokeExact(communicator);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private void check(int result, MemorySegment communicator) {
        if (result != SUCCESS && result != IN_PROGRESS) {
            throw exception(result, communicator);
        }
    }

    /**
     * What an error is.
     *
     * @param communicator of which the library may know more; or NULL
     */
    CollectivesException exception(int result, MemorySegment communicator) {
        try {
            MemorySegment words = (MemorySegment) errorString.invokeExact(result);
            MemorySegment more = (MemorySegment) lastError.invokeExact(communicator);
            return new CollectivesException(List.of(), "NCCL " + version() + ": " + words.getString(0)
                    + (more.address() == 0 || more.getString(0).isBlank() ? ""
                    : " (" + more.getString(0).strip() + ")"));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException known) {
            return known;
        }
        if (e instanceof Error error) {
            throw error;
        }
        throw new AssertionError("a call of C throws no checked exception", e);
    }
}
