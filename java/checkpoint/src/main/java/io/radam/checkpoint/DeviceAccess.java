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
    private static final long PIECE = 64 << 10;

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
            copyOnHost(from, to);
        }
    }

    /** Writes zeros. */
    void clear(MemorySegment memory) {
        MemorySegment zeros = MemorySegment.ofArray(new byte[(int) Math.min(PIECE, memory.byteSize())]);
        for (long done = 0; done < memory.byteSize(); done += PIECE) {
            long size = Math.min(PIECE, memory.byteSize() - done);
            copy(zeros.asSlice(0, size), memory.asSlice(done, size));
        }
    }

    /** In pieces, since the garbage collector waits for each. */
    static void copyOnHost(MemorySegment from, MemorySegment to) {
        for (long done = 0; done < from.byteSize(); done += PIECE) {
            MemorySegment.copy(from, done, to, done, Math.min(PIECE, from.byteSize() - done));
        }
    }

    private static boolean isReadable(MemorySegment memory) {
        return memory.isAccessibleBy(Thread.currentThread());
    }
}
