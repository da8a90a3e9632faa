package io.radam.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_device_count;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_device_info;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_create;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_destroy;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_host_free;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_host_malloc;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_stream_create;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_stream_destroy;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.library.CudaLibrary;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.cuda.DeviceMemory;
import io.radam.internal.ffi.radam_cuda_device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An NVIDIA GPU, its memory, the copies to and from it, and the stream that they are queued in. Optimizers step on it
 * if their builder is told to, by {@link io.radam.OptimizerBuilder#device}.
 *
 * {@snippet :
 * CudaDevice device = CudaDevice.of(0);
 * try (Arena arena = Arena.ofConfined()) {
 *     MemorySegment weights = device.allocate(4 * 1000, arena); // 1,000 floats
 *     MemorySegment gradient = device.allocate(4 * 1000, arena);
 *     device.copy(MemorySegment.ofArray(initial), weights);
 *     try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(weights, gradient)).device(device).build()) {
 *         for (int step = 1; step <= steps; step++) {
 *             backward(device.stream()); // queues the computation of the gradient
 *             optimizer.step(); // queued behind it
 *         }
 *     }
 *     device.copy(weights, MemorySegment.ofArray(trained)); // waits for the steps
 * }
 * }
 *
 * <p>Device memory is a {@link MemorySegment} that has the address and the size of the memory, but that Java code
 * cannot read or write: an access throws a {@link WrongThreadException}. The segment may be sliced, made read-only, and
 * given to {@link io.radam.Parameter} like any other. Device memory, pinned memory, streams and events belong to an
 * arena. What belongs to an automatic arena lives as long as it is reachable.
 *
 * <p>Any number of threads may use device memory, whatever its arena. The program has to make sure that no two of them
 * write it at once, and that none closes it while another is in a call with it. As always with CUDA, errors of kernels
 * are reported by a later call.
 */
public final class CudaDevice {
    private final int number;
    private final CudaStream stream;

    private CudaDevice(int number, CudaStream stream) {
        this.number = number;
        this.stream = stream;
    }

