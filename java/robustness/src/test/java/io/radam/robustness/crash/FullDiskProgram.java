package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Trains and saves on a small disk until that is full, makes room, and goes on. Its argument: the folder. */
final class FullDiskProgram {
    static final String FULL = "full after ";

    private FullDiskProgram() {
    }

    public static void main(String[] arguments) throws Exception {
        CheckpointFolder folder = CheckpointFolder.of(Path.of(arguments[0]));
        try (Training training = new Training(Training.Kind.ADAM, 10_000);
                Training restored = new Training(Training.Kind.ADAM, 10_000)) {
            String last = null;
            IOException full = null;
            while (full == null) {
                training.train();
                try {
                    folder.write(training.checkpoint(), training.step());
                    last = training.digest();
                } catch (IOException e) {
                    full = e;
                }
            }
            assertTrue(full.getMessage().contains("No space left on device"), full.toString());
            assertTrue(full.getMessage().contains(arguments[0]), full.toString());
            List<Path> files = folder.files();
            assertEquals(training.step() - 1, files.size());
            try (var all = Files.list(Path.of(arguments[0]))) {
                assertEquals(files.size(), all.count());
            }
            restored.restore(folder.latest().orElseThrow());
            assertEquals(last, restored.digest());

            Files.delete(files.getFirst());
            folder.write(training.checkpoint(), training.step());
            restored.restore(folder.latest().orElseThrow());
            assertEquals(training.digest(), restored.digest());
            System.out.println(FULL + files.size());
        }
    }
}
