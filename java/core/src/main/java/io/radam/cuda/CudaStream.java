package io.radam.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_record;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_stream_wait;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.library.CudaLibrary;
import io.radam.internal.cuda.CudaQueue;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A stream of a GPU. The work that is queued in one stream is done in order, and independently of the work in others.
 * {@link CudaDevice#newStream} and {@link CudaDevice#borrowStream} make streams, {@link CudaDevice#withStream} uses
 * one.
 */
public final class CudaStream {
    final CudaQueue queue;

    CudaStream(int device, MemorySegment handle) {
        queue = new CudaQueue(device, handle);
    }

    /**
     * The {@code cudaStream_t}, for other libraries.
     *
     * @return the handle, which is alive as long as the stream's arena; {@link MemorySegment#NULL} is the default
     *     stream
     */
    public MemorySegment handle() {
        return queue.stream();
    }

    /**
     * Records an event, which happens when all work that was queued so far is done.
     *
     * @param event of the same device
     * @throws InvalidParameterException if the stream or the event is closed, or confined to another thread
     * @throws BackendException if CUDA fails
     */
    public void record(CudaEvent event) {
        Objects.requireNonNull(event, "event");
        queue.requireUsable();
        event.requireUsable();
        CudaLibrary.check(radam_cuda_event_record(queue.device(), event.handle(), handle()), "record");
    }

    /**
     * Makes all work that is queued from now on wait for an event. The call itself does not wait.
     *
     * @param event an event of the same device that was recorded
     * @throws InvalidParameterException as {@link #record}
     * @throws BackendException if CUDA fails
     */
    public void waitFor(CudaEvent event) {
        Objects.requireNonNull(event, "event");
        queue.requireUsable();
        event.requireUsable();
        CudaLibrary.check(radam_cuda_stream_wait(queue.device(), handle(), event.handle()), "wait");
    }

    /**
     * Waits until all work that was queued is done.
     *
     * @throws InvalidParameterException if the stream is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or queued work has failed
     */
    public void synchronize() {
        queue.synchronize();
    }

    @Override
    public String toString() {
        return handle().address() == 0 ? "default stream" : "stream 0x" + Long.toHexString(handle().address());
    }
}
