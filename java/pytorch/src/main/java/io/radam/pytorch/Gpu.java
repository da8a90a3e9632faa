package io.radam.pytorch;

import io.radam.BackendException;
import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaEvent;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The GPU that an optimizer steps on. The optimizer queues all of its work in one stream, that which was PyTorch's
 * current one when the optimizer was made. Where another is current later, the two wait for each other on the GPU, so
 * that a step comes after what PyTorch has queued before it, and before what PyTorch queues after it.
 */
class Gpu {
    /** With the optimizer's stream. */
    private final CudaDevice device;
    private final LongSupplier currentStream;
    private final CudaEvent event;

    /**
     * @param number        of the device
     * @param currentStream the {@code cudaStream_t} that is PyTorch's current one for the calling thread
     * @throws BackendException if radam's library for GPUs cannot step there
     */
    Gpu(int number, LongSupplier currentStream) {
        CudaDevice found;
        try {
            found = CudaDevice.of(number);
        } catch (BackendException e) {
            throw new BackendException("parameters on " + TensorReader.deviceName(number) + " are stepped by radam's "
                    + "library for GPUs, of the artifact io.radam:radam-cuda. It cannot do it: " + e.getMessage(), e);
        }
        this.currentStream = currentStream;
        device = found.withStream(stream(found, currentStream.getAsLong()));
        event = device.newEvent(Arena.ofAuto());
    }

    /** PyTorch never destroys a stream that it has made. */
    private static CudaStream stream(CudaDevice device, long address) {
        return device.borrowStream(address, Arena.global());
    }

    /** The device with the optimizer's stream. */
    CudaDevice device() {
        return device;
    }

    /** Memory of a tensor, as a segment that Java cannot read by mistake. */
    MemorySegment memory(long address, long bytes) {
        return device.borrow(address, bytes, Arena.ofAuto());
    }

    /** Has work queued between what PyTorch has queued so far and what it will queue from now on. */
    <T> T inOrder(Supplier<T> work) {
        long current = currentStream.getAsLong();
        CudaStream own = device.stream();
        if (current == own.handle().address()) {
            return work.get();
        }
        CudaStream other = stream(device, current);
        order(other, own);
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            try {
                order(own, other);
            } catch (RuntimeException after) {
                e.addSuppressed(after);
            }
            throw e;
        }
        order(own, other);
        return result;
    }

    /** Has what is queued in a stream from now on wait for what is in the other now. */
    void order(CudaStream first, CudaStream then) {
        first.record(event);
        then.waitFor(event);
    }
}
