package io.radam;

/** A hyperparameter is out of range. The message names it and carries its value. */
public final class InvalidHyperparameterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    InvalidHyperparameterException(String message) {
        super(message);
    }
}
