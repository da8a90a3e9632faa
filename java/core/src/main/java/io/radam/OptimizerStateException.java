package io.radam;

/**
 * An optimizer cannot make a call now: it is closed, another thread is using it, its state is in use elsewhere, or its
 * pool was stopped.
 */
public final class OptimizerStateException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message.
     *
     * @param message what is wrong
     */
    public OptimizerStateException(String message) {
        super(message);
    }

    /**
     * An exception with a message and a cause.
     *
     * @param message what is wrong
     * @param cause   what is behind it, or null
     */
    public OptimizerStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
