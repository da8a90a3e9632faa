package io.radam.bench;

/**
 * What a step has to update.
 *
 * @param size    how many parameters, in all tensors
 * @param tensors how many tensors they are in, all of one length
 */
public record Work(int size, int tensors) {
    /** Checks that the parameters divide among the tensors. */
    public Work {
        if (size < 1 || tensors < 1 || size % tensors != 0) {
            throw new IllegalArgumentException(size + " parameters cannot be in " + tensors + " tensors of one length");
        }
    }

    /** All parameters in one tensor. */
    public static Work of(int size) {
        return new Work(size, 1);
    }

    /** The length of each tensor. */
    public int tensorSize() {
        return size / tensors;
    }
}
