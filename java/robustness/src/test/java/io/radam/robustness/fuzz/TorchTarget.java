package io.radam.robustness.fuzz;

import io.radam.checkpoint.TorchCheckpoint;
import io.radam.checkpoint.TorchFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Fuzzes the reader of PyTorch's files. */
public final class TorchTarget {
    private static final FileTarget TARGET = new FileTarget("fuzzed.pt", SmallTraining.Kind.TORCH,
            TorchTarget::restore, TorchOracle::check);

    private TorchTarget() {
    }

    /** A file as it is and, where that is refused, its entries packed anew. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        if (!TARGET.run(bytes)) {
            byte[] mended = TorchMender.mend(bytes);
            if (mended != null) {
                TARGET.run(mended);
            }
        }
    }

    private static void restore(Path path, SmallTraining training) throws IOException {
        try (TorchFile file = TorchCheckpoint.read(path)) {
            file.verify();
            file.restore(TorchCheckpoint.of(training.optimizer).at(place(file)));
        }
    }

    /** Where the optimizer's state is: one of the files that fuzzing begins with has more. */
    static Object[] place(TorchFile file) {
        return file.contents() instanceof Map<?, ?> map && map.containsKey("optimizers")
                ? new Object[] {"optimizers", 0} : new Object[0];
    }
}
