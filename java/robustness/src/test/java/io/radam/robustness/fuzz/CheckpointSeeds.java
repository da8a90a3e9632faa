package io.radam.robustness.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files that fuzzing of checkpoints begins with: each kind with checksums, and without. */
final class CheckpointSeeds {
    private CheckpointSeeds() {
    }

    /** To a folder, which must be there. */
    public static void main(String[] arguments) throws IOException {
        for (SmallTraining.Kind kind : SmallTraining.Kind.CHECKPOINTS) {
            Path file = Path.of(arguments[0], kind.name());
            new SmallTraining(kind).step().checkpoint().put("epoch", "3").write(file);
            String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
            byte[] without = bytes.replaceAll("\"crc32c[^:]*:\"[0-9a-f]{8}\",", "")
                    .getBytes(StandardCharsets.ISO_8859_1);
            Files.write(file.resolveSibling(kind + "-without-checksums"), CheckpointMender.mend(without));
        }
    }
}
