package io.radam.sharded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The functions of an MPI library. Here communicators, types and requests are longs, whichever its
 * {@linkplain MpiInterface binary interface} is.
 */
final class MpiLibrary {
    private static final int VERSION_LENGTH = 8192;
    private static final int ERROR_LENGTH = 1024;
    /** More than an MPI_Status has: 24 bytes in Open MPI, 20 in MPICH, 32 in MPI 5's own interface. */
    private static final int STATUS_BYTES = 64;
    private static final String ADVICE =
            "name the launcher's library by the system property radam.mpi.library, such as libmpi.so.40";
    /** Where launchers say how many processes they have started. */
    private static final List<String> PROCESS_COUNTS = List.of("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS");
    /** How the libraries are called; Debian calls MPICH's by its own name. */
    private static final List<String> OPEN_MPI = List.of("libmpi.so.40");
    private static final List<String> MPICH = List.of("libmpich.so.12", "libmpi.so.12");
    /** The interface of MPI 5 has one name for all. */
    private static final List<String> STANDARD = List.of("libmpi_abi.so.1");

    static final FunctionDescriptor SETENV = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    private final MpiInterface binary;
    private final SymbolLookup symbols;
    private final MethodHandle initialized;
    private final MethodHandle finalized;
    private final MethodHandle initThread;
    private final MethodHandle queryThread;
    private final MethodHandle finish;
    private final MethodHandle rank;
    private final MethodHandle size;
    private final MethodHandle duplicate;
    private final MethodHandle setErrorHandler;
    private final MethodHandle send;
    private final MethodHandle receive;
    private final MethodHandle test;
    private final MethodHandle probe;
    private final MethodHandle getCount;
    private final MethodHandle free;
    private final MethodHandle abort;
    private final MethodHandle errorString;
    private final String version;
    private final MemorySegment result = Arena.global().allocate(VERSION_LENGTH, Long.BYTES);
    private final MemorySegment length = Arena.global().allocate(JAVA_INT);
    /** What MPI_Test and MPI_Iprobe write while another thread may ask for something else. */
    private final MemorySegment flag = Arena.global().allocate(JAVA_INT);
    private final MemorySegment status = Arena.global().allocate(STATUS_BYTES, Long.BYTES);
    private final MemorySegment count = Arena.global().allocate(JAVA_INT);

