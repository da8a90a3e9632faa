package io.radam.robustness.crash;

import io.radam.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The ways to keep a training's checkpoints in a folder. All tests here are done with each. */
enum Writing {
    /** One file, which is replaced. */
    FILE {
        @Override
        void write(Training training, Path folder) throws IOException {
            training.checkpoint().write(file(folder));
        }

        @Override
        Optional<Path> latest(Path folder) {
            return Optional.of(file(folder)).filter(Files::exists);
        }

        private static Path file(Path folder) {
            return folder.resolve("run.safetensors");
        }
    },

    /** Numbered files in a folder below, of which two are kept. */
    FOLDER {
        @Override
        void write(Training training, Path folder) throws IOException {
            checkpoints(folder).write(training.checkpoint(), training.step());
        }

        @Override
        Optional<Path> latest(Path folder) throws IOException {
            return checkpoints(folder).latest();
        }

        private static CheckpointFolder checkpoints(Path folder) {
            return CheckpointFolder.of(folder.resolve("checkpoints")).keepLast(2);
        }
    };

    /** Saves a training after a step. */
    abstract void write(Training training, Path folder) throws IOException;

    /** What the latest checkpoint is in. */
    abstract Optional<Path> latest(Path folder) throws IOException;

    /**
     * Checks the latest checkpoint as a whole, and has a training go on from it.
     *
     * @return whether there was one
     */
    boolean restore(Training training, Path folder) throws IOException {
        Optional<Path> latest = latest(folder);
        if (latest.isPresent()) {
            training.restore(latest.get());
        }
        return latest.isPresent();
    }
}
