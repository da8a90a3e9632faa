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
 * A queue of a GPU: what is queued in it is done one after the other, and beside what is queued in others. See
 * {@link CudaDevice#newStream}, {@link CudaDevice#borrowStream}, and {@link CudaDevice#withStream} to use one.
 */
public final class CudaStream {
    final CudaQueue queue;

    CudaStream(int device, MemorySegment handle) {
        queue = new CudaQueue(device, handle);
    }

    /**
     * The {@code cudaStream_t}, for other libraries.
     *
     * @return alive as long as the stream's arena; {@link MemorySegment#NULL} is the default stream
     */
    public MemorySegment handle() {
        return queue.stream();
    }

    /**
     * Lets an event happen when all that was queued so far is done.
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
     * Makes what is queued from now on wait for an event. The caller does not.
     *
     * @param event of the same device, and recorded
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
     * Waits until all that was queued is done.
     *
     * @throws InvalidParameterException if the stream is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or what was queued has failed
     */
    public void synchronize() {
        queue.synchronize();
    }

    @Override
    public String toString() {
        return handle().address() == 0 ? "default stream" : "stream 0x" + Long.toHexString(handle().address());
    }
}
