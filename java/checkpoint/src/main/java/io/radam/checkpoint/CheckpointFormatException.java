package io.radam.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is damaged, is no checkpoint of radam, or has an algorithm that is not at hand: one of the user's own, where
 * neither the optimizer nor the call that reads the file has it. The message has the file's path and what is wrong.
 */
public final class CheckpointFormatException extends IOException {
    private static final long serialVersionUID = 1;
    /** A file may contain names of any length. */
    private static final int LONGEST_REASON = 500;

    /** The file's. */
    private final String path;
    /** What is wrong. */
    private final String reason;

    CheckpointFormatException(Path path, String reason, Throwable cause) {
        super(path + ": " + shortened(reason), cause);
        this.path = path.toString();
        this.reason = shortened(reason);
    }

    private static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
    }

    /**
     * The file.
     *
     * @return its path, as the caller gave it
     */
    public String path() {
        return path;
    }

    /**
     * What is wrong with the file.
     *
     * @return a sentence without the path
     */
    public String reason() {
        return reason;
    }
}
