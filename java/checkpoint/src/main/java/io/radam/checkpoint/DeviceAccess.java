package io.radam.checkpoint;

import io.radam.InvalidParameterException;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.MemorySegment;

/**
 * Copies to and from the memory of an optimizer.
 *
 * @param device that has it; null if the host has
 */
record DeviceAccess(CudaDevice device) {
    /** Waits for what was queued. */
    void begin() {
        if (device != null) {
            device.synchronize();
        }
    }

    /** Fails unless the current thread may use memory now. */
    void require(MemorySegment memory, String what) {
        if (!memory.scope().isAlive()) {
            throw new InvalidParameterException("the memory of " + what + " is closed: " + memory);
        }
        if (device == null && !isReadable(memory)) {
            throw new InvalidParameterException("the memory of " + what + " is confined to another thread, or that of "
                    + "a GPU, which the checkpoint was not told of: " + memory);
        }
    }

    void copy(MemorySegment from, MemorySegment to) {
        if (device != null && !(isReadable(from) && isReadable(to))) {
            device.copy(from, to);
        } else {
            to.copyFrom(from);
        }
    }

    private static boolean isReadable(MemorySegment memory) {
        return memory.isAccessibleBy(Thread.currentThread());
    }
}
