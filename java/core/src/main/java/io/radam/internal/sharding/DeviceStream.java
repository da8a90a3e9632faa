package io.radam.internal.sharding;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.cuda.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A stream of a GPU, and what ranks do in it. */
public final class DeviceStream {
    private final CudaQueue queue;

    /**
     * A stream.
     *
     * @param device the GPU's number
     * @param stream the {@code cudaStream_t}
     */
    public DeviceStream(int device, MemorySegment stream) {
        queue = new CudaQueue(device, stream);
    }

    /**
     * The GPU.
     *
     * @return its number
     */
    public int device() {
        return queue.device();
    }

    /**
     * The stream itself.
     *
     * @return the {@code cudaStream_t}
     */
    public MemorySegment handle() {
        return queue.stream();
    }

    /**
     * Whether this is another stream's, too.
     *
     * @param other of any device
     * @return whether what is queued in one is in order with what is queued in the other
     */
    public boolean isSame(DeviceStream other) {
        return other.device() == device() && other.handle().address() == handle().address();
    }

    /**
     * Whether memory is a GPU's.
     *
     * @param memory any, also closed
     * @return whether a {@link io.radam.cuda.CudaDevice} has allocated or borrowed it
     */
    public static boolean isDeviceMemory(MemorySegment memory) {
        return DeviceMemory.is(memory);
    }

    /**
     * Fails unless this thread can use the stream.
     *
     * @throws InvalidParameterException if it is closed, or confined to another thread
     */
    public void requireUsable() {
        queue.requireUsable();
    }

    /**
     * Fails unless the GPU can use memory.
     *
     * @param memory of a device
     * @throws InvalidParameterException if it is closed, or not memory that the GPU can use
     */
    public void requireUsable(MemorySegment memory) {
        CudaQueue.requireAccessible(memory, "memory");
        queue.requirePointer(memory.address(), memory.byteSize(), "memory");
    }

    /**
     * Allocates memory of the GPU.
     *
     * @param bytes at least 0
     * @param arena frees the memory when it is closed
     * @return the memory, with unspecified contents
     */
    public MemorySegment allocate(long bytes, Arena arena) {
        return queue.allocate(bytes, arena);
    }

    /**
     * Queues a copy.
     *
     * @param from memory of the GPU
     * @param to   memory of the GPU, of the same size
     * @throws InvalidParameterException if memory is closed; nothing is queued
     */
    public void copy(MemorySegment from, MemorySegment to) {
        queue.copy(from, to);
    }

    /**
     * Copies to the host, once all that was queued before is done.
     *
     * @param from memory of the GPU
     * @param to   memory of the host, of the same size
     */
    public void read(MemorySegment from, MemorySegment to) {
        queue.copyAndWait(from, to);
    }

    /**
     * Queues a fill with zeros.
     *
     * @param memory of the GPU
     */
    public void zero(MemorySegment memory) {
        queue.fill(memory, (byte) 0);
    }

    /**
     * Queues the sum of the gradients of several ranks, in their order and in float32.
     *
     * @param sum      memory of the GPU for as many float32 numbers as the gradient has elements
     * @param gradient that of {@code rank}, in memory of the GPU
     * @param messages those of the others in order, in memory of the GPU
     * @param stride   the bytes from one of these to the next
     * @param ranks    how many ranks there are
     * @param rank     which of them has {@code gradient}
     * @param type     of all gradients
     * @throws InvalidParameterException if memory is not the GPU's, or is closed; nothing is queued
     */
    public void addGradients(MemorySegment sum, MemorySegment gradient, MemorySegment messages, long stride, int ranks,
            int rank, DType type) {
        queue.addGradients(sum, gradient, messages, stride, ranks, rank, type);
    }

    /**
     * Queues a gradient in bfloat16, rounded to nearest.
     *
     * @param gradient in memory of the GPU
     * @param type     the gradient's
     * @param rounded  memory of the GPU for as many bfloat16 numbers as the gradient has elements
     * @throws InvalidParameterException if memory is not the GPU's, or is closed; nothing is queued
     */
    public void roundGradient(MemorySegment gradient, DType type, MemorySegment rounded) {
        queue.roundGradient(gradient, type, rounded);
    }

    /** Waits until all that was queued is done. */
    public void synchronize() {
        queue.synchronize();
    }
}
