package io.radam;

/** The backend that was asked for cannot be used. The message says why, and what can be used instead. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message, for modules that bring devices.
     *
     * @param message what cannot be used, and why
     * @param cause   what is behind it, or null
     */
    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
