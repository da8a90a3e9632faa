package io.radam;

/** An optimizer cannot do this now: it is closed, or another thread is in the middle of a step. */
public final class OptimizerStateException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /**
     * With a message.
     *
     * @param message what is wrong
     */
    public OptimizerStateException(String message) {
        super(message);
    }
}
