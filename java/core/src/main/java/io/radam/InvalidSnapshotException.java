package io.radam;

/**
 * A snapshot does not fit the optimizer that is to be restored: parameters, algorithm, state or seed differ. The
 * message says what differs.
 */
public final class InvalidSnapshotException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * An exception with a message.
     *
     * @param message what differs, with both values
     */
    public InvalidSnapshotException(String message) {
        super(message);
    }

    InvalidSnapshotException(String message, Throwable cause) {
        super(message, cause);
    }
}
