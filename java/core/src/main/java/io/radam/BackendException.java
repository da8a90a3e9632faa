package io.radam;

/**
 * What was asked for to compute steps cannot be used, or a device has failed. The message says why, and what can be used
 * instead where something can.
 */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message.
     *
     * @param message what cannot be used, and why
     * @param cause   what is behind it, or null
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
