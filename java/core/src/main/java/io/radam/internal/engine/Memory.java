package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A kind of memory, which has an optimizer's parameters and state: that of the host or of a GPU. */
sealed interface Memory permits HostMemory, CudaMemory {
    /**
     * Allocates zeroed memory for state, aligned to a cache line or more.
     *
     * @param arena owns the memory
     */
    MemorySegment allocate(long bytes, Arena arena);

    /** Allocates memory for means of gradients, which is no state: its contents do not matter between steps. */
    MemorySegment allocateMeans(long bytes, Arena arena);

    /** Fails if steps can never use a parameter's memory, because it is of another kind. */
    void requireKind(MemorySegment segment, String what);

    /** A parameter's memory as all threads of a step may use it. Without native access, the segment itself. */
    MemorySegment forStep(MemorySegment segment);

    /** Whether threads other than the caller can work on what {@link #forStep} returned. */
    boolean isShareable(MemorySegment segment);

    /** Whether any thread may use memory, for as long as it is reachable. */
    boolean isAlwaysAccessible(MemorySegment segment);

    /** Fails unless the current thread may use memory now. */
    void requireAccessible(MemorySegment segment, String what);

    /** Copies to memory of the same size, and waits for the copy. Either may be on the Java heap. */
    void copy(MemorySegment from, MemorySegment to);

    /** The same elements where Java can read them: the segment itself, or a copy. */
    MemorySegment readable(MemorySegment segment);

    /** Sets memory to zero. */
    void clear(MemorySegment segment);
}
