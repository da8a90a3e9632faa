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
 * An NVIDIA GPU, its memory, the copies to and from it, and the stream that they are queued in. Optimizers step on it if
 * their builder is told to, by {@link io.radam.OptimizerBuilder#device}.
 *
 * <p>Device memory is a {@link MemorySegment} with its address and size that no Java code can read or write: where that
 * is tried, a {@link WrongThreadException} is thrown. It may be sliced, made read-only, and given to
 * {@link io.radam.Parameter} like any other segment. It belongs to an arena, and so do pinned memory, streams and events;
 * what belongs to an automatic arena lives as long as it is reachable.
 *
 * <p>Device memory may be used by any number of threads, whatever its arena. That no two of them write it at once, and that
 * none closes it while another is in a call with it, is for the program to see to. Errors of kernels show, as CUDA has it,
 * in a later call.
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
     * The same GPU with another stream, which all that is asked of it is queued in.
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
     * Where work is queued.
     *
     * @return the default stream but for {@link #withStream}
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
     * How much of it nobody has.
     *
     * @return bytes; of no more than this moment
     */
    public long freeMemory() {
        return info(radam_cuda_device::free_memory);
    }

    /**
     * Allocates memory of the device, aligned to 256 bytes, with unspecified contents.
     *
     * @param bytes at least 0
     * @param arena frees it when it is closed, once the device has done what was queued
     * @return out of Java's reach
     * @throws InvalidParameterException if the size is negative
     * @throws BackendException if there is not as much memory
     */
    public MemorySegment allocate(long bytes, Arena arena) {
        return stream.queue.allocate(bytes, arena);
    }

    /**
     * Memory that another library allocated: the address of a tensor of PyTorch, DJL or JavaCPP, say. Nothing is copied.
     *
     * @param address on the device
     * @param bytes   its size, at least 0
     * @param arena   for how long it may be used; does not free it
     * @return out of Java's reach
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
     * Allocates pinned memory of the host, aligned to 256 bytes, with unspecified contents: Java and devices can both use
     * it, and {@link #copyAsync copies} from and to it need not wait.
     *
     * @param bytes at least 0
     * @param arena frees it when it is closed: which the program must not do before copies and steps that were queued with
     *              it are done
     * @return as accessible as the arena makes it
     * @throws InvalidParameterException if the size is negative
     * @throws BackendException if so much cannot be pinned
     */
    public MemorySegment allocateHost(long bytes, Arena arena) {
        if (bytes < 0) {
            throw new InvalidParameterException("the size is less than 0: " + bytes);
        }
        MemorySegment memory = CudaLibrary.create(bytes + " bytes of pinned memory",
                to -> radam_cuda_host_malloc(bytes, to));
        return owned(memory, bytes, arena, created -> radam_cuda_host_free(created));
    }

    /** What was created, freed with an arena. What freeing returns cannot be mended. */
    private static MemorySegment owned(MemorySegment created, long bytes, Arena arena, Consumer<MemorySegment> free) {
        try {
            return created.reinterpret(bytes, arena, free);
        } catch (RuntimeException e) {
            free.accept(created);
            throw e;
        }
    }

    /**
     * Copies between any two of device and host memory, arrays too, and waits until that is done.
     *
     * @param from the source
     * @param to   the target, of the same size
     * @throws InvalidParameterException if the sizes differ, memory is closed or confined to another thread, or the target
     *     is read-only; nothing is copied
     * @throws BackendException if CUDA fails
     */
    public void copy(MemorySegment from, MemorySegment to) {
        stream.queue.copyAndWait(from, to);
    }

    /**
     * Queues a copy between any two of device and native memory. Pinned and device memory must be left as it is until the
     * copy is done; any other memory may be used again when the call returns.
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
     * Queues setting memory that the device can use to a byte.
     *
     * @param memory device or pinned memory
     * @param value  the byte
     * @throws InvalidParameterException if it is neither, is closed or read-only
     * @throws BackendException if CUDA fails
     */
    public void fill(MemorySegment memory, byte value) {
        stream.queue.fill(memory, value);
    }

    /**
     * Waits until all that was queued in the {@link #stream} is done.
     *
     * @throws InvalidParameterException if the stream is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or what was queued has failed
     */
    public void synchronize() {
        stream.synchronize();
    }

    /**
     * Creates a stream, which does not wait for the default stream.
     *
     * @param arena destroys it when it is closed; what is queued by then is still done
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
     * @param arena   for how long it may be used; does not destroy it
     * @return the stream
     */
    public CudaStream borrowStream(long address, Arena arena) {
        return new CudaStream(number, MemorySegment.ofAddress(address).reinterpret(arena, null));
    }

    /**
     * Creates an event.
     *
     * @param arena destroys it when it is closed
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
