package io.radam.internal.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_add_gradients;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_check_pointer;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_copy;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_fill;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_free;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_malloc;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_round_gradient;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_stream_synchronize;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.internal.kernel.MemoryCheck;
import io.radam.internal.kernel.NativeCodes;
import io.radam.internal.library.CudaLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A stream of a GPU, and the memory that is used in it.
 *
 * @param device the GPU's number
 * @param stream a {@code cudaStream_t} with the lifetime that it has in Java; {@link MemorySegment#NULL} is the default
 *               stream
 */
public record CudaQueue(int device, MemorySegment stream) {
    /** Fails if the stream is closed, or confined to another thread. */
    public void requireUsable() {
        MemoryCheck.requireUsable(stream, "stream");
    }

    /** Allocates device memory with unspecified contents, aligned to 256 bytes. */
    public MemorySegment allocate(long bytes, Arena arena) {
        if (bytes < 0) {
            throw new InvalidParameterException("the size is less than 0: " + bytes);
        }
        MemorySegment memory = CudaLibrary.create(bytes + " bytes of device memory",
                to -> radam_cuda_malloc(device, bytes, to));
        // The status is ignored: after an error of the device, nothing can be freed any more.
        Runnable free = () -> radam_cuda_free(device, memory);
        try {
            return DeviceMemory.segment(memory.address(), bytes, arena, free);
        } catch (RuntimeException e) {
            free.run();
            throw e;
        }
    }

    /** Fails unless the device can use the first and the last byte of a range. */
    public void requirePointer(long address, long bytes, String what) {
        for (long at : bytes == 0 ? new long[0] : new long[] {address, address + bytes - 1}) {
            CudaLibrary.check(radam_cuda_check_pointer(device, MemorySegment.ofAddress(at)),
                    what + " at 0x" + Long.toHexString(at));
        }
    }

    /** Fails if a segment is closed, or is host memory that is confined to another thread. */
    public static void requireAccessible(MemorySegment segment, String what) {
        if (!DeviceMemory.isAlive(segment)) {
            MemoryCheck.requireAccessible(segment, what);
        }
    }

    /** A segment as the argument of a call, which keeps host memory alive. Device memory is passed by its address. */
    private static MemorySegment argument(MemorySegment segment) {
        return DeviceMemory.is(segment) ? MemorySegment.ofAddress(segment.address()) : segment;
    }

    /**
     * Queues a copy from native or device memory to native or device memory of the same size.
     *
     * @throws InvalidParameterException if the sizes differ, or a segment does not fit these terms; nothing is copied
     */
    public void copy(MemorySegment from, MemorySegment to) {
        requireCopy(from, to);
        for (MemorySegment segment : new MemorySegment[] {from, to}) {
            if (!segment.isNative()) {
                throw new InvalidParameterException("the memory is on the Java heap: " + segment);
            }
        }
        requireUsable();
        try {
            CudaLibrary.check(radam_cuda_copy(device, argument(to), argument(from), to.byteSize(), stream), "copy");
        } finally {
            keep(from, to);
        }
    }

    /**
     * Copies from host or device memory to host or device memory of the same size, and waits until the copy is done.
     *
     * @throws InvalidParameterException if the sizes differ, or a segment does not fit these terms; nothing is copied
     */
    public void copyAndWait(MemorySegment from, MemorySegment to) {
        requireCopy(from, to);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = from;
            if (!from.isNative()) {
                source = arena.allocate(from.byteSize()).copyFrom(from);
            }
            MemorySegment target = to.isNative() ? to : arena.allocate(to.byteSize());
            try {
                copy(source, target);
                synchronize();
            } finally {
                keep(from, to);
            }
            if (target != to) {
                to.copyFrom(target);
            }
        }
    }

    /**
     * Keeps device memory of an automatic arena from being freed before this call, since native calls have only its
     * address.
     */
    private static void keep(MemorySegment... segments) {
        for (MemorySegment segment : segments) {
            Reference.reachabilityFence(segment);
        }
    }

    private static void requireCopy(MemorySegment from, MemorySegment to) {
        if (from.byteSize() != to.byteSize()) {
            throw new InvalidParameterException("the sizes differ: " + from.byteSize() + " and " + to.byteSize());
        }
        requireAccessible(from, "source");
        requireAccessible(to, "target");
        requireWritable(to);
    }

    private static void requireWritable(MemorySegment to) {
        if (to.isReadOnly()) {
            throw new InvalidParameterException("the memory is read-only: " + to);
        }
    }

    /**
     * Queues a fill of memory with a byte.
     *
     * @throws InvalidParameterException if the device cannot use the memory, or it is closed or read-only
     */
    public void fill(MemorySegment memory, byte value) {
        requireAccessible(memory, "memory");
        requireWritable(memory);
        requireUsable();
        if (!DeviceMemory.is(memory)) {
            requirePointer(memory.address(), memory.byteSize(), "memory");
        }
        try {
            CudaLibrary.check(radam_cuda_fill(device, argument(memory), value, memory.byteSize(), stream), "fill");
        } finally {
            keep(memory);
        }
    }

    /**
     * Queues the sum of the gradients of several ranks, in their order and in float32.
     *
     * @param sum      device memory for as many float32 numbers as the gradient has elements
     * @param gradient that of {@code rank}, in device memory
     * @param messages those of the others in order, in device memory
     * @param stride   the bytes from one of these to the next
     * @param type     of all gradients
     * @throws InvalidParameterException if memory is not the device's, or is closed; nothing is queued
     */
    public void addGradients(MemorySegment sum, MemorySegment gradient, MemorySegment messages, long stride, int ranks,
            int rank, DType type) {
        requireAlive(sum, gradient, messages);
        requireUsable();
        try {
            CudaLibrary.check(radam_cuda_add_gradients(device, argument(sum), argument(gradient), argument(messages),
                    stride, ranks, rank, NativeCodes.of(type), sum.byteSize() / Float.BYTES, stream), "sum");
        } finally {
            keep(sum, gradient, messages);
        }
    }

    /**
     * Queues a gradient in bfloat16, rounded to nearest.
     *
     * @param gradient in device memory
     * @param type     the gradient's
     * @param rounded  device memory for as many bfloat16 numbers as the gradient has elements
     * @throws InvalidParameterException as {@link #addGradients}
     */
    public void roundGradient(MemorySegment gradient, DType type, MemorySegment rounded) {
        requireAlive(gradient, rounded);
        requireUsable();
        try {
            CudaLibrary.check(radam_cuda_round_gradient(device, argument(rounded), argument(gradient),
                    NativeCodes.of(type), gradient.byteSize() / type.bytes(), stream), "rounding");
        } finally {
            keep(gradient, rounded);
        }
    }

    private static void requireAlive(MemorySegment... segments) {
        for (MemorySegment segment : segments) {
            if (!DeviceMemory.isAlive(segment)) {
                throw new InvalidParameterException("the memory is not the device's, or is closed: " + segment);
            }
        }
    }

    /** Waits until all work that was queued is done. */
    public void synchronize() {
        requireUsable();
        CudaLibrary.check(radam_cuda_stream_synchronize(device, stream), "synchronize");
    }
}
