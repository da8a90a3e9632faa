package io.radam.sharded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Map.entry;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * What the binary interfaces of MPI have in different forms. In that of Open MPI, communicators, types and requests are
 * addresses, some of symbols of the library; in that of MPICH, which Intel's and others share, they are ints with fixed
 * numbers. Version 5.0 of the standard has an interface of its own, in chapter 20: fixed numbers as large as addresses.
 *
 * @param handle what communicators, types and requests are in C
 * @param world MPI_COMM_WORLD
 * @param bytes MPI_BYTE
 * @param errorsReturn MPI_ERRORS_RETURN
 * @param serialized MPI_THREAD_SERIALIZED: any thread may call, one at a time
 */
record MpiInterface(ValueLayout handle, long world, long bytes, long errorsReturn, int serialized) {
    static final MpiInterface MPICH = new MpiInterface(JAVA_INT, 0x44000000, 0x4c00010d, 0x54000001, 2);
    static final MpiInterface STANDARD = new MpiInterface(JAVA_LONG, 0x101, 0x247, 0x143, 2048);

    /** Of MPI_Abi_get_version, which libraries of MPI 5 have whichever their interface is. */
    static final FunctionDescriptor ABI_VERSION = ofInt(ADDRESS, ADDRESS);

    static MpiInterface openMpi(SymbolLookup symbols) {
        return new MpiInterface(JAVA_LONG, symbols.findOrThrow("ompi_mpi_comm_world").address(),
                symbols.findOrThrow("ompi_mpi_byte").address(),
                symbols.findOrThrow("ompi_mpi_errors_return").address(), 2);
    }

    boolean isAddress() {
        return handle.equals(JAVA_LONG);
    }

    /** The functions that the library calls, by name. */
    Map<String, FunctionDescriptor> functions() {
        return Map.ofEntries(
                entry("MPI_Initialized", ofInt(ADDRESS)),
                entry("MPI_Finalized", ofInt(ADDRESS)),
                entry("MPI_Init_thread", ofInt(ADDRESS, ADDRESS, JAVA_INT, ADDRESS)),
                entry("MPI_Query_thread", ofInt(ADDRESS)),
                entry("MPI_Finalize", ofInt()),
                entry("MPI_Get_library_version", ofInt(ADDRESS, ADDRESS)),
                entry("MPI_Error_string", ofInt(JAVA_INT, ADDRESS, ADDRESS)),
                entry("MPI_Comm_rank", ofInt(handle, ADDRESS)),
                entry("MPI_Comm_size", ofInt(handle, ADDRESS)),
                entry("MPI_Comm_dup", ofInt(handle, ADDRESS)),
                entry("MPI_Comm_set_errhandler", ofInt(handle, handle)),
                entry("MPI_Comm_free", ofInt(ADDRESS)),
                entry("MPI_Isend", ofInt(ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, ADDRESS)),
                entry("MPI_Irecv", ofInt(ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, ADDRESS)),
                entry("MPI_Test", ofInt(ADDRESS, ADDRESS, ADDRESS)),
                entry("MPI_Iprobe", ofInt(JAVA_INT, JAVA_INT, handle, ADDRESS, ADDRESS)),
                entry("MPI_Get_count", ofInt(ADDRESS, handle, ADDRESS)),
                entry("MPI_Abort", ofInt(handle, JAVA_INT)));
    }

    private static FunctionDescriptor ofInt(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }
}
