package io.radam;

/** The backend that was asked for cannot be used. The message says why, and what can be used instead. */
public final class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
