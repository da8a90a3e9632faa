package io.radam.robustness.fuzz;

import io.radam.checkpoint.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the files that fuzzing of PyTorch's begins with, beside those that PyTorch has written for other tests. */
final class TorchSeeds {
    private TorchSeeds() {
    }

    /** To a folder, which must be there. */
    public static void main(String[] arguments) throws IOException {
        for (SmallTraining.Kind kind : SmallTraining.Kind.TORCH) {
            TorchCheckpoint.write(Path.of(arguments[0], kind.name()), new SmallTraining(kind).step().optimizer);
            TorchCheckpoint.write(Path.of(arguments[0], kind + "-new"), new SmallTraining(kind).optimizer);
        }
    }
}
