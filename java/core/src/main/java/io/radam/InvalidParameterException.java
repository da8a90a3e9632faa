package io.radam;

/**
 * A parameter's or a gradient's memory cannot be used: sizes differ, it is read-only, misaligned, closed, confined to
 * another thread, or overlaps other memory. The message carries the values at fault.
 */
public final class InvalidParameterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message, for adapters to the memory of other frameworks.
     *
     * @param message what is wrong, with the values at fault
     */
    public InvalidParameterException(String message) {
        super(message);
    }
}
