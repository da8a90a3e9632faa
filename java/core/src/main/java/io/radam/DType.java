package io.radam;

/** The type of the elements of some memory, in native byte order. */
public enum DType {
    /** IEEE-754 binary32, {@code float}. */
    FLOAT32(4),
    /** bfloat16: the upper half of a {@code float}. */
    BFLOAT16(2),
    /** IEEE-754 binary16, see {@link Float#float16ToFloat}. */
    FLOAT16(2);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * The size of an element, which is also its alignment.
     *
     * @return 4 or 2 bytes
     */
    public int bytes() {
        return bytes;
    }
}
