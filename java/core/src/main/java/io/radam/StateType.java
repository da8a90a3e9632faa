package io.radam;

/**
 * How the moments are stored.
 *
 * <p>A beta2 of 0.999 moves the second moment by a thousandth in a step, which is less than half the distance to the next
 * value of the smaller types: rounded to nearest, it would never move again. So they are rounded stochastically.
 * {@code radam_tensor} in {@code radam.h} documents both to the bit.
 */
public enum StateType {
    /** 8 bytes per element: two {@code float}s. */
    FLOAT32(4),
    /** 4 bytes per element. */
    BFLOAT16(2),
    /** 2 bytes per element, and two scales of 4 bytes for every block of 256 elements of a parameter. */
    BLOCK8(1);

    private final int bytes;

    StateType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * The size of one moment of one element.
     *
     * @return 4, 2 or 1 bytes
     */
    public int bytes() {
        return bytes;
    }
}