    private MpiLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
        binary = interfaceOf();
        initialized = function("MPI_Initialized");
        finalized = function("MPI_Finalized");
        initThread = function("MPI_Init_thread");
        queryThread = function("MPI_Query_thread");
        finish = function("MPI_Finalize");
        rank = function("MPI_Comm_rank");
        size = function("MPI_Comm_size");
        duplicate = function("MPI_Comm_dup");
        setErrorHandler = function("MPI_Comm_set_errhandler");
        send = function("MPI_Isend");
        receive = function("MPI_Irecv");
        test = function("MPI_Test");
        abort = function("MPI_Abort");
        errorString = function("MPI_Error_string");
        probe = function("MPI_Iprobe");
        getCount = function("MPI_Get_count");
        free = function("MPI_Comm_free");
        version = readVersion(function("MPI_Get_library_version"));
    }

    /**
     * Loads the library that the system property names; otherwise that of the launcher that has started this process;
     * otherwise the first that is there.
     *
     * @throws UnsupportedOperationException if there is none, or two launchers may have started this process
     */
    static MpiLibrary load(Map<String, String> environment) {
        String named = System.getProperty("radam.mpi.library");
        List<String> names = named != null ? List.of(named) : names(environment);
        leaveSignalsToTheJvm();
        List<String> errors = new ArrayList<>();
        for (String name : names) {
            try {
                return new MpiLibrary(SymbolLookup.libraryLookup(name, Arena.global()));
            } catch (IllegalArgumentException e) {
                errors.add(name + ": " + e.getMessage());
            }
        }
        throw new UnsupportedOperationException("there is no MPI library that can be used: " + String.join("; ", errors)
                + ". Install Open MPI 4 or newer or MPICH 4 or newer, or name its library in -Dradam.mpi.library");
    }

    /**
     * MPICH and Open MPI may load UCX. When it is loaded, it takes over SIGSEGV and others, to report errors. But the JVM
     * needs these: by SIGSEGV compiled code stops for a garbage collection, and finds that a reference is null. So UCX is
     * told to take none, unless the user has told it something else.
     */
    private static void leaveSignalsToTheJvm() {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setenv").ifPresent(symbol -> {
            MethodHandle setenv = linker.downcallHandle(symbol, SETENV);
            try (Arena arena = Arena.ofConfined()) {
                int _ = (int) setenv.invokeExact(arena.allocateFrom("UCX_ERROR_SIGNALS"), arena.allocateFrom(""), 0);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        });
    }

    private static List<String> names(Map<String, String> environment) {
        boolean isOpenMpi = environment.containsKey("OMPI_COMM_WORLD_RANK");
        boolean isMpich = environment.containsKey("PMI_RANK");
        if (isOpenMpi && isMpich) {
            throw new UnsupportedOperationException("the process may have been started by Open MPI or by MPICH: "
                    + "OMPI_COMM_WORLD_RANK and PMI_RANK are both set; " + ADVICE);
        }
        return Stream.of(isMpich ? List.<String>of() : OPEN_MPI, isOpenMpi ? List.<String>of() : MPICH, STANDARD)
                .flatMap(List::stream).toList();
    }

    /**
     * Fails if MPI knows of this process alone, but a launcher has started several. Each would train by itself.
     *
     * @throws UnsupportedOperationException if that is so
     */
    void requireLauncher(int processes, Map<String, String> environment) {
        for (String variable : PROCESS_COUNTS) {
            String started = environment.getOrDefault(variable, "1");
            if (processes == 1 && !started.strip().equals("1")) {
                throw new UnsupportedOperationException("a launcher has started " + started + " processes, as "
                        + variable + " says, but " + version + " knows of this one alone; " + ADVICE
                        + ", or unset the variable if one process is meant");
            }
        }
    }

    /**
     * A library of MPI 5 says whether its interface is the standard's. Its name does not tell, and it may have the
     * symbols of another interface among those of the libraries that it needs.
     */
    private MpiInterface interfaceOf() {
        if (symbols.find("MPI_Abi_get_version").isPresent()) {
            MethodHandle standard = function("MPI_Abi_get_version", MpiInterface.ABI_VERSION);
            try {
                int error = (int) standard.invokeExact(result, length);
                if (error == 0 && result.get(JAVA_INT, 0) >= 1) {
                    return MpiInterface.STANDARD;
                }
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }
        return symbols.find("ompi_mpi_comm_world").isPresent() ? MpiInterface.openMpi(symbols) : MpiInterface.MPICH;
    }

    /** A function that returns an int. Handles, and all other numbers, are longs for who calls it. */
    private MethodHandle function(String name) {
        return function(name, binary.functions().get(name));
    }

    private MethodHandle function(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol = symbols.find(name).orElseThrow(() -> new IllegalArgumentException("it has no " + name));
        MethodHandle function = Linker.nativeLinker().downcallHandle(symbol, descriptor);
        MethodType type = function.type();
        for (int i = 0; i < type.parameterCount(); i++) {
            if (type.parameterType(i) == int.class) {
                type = type.changeParameterType(i, long.class);
            }
        }
        return MethodHandles.explicitCastArguments(function, type);
    }

    /** Starts MPI unless this has been done. Returns whether it did. */
    boolean start() {
        try {
            check((int) finalized.invokeExact(result));
            if (result.get(JAVA_INT, 0) != 0) {
                throw new CollectivesException(List.of(), "MPI was finalized, and cannot be started again");
            }
            check((int) initialized.invokeExact(result));
            boolean starts = result.get(JAVA_INT, 0) == 0;
            if (starts) {
                check((int) initThread.invokeExact(MemorySegment.NULL, MemorySegment.NULL, (long) binary.serialized(), result));
            } else {
                check((int) queryThread.invokeExact(result));
            }
            if (result.get(JAVA_INT, 0) < binary.serialized()) {
                throw new CollectivesException(List.of(), "MPI cannot be used by a thread other than that which has "
                        + "started it: MPI_THREAD_SERIALIZED is needed");
            }
            return starts;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends MPI: waits for the other processes. */
    void finish() {
        try {
            check((int) finish.invokeExact());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A communicator of all processes, whose messages are apart from all others, and whose errors are returned. */
    long newCommunicator() {
        try {
            check((int) duplicate.invokeExact(binary.world(), result));
            long communicator = binary.isAddress() ? result.get(JAVA_LONG, 0) : result.get(JAVA_INT, 0);
            check((int) setErrorHandler.invokeExact(communicator, binary.errorsReturn()));
            return communicator;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Frees a communicator. All its processes call this. */
    void free(long communicator) {
        try {
            if (binary.isAddress()) {
                result.set(JAVA_LONG, 0, communicator);
            } else {
                result.set(JAVA_INT, 0, (int) communicator);
            }
            check((int) free.invokeExact(result));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int rank(long communicator) {
        try {
            check((int) rank.invokeExact(communicator, result));
            return result.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int size(long communicator) {
        try {
            check((int) size.invokeExact(communicator, result));
            return result.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins to send bytes. The request is written. */
    void send(MemorySegment from, long to, long tag, long communicator, MemorySegment request) {
        try {
            check((int) send.invokeExact(from, from.byteSize(), binary.bytes(), to, tag, communicator, request));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Begins to receive bytes. The request is written. */
    void receive(MemorySegment to, long from, long tag, long communicator, MemorySegment request) {
        try {
            check((int) receive.invokeExact(to, to.byteSize(), binary.bytes(), from, tag, communicator, request));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Whether a request is done. Makes progress with all others. */
    boolean isDone(MemorySegment request) {
        try {
            check((int) test.invokeExact(request, flag, status));
            return flag.get(JAVA_INT, 0) != 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The bytes of the next message of a process and a tag; -1 if none has come. */
    long arrived(long from, long tag, long communicator) {
        try {
            check((int) probe.invokeExact(from, tag, communicator, flag, status));
            if (flag.get(JAVA_INT, 0) == 0) {
                return -1;
            }
            check((int) getCount.invokeExact(status, binary.bytes(), count));
            return count.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends all processes. Does not return, if MPI can do that. */
    void abort(int code) {
        try {
            int _ = (int) abort.invokeExact(binary.world(), (long) code);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** What the library says of itself, in one line. */
    String version() {
        return version;
    }

    private String readVersion(MethodHandle libraryVersion) {
        try {
            check((int) libraryVersion.invokeExact(result, length));
            return result.getString(0).lines().findFirst().orElse("").strip();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private void check(int error) throws Throwable {
        if (error != 0) {
            MemorySegment text = Arena.ofAuto().allocate(ERROR_LENGTH);
            int _ = (int) errorString.invokeExact((long) error, text, length);
            throw new CollectivesException(List.of(), "MPI: " + text.getString(0));
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
