package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The kind of memory that an optimizer's parameters and state are in. */
sealed interface Memory permits HostMemory, CudaMemory {
    /**
     * Zeroed memory for state, of which a part may be asked for, and no less than a cache line's alignment.
     *
     * @param arena owns it
     */
    MemorySegment allocate(long bytes, Arena arena);

    /** Fails where a step never can use a parameter's memory. */
    void requireKind(MemorySegment segment, String what);

    /** A parameter's memory, as all threads of a step may use it; the segment itself where only its own thread may. */
    MemorySegment forStep(MemorySegment segment);

    /** Whether threads other than the caller can work on what {@link #forStep} returned. */
    boolean isShareable(MemorySegment segment);

    /** Whether memory can be used whatever the thread, and for as long as it is reachable. */
    boolean isAlwaysAccessible(MemorySegment segment);

    /** Fails unless the current thread may use memory now. */
    void requireAccessible(MemorySegment segment, String what);

    /** Copies to other memory of the same size, either of which may be on the Java heap. Waits for it. */
    void copy(MemorySegment from, MemorySegment to);

    /** The same elements where Java can read them: the segment itself, or a copy. */
    MemorySegment readable(MemorySegment segment);

    /** Sets memory to zero. */
    void clear(MemorySegment segment);
}
