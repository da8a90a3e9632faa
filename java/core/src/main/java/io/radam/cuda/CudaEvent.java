package io.radam.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_elapsed;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_synchronize;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.library.CudaLibrary;
import io.radam.internal.cuda.CudaQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** A point in the work of a {@link CudaStream}. See {@link CudaDevice#newEvent}. */
public final class CudaEvent {
    private final int device;
    private final MemorySegment handle;

    CudaEvent(int device, MemorySegment handle) {
        this.device = device;
        this.handle = handle;
    }

    /**
     * The {@code cudaEvent_t}, for other libraries.
     *
     * @return alive as long as the event's arena
     */
    public MemorySegment handle() {
        return handle;
    }

    void requireUsable() {
        CudaQueue.requireUsable(handle, "event");
    }

    /**
     * Waits until the event has happened.
     *
     * @throws InvalidParameterException if the event is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or what was queued before it has failed
     */
    public void synchronize() {
        requireUsable();
        CudaLibrary.check(radam_cuda_event_synchronize(device, handle), "event");
    }

    /**
     * The time from another event to this one, by the device's clock.
     *
     * @param start has happened, as this one has
     * @return milliseconds, with a resolution of about half a microsecond
     * @throws InvalidParameterException if an event is closed, or confined to another thread
     * @throws BackendException if one of them has not happened, or CUDA fails
     */
    public float millisecondsSince(CudaEvent start) {
        Objects.requireNonNull(start, "start");
        requireUsable();
        start.requireUsable();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment milliseconds = arena.allocate(ValueLayout.JAVA_FLOAT);
            CudaLibrary.check(radam_cuda_event_elapsed(device, start.handle, handle, milliseconds), "event");
            return milliseconds.get(ValueLayout.JAVA_FLOAT, 0);
        }
    }
}
