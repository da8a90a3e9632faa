package io.radam;

/**
 * A snapshot is not of an optimizer like the one that is to be restored: its parameters, algorithm, state or seed differ. The
 * message carries what differs.
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
