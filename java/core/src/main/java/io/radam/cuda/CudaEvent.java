package io.radam.cuda;

import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_elapsed;
import static io.radam.internal.ffi.RadamCudaH.radam_cuda_event_synchronize;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.internal.kernel.MemoryCheck;
import io.radam.internal.library.CudaLibrary;
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
     * @return the handle, which is alive as long as the event's arena
     */
    public MemorySegment handle() {
        return handle;
    }

    void requireUsable() {
        MemoryCheck.requireUsable(handle, "event");
    }

    /**
     * Waits until the event has happened.
     *
     * @throws InvalidParameterException if the event is closed, or confined to another thread
     * @throws BackendException if CUDA fails, or work that was queued before the event has failed
     */
    public void synchronize() {
        requireUsable();
        CudaLibrary.check(radam_cuda_event_synchronize(device, handle), "event");
    }

    /**
     * The time from another event to this one, by the device's clock.
     *
     * @param start the earlier event; both must have happened
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
