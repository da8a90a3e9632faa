package io.radam.sharded;

import io.radam.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Moves gradients and values, and adds gradients, where they are: in memory of the host or of a GPU. */
interface Mover {
    /** Memory with unspecified contents. */
    MemorySegment allocate(long bytes, Arena arena);

    /**
     * Makes memory to add gradients that are rounded on the way, so that a lack of it is known before the first step.
     *
     * @param elements of a gradient, at most
     */
    default void prepareToRound(long elements) {
    }

    /** The type in which a gradient goes, where one was asked for. */
    DType wireType(DType gradientType, DType asked);

    /** Writes elements of a gradient into a message. */
    void write(MemorySegment gradient, DType type, MemorySegment message, DType wireType);

    /** Adds the gradients of all ranks, as {@link GradientSum#sum}. */
    void sum(GradientSum.Messages others, int own, MemorySegment gradient, DType type, MemorySegment sums);

    /** Copies elements to or from a message. */
    void copy(MemorySegment from, MemorySegment to);

    /** Sets a gradient to zero. */
    void zero(MemorySegment gradient);

    /** Reads bytes into an array. */
    void read(MemorySegment from, MemorySegment array);
}
