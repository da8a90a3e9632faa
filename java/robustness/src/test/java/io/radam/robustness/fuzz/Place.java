package io.radam.robustness.fuzz;

/**
 * A piece of memory, of which each {@link Side} has one of its own. Equal places are one segment object on a side.
 *
 * @param view distinguishes segment objects of the same memory
 */
record Place(Base base, int offset, int bytes, boolean readOnly, int view) {
    /** Memory of several kinds, of {@link #BYTES} bytes each. */
    enum Base {
        FLOATS(4), MORE_FLOATS(4), LONGS(8), SHORTS(2), BYTES_OF_HEAP(1), NATIVE(64), SHARED(64), CONFINED(64),
        /** Confined to another thread. */
        FOREIGN(64),
        /** Closed from the beginning. */
        CLOSED(64),
        /** For scales of 8-bit state alone, which are powers of two. */
        SCALES(64);

        /** The alignment that its segments guarantee. */
        final int alignment;

        Base(int alignment) {
            this.alignment = alignment;
        }

        boolean isNative() {
            return alignment == 64;
        }
    }

    static final int BYTES = 1024;

    boolean overlaps(Place other) {
        return base == other.base && offset < other.offset + other.bytes && other.offset < offset + bytes
                && bytes > 0 && other.bytes > 0;
    }

    /** Whether it holds whole elements of so many bytes, at their alignment. */
    boolean fits(int elementBytes) {
        int aligned = offset == 0 ? base.alignment : Math.min(base.alignment, Integer.lowestOneBit(offset));
        return bytes % elementBytes == 0 && aligned >= elementBytes;
    }
}
