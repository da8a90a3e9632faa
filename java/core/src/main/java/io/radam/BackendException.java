package io.radam;

/**
 * A backend or device that was asked for cannot be used, a device has failed, or there is no memory. The message says
 * why, and names what can be used instead, if anything.
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
