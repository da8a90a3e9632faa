package io.radam.robustness.fuzz;

import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFile;
import java.io.IOException;
import java.nio.file.Path;

/** Fuzzes the reader of checkpoints. */
public final class CheckpointTarget {
    private static final FileTarget TARGET = new FileTarget("fuzzed", SmallTraining.Kind.CHECKPOINTS,
            CheckpointTarget::restore, CheckpointOracle::check);

    private CheckpointTarget() {
    }

    /** A file as it is and, where that is refused, with the lengths and checksums that it should have. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        if (!TARGET.run(bytes)) {
            byte[] mended = CheckpointMender.mend(bytes);
            if (mended != null) {
                TARGET.run(mended);
            }
        }
    }

    private static void restore(Path path, SmallTraining training) throws IOException {
        try (CheckpointFile file = Checkpoint.read(path)) {
            file.verify();
            file.restore(training.checkpoint());
        }
    }
}
