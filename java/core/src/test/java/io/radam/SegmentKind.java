package io.radam;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** Kinds of memory that a framework may keep its parameters in. */
enum SegmentKind {
    /** Aligned as an allocator would. */
    NATIVE {
        @Override
        MemorySegment allocate(Arena arena, int elements) {
            return arena.allocate((long) elements * Float.BYTES, 64);
        }
    },
    /** Aligned to no more than an element. */
    NATIVE_SLICE {
        @Override
        MemorySegment allocate(Arena arena, int elements) {
            return arena.allocate((elements + 1L) * Float.BYTES, 64).asSlice(Float.BYTES);
        }
    },
    /** Memory that only the calling thread may use. */
    CONFINED {
        @Override
        MemorySegment allocate(Arena arena, int elements) {
            return MemorySegment.ofAddress(NATIVE.allocate(arena, elements).address())
                    .reinterpret((long) elements * Float.BYTES, Arena.ofConfined(), null);
        }
    },
    ARRAY {
        @Override
        MemorySegment allocate(Arena arena, int elements) {
            return MemorySegment.ofArray(new float[elements]);
        }
    },
    ARRAY_SLICE {
        @Override
        MemorySegment allocate(Arena arena, int elements) {
            MemorySegment whole = MemorySegment.ofArray(new float[elements + 3]);
            return whole.asSlice(2L * Float.BYTES, (long) elements * Float.BYTES);
        }
    };

    /** Memory of this kind. The arena owns it, or the garbage collector. */
    abstract MemorySegment allocate(Arena arena, int elements);

    static SegmentKind any(RandomGenerator random) {
        return values()[random.nextInt(values().length)];
    }
}
