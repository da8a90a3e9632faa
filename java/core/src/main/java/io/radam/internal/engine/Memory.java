package io.radam.internal.engine;

import java.lang.foreign.MemorySegment;

/** The kind of memory that an optimizer's parameters and state are in. */
sealed interface Memory permits HostMemory, CudaMemory {
    /** Zeroed memory for state, of which a part may be asked for, and no less than a cache line's alignment. */
    MemorySegment allocate(long bytes);

    /** A parameter's memory, as a step may use it in any of its threads. Fails where it never can. */
    MemorySegment forStep(MemorySegment segment, String what);

    /** Fails unless the current thread may use memory now. */
    void requireAccessible(MemorySegment segment, String what);

    /** Copies to state. */
    void copy(MemorySegment from, MemorySegment to);

    /** Sets a gradient to zero. */
    void clear(MemorySegment segment);
}
