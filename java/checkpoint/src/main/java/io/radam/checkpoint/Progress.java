package io.radam.checkpoint;

/** Is told how far writing or reading a checkpoint has come. */
@FunctionalInterface
public interface Progress {
    /**
     * Some more bytes of tensors were written, or were read and checked. Called by the thread that writes or restores,
     * for each mebibyte or part of one. An exception that it throws ends the call, which then has changed nothing.
     *
     * @param done  the bytes so far
     * @param total the bytes of all tensors
     */
    void at(long done, long total);
}
