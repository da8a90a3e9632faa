package io.radam.sharded;

/**
 * Ranks differ in something in which they have to be alike: parameters, settings, options of a step, gradients that are
 * bound, step numbers, or which call they make. All ranks get this exception, and nothing was changed.
 */
public final class RankMismatchException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    RankMismatchException(String message) {
        super(message);
    }
}
