package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Cuts a file while a restore copies from it. Its argument: the file. */
final class ShorterFileProgram {
    private ShorterFileProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        for (Training.Kind kind : Training.Kind.values()) {
            try (Training training = new Training(kind, 10_000); Training other = new Training(kind, 10_000)) {
                training.trainTo(5).checkpoint().write(file);
                other.trainTo(2);
                // All sums are right, and the next thing is to copy.
                assertThrows(InternalError.class, () -> other.checkpoint().progress((done, total) -> {
                    if (done == total) {
                        cut(file);
                    }
                }).restore(file), kind::name);
                // The process lives, and the optimizer can still be restored.
                training.checkpoint().write(file);
                other.restore(file);
                assertEquals(training.digest(), other.digest(), kind::name);
            }
        }
    }

    private static void cut(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