    /**
     * The number of GPUs of this machine.
     *
     * @return at least 1
     * @throws BackendException if there is none, or libradam_cuda cannot be loaded; the message says why
     */
    public static int count() {
        CudaLibrary.require();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            CudaLibrary.check(radam_cuda_device_count(count), "devices");
            return count.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * A GPU, with its default stream.
     *
     * @param number counted from 0
     * @return the device
     * @throws BackendException if there is no such device, it is older than the library has code for, or libradam_cuda
     *     cannot be loaded
     */
    public static CudaDevice of(int number) {
        CudaLibrary.require();
        CudaDevice device = new CudaDevice(number, new CudaStream(number, MemorySegment.NULL));
        device.info(radam_cuda_device::compute_capability);
        return device;
    }

    private <T> T info(Function<MemorySegment, T> field) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = radam_cuda_device.allocate(arena);
            radam_cuda_device.struct_size(info, (int) radam_cuda_device.sizeof());
            CudaLibrary.check(radam_cuda_device_info(number, info), "device " + number);
            return field.apply(info);
        }
    }

    /**
     * The same GPU with another stream. Copies and steps by the returned device are queued in that stream.
     *
     * @param stream of this GPU
     * @return the device
     * @throws InvalidParameterException if the stream is of another GPU
     */
    public CudaDevice withStream(CudaStream stream) {
        if (stream.queue.device() != number) {
            throw new InvalidParameterException("the stream is one of device " + stream.queue.device() + ", not of "
                    + number);
        }
        return new CudaDevice(number, stream);
    }

    /**
     * The device's number.
     *
     * @return counted from 0
     */
    public int number() {
        return number;
    }

    /**
     * The stream that copies and steps are queued in.
     *
     * @return the default stream, unless {@link #withStream} set another
     */
    public CudaStream stream() {
        return stream;
    }

    /**
     * The name that NVIDIA gave the GPU.
     *
     * @return such as {@code NVIDIA H100 80GB HBM3}
     */
    public String name() {
        return info(info -> radam_cuda_device.name(info).getString(0));
    }

    /**
     * The GPU's compute capability.
     *
     * @return ten times the major version and the minor version: 90 for 9.0
     */
    public int computeCapability() {
        return info(radam_cuda_device::compute_capability);
    }

    /**
     * The size of the GPU's memory.
     *
     * @return bytes
     */
    public long totalMemory() {
        return info(radam_cuda_device::total_memory);
    }

    /**
     * The size of the GPU's memory that is free.
     *
     * @return bytes, at the time of the call
     */
    public long freeMemory() {
        return info(radam_cuda_device::free_memory);
    }

    /**
     * Allocates memory of the device, aligned to 256 bytes, with unspecified contents.
     *
     * @param bytes at least 0
     * @param arena the arena; closing it frees the memory, once the device has done what was queued
     * @return device memory, which Java cannot read or write
     * @throws InvalidParameterException if the size is negative
     * @throws BackendException if there is not enough memory
     */
    public MemorySegment allocate(long bytes, Arena arena) {
        return stream.queue.allocate(bytes, arena);
    }

    /**
     * Device memory that another library allocated, such as that of a tensor of PyTorch. Nothing is copied.
     *
     * @param address on the device
     * @param bytes   the size of the memory, at least 0
     * @param arena   the arena, which says how long the segment may be used; closing it does not free the memory
     * @return device memory, which Java cannot read or write
     * @throws InvalidParameterException if it is not memory that the device can use, or the size is negative
     */
    public MemorySegment borrow(long address, long bytes, Arena arena) {
        if (bytes < 0) {
            throw new InvalidParameterException("the size is less than 0: " + bytes);
        }
        stream.queue.requirePointer(address, bytes, "memory");
        return DeviceMemory.segment(address, bytes, arena, () -> { });
    }

    /**
     * Allocates pinned memory of the host, aligned to 256 bytes, with unspecified contents. Java and devices can both
     * use it, and {@link #copyAsync} does not wait for copies from and to it.
     *
     * @param bytes at least 0
     * @param arena the arena; closing it frees the memory. The program must not close it before the copies and steps
     *              that use the memory are done
     * @return the memory, which the threads of the arena may use
     * @throws InvalidParameterException if the size is negative
     * @throws BackendException if so much memory cannot be pinned
     */
    public MemorySegment allocateHost(long bytes, Arena arena) {
        if (bytes < 0) {
            throw new InvalidParameterException("the size is less than 0: " + bytes);
        }
        MemorySegment memory = CudaLibrary.create(bytes + " bytes of pinned memory",
                to -> radam_cuda_host_malloc(bytes, to));
        return owned(memory, bytes, arena, created -> radam_cuda_host_free(created));
    }

    /** Has an arena free what was created. The status of freeing is ignored: nothing can be done about a failure. */
    private static MemorySegment owned(MemorySegment created, long bytes, Arena arena, Consumer<MemorySegment> free) {
        try {
            return created.reinterpret(bytes, arena, free);
        } catch (RuntimeException e) {
            free.accept(created);
            throw e;
        }
    }

    /**
     * Copies from device or host memory to device or host memory, including arrays. Waits until the copy is done.
     *
     * @param from the source
     * @param to   the target, of the same size
     * @throws InvalidParameterException if the sizes differ, memory is closed or confined to another thread, or the
     *     target is read-only; nothing is copied
     * @throws BackendException if CUDA fails
     */
    public void copy(MemorySegment from, MemorySegment to) {
        stream.queue.copyAndWait(from, to);
    }

    /**
     * Queues a copy from device or native memory to device or native memory. Pinned and device memory must stay
     * unchanged until the copy is done. Other native memory may be used again when the call returns.
     *
     * @param from the source
     * @param to   the target, of the same size
     * @throws InvalidParameterException as {@link #copy}; or if memory is on the Java heap
     * @throws BackendException if CUDA fails
     */
    public void copyAsync(MemorySegment from, MemorySegment to) {
        stream.queue.copy(from, to);
    }

    /**
     * Queues a fill of memory with a byte.
     *
     * @param memory device or pinned memory
     * @param value  the byte
     * @throws InvalidParameterException if the memory is neither, or is closed or read-only
     * @throws BackendException if CUDA fails
     */
    public void fill(MemorySegment memory, byte value) {
        stream.queue.fill(memory, value);
    }

    /**
     * Waits until all work that was queued in the {@link #stream} is done.
     *
     * @throws InvalidParameterException if the stream is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or queued work has failed
     */
    public void synchronize() {
        stream.synchronize();
    }

    /**
     * Creates a stream whose work does not wait for that of the default stream.
     *
     * @param arena the arena; closing it destroys the stream, whose queued work is still done
     * @return the stream
     * @throws BackendException if CUDA fails
     */
    public CudaStream newStream(Arena arena) {
        int device = number; // or the arena would keep this object
        MemorySegment created = CudaLibrary.create("stream", to -> radam_cuda_stream_create(device, to));
        return new CudaStream(device, owned(created, 0, arena, handle -> radam_cuda_stream_destroy(device, handle)));
    }

    /**
     * A stream that another library created.
     *
     * @param address the {@code cudaStream_t} or {@code CUstream}, of this device; 0 is the default stream
     * @param arena   the arena, which says how long the stream may be used; closing it does not destroy the stream
     * @return the stream
     */
    public CudaStream borrowStream(long address, Arena arena) {
        return new CudaStream(number, MemorySegment.ofAddress(address).reinterpret(arena, null));
    }

    /**
     * Creates an event.
     *
     * @param arena the arena; closing it destroys the event
     * @return the event
     * @throws BackendException if CUDA fails
     */
    public CudaEvent newEvent(Arena arena) {
        int device = number; // likewise
        MemorySegment created = CudaLibrary.create("event", to -> radam_cuda_event_create(device, to));
        return new CudaEvent(device, owned(created, 0, arena, handle -> radam_cuda_event_destroy(device, handle)));
    }

    @Override
    public String toString() {
        return "CUDA device " + number + ", " + stream;
    }
}
