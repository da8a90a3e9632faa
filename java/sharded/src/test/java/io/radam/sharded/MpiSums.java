package io.radam.sharded;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The collectives of MPI itself for float32 numbers, among all processes, to compare with: Open MPI's and MPICH's own
 * interfaces, once MPI was started.
 */
final class MpiSums {
    private final long world;
    private final long floats;
    private final long sum;
    private final MemorySegment inPlace;
    private final MethodHandle reduceScatter;
    private final MethodHandle allGather;
    private final MethodHandle allReduce;

    MpiSums(boolean isOpenMpi) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(System.getProperty("radam.mpi.library",
                isOpenMpi ? "libmpi.so.40" : "libmpich.so.12"), Arena.global());
        world = isOpenMpi ? symbols.findOrThrow("ompi_mpi_comm_world").address() : 0x44000000;
        floats = isOpenMpi ? symbols.findOrThrow("ompi_mpi_float").address() : 0x4c00040a;
        sum = isOpenMpi ? symbols.findOrThrow("ompi_mpi_op_sum").address() : 0x58000003;
        inPlace = MemorySegment.ofAddress(isOpenMpi ? 1 : -1);
        MemoryLayout handle = isOpenMpi ? JAVA_LONG : JAVA_INT;
        reduceScatter = function(symbols, "MPI_Reduce_scatter_block", ADDRESS, ADDRESS, JAVA_INT, handle, handle,
                handle);
        allGather = function(symbols, "MPI_Allgather", ADDRESS, JAVA_INT, handle, ADDRESS, JAVA_INT, handle, handle);
        allReduce = function(symbols, "MPI_Allreduce", ADDRESS, ADDRESS, JAVA_INT, handle, handle, handle);
    }

    /** Handles are longs for who calls it. */
    private static MethodHandle function(SymbolLookup symbols, String name, MemoryLayout... arguments) {
        MethodHandle function = Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
        MethodType type = function.type();
        for (int i = 0; i < type.parameterCount(); i++) {
            type = type.parameterType(i) == int.class ? type.changeParameterType(i, long.class) : type;
        }
        return MethodHandles.explicitCastArguments(function, type);
    }

    /** Each process gets its part of the sum, which is of as many numbers on all. */
    void reduceScatter(MemorySegment all, MemorySegment part) {
        try {
            require((int) reduceScatter.invokeExact(all, part, part.byteSize() / Float.BYTES, floats, sum, world));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Each process has its part in its place, and gets the others'. */
    void allGather(MemorySegment all, int processes) {
        long count = all.byteSize() / Float.BYTES / processes;
        try {
            require((int) allGather.invokeExact(inPlace, count, floats, all, count, floats, world));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Each process gets the sum of all, in place. */
    void allReduce(MemorySegment all) {
        try {
            require((int) allReduce.invokeExact(inPlace, all, all.byteSize() / Float.BYTES, floats, sum, world));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void require(int error) {
        if (error != 0) {
            throw new AssertionError("MPI failed: " + error);
        }
    }
}
