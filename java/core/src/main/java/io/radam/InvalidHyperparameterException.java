package io.radam;

/** A hyperparameter is out of range. The message names it and carries its value. */
public final class InvalidHyperparameterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message.
     *
     * @param message the hyperparameter and its value
     */
    public InvalidHyperparameterException(String message) {
        super(message);
    }
}
