package io.radam.checkpoint;

import java.util.function.Supplier;

/** What was read is not as it has to be. Who knows the file's path makes a {@link CheckpointFormatException} of it. */
final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Malformed(String reason) {
        super(reason);
    }

    Malformed(String reason, Throwable cause) {
        super(reason, cause);
    }

    static void require(boolean condition, String reason) {
        if (!condition) {
            throw new Malformed(reason);
        }
    }

    /** As {@link #require(boolean, String)}, where the reason exists only if there is one. */
    static void require(boolean condition, Supplier<String> reason) {
        if (!condition) {
            throw new Malformed(reason.get());
        }
    }
}
