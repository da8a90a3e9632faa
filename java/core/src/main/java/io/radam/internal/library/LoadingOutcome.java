package io.radam.internal.library;

/**
 * The outcome of loading a library.
 *
 * @param failure  null if the library can be used, otherwise the reason why not
 * @param askedFor whether a library was asked for by name, so that a failure must be reported and not passed over
 * @param cause    the exception behind the failure, or null
 */
public record LoadingOutcome(String failure, boolean askedFor, Throwable cause) {
    /** Whether the library can be used. */
    public boolean loaded() {
        return failure == null;
    }
}
