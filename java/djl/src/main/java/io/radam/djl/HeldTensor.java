package io.radam.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;

/**
 * The tensor of one of DJL's arrays, which stays in memory while a step uses it, whoever closes the array meanwhile. A
 * handle of its own does that: libtorch counts the handles of a tensor.
 *
 * <p>It belongs to the manager of the array, too. So closing a model frees its memory, at once or after the step.
 */
final class HeldTensor implements AutoCloseable {
    private final PtNDArray array;
    /** The object, not the number: a number may come again, for another tensor. */
    private final Long handle;
    private final NDManager manager;
    private final PtNDArray tensor;
    /** Those who use the tensor; one of them is this, until it is closed. */
    private int uses = 1;
    private boolean closed;

    /**
     * Holds a tensor.
     *
     * @param array  DJL's
     * @param handle of the array
     * @param tensor another array of the same tensor, which nobody else closes
     * @throws IllegalStateException if the array's manager is closed
     */
    HeldTensor(PtNDArray array, Long handle, PtNDArray tensor) {
        this.array = array;
        this.handle = handle;
        this.tensor = tensor;
        manager = array.getManager();
        manager.attachUncappedInternal(tensor.getUid(), this);
    }

    PtNDArray array() {
        return array;
    }

    /** An array of the same tensor. It may be used between {@link #use} and {@link #endUse}. */
    PtNDArray tensor() {
        return tensor;
    }

    /** Begins to use it, if it is what an array with a handle has. */
    synchronized boolean use(PtNDArray of, Long ofHandle) {
        boolean same = !closed && of == array && ofHandle == handle;
        if (same) {
            uses++;
        }
        return same;
    }

    synchronized void endUse() {
        if (--uses == 0) {
            tensor.close();
        }
    }

    /** Whether it was closed with the manager that the array still has, which closes the array next. */
    synchronized boolean isClosedWith(PtNDArray of) {
        return closed && of == array && of.getManager() == manager;
    }

    /** Whether there is no more use for it. */
    synchronized boolean isOver() {
        return closed || array.isReleased();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        manager.detachInternal(tensor.getUid());
        endUse();
    }
}
