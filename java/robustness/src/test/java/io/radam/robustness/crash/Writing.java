package io.radam.robustness.crash;

import io.radam.checkpoint.CheckpointFolder;
import io.radam.checkpoint.CheckpointFormatException;
import io.radam.checkpoint.ShardedCheckpoint;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
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
        boolean restore(Training training, Path folder) throws IOException {
            try {
                training.restore(file(folder));
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
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
        boolean restore(Training training, Path folder) throws IOException {
            Optional<Path> latest = checkpoints(folder).latest();
            if (latest.isPresent()) {
                training.restore(latest.get());
            }
            return latest.isPresent();
        }

        private static CheckpointFolder checkpoints(Path folder) {
            return CheckpointFolder.of(folder.resolve("checkpoints")).keepLast(2);
        }
    },

    /** Two files with an index, as two processes write them. One training goes on from both. */
    SHARDS {
        @Override
        void write(Training training, Path folder) throws IOException {
            for (int rank = 0; rank < PROCESSES; rank++) {
                ShardedCheckpoint part = sharded(folder, rank);
                training.usePart(rank, checkpoint -> part.write(checkpoint, training.step()));
            }
            sharded(folder, 0).complete(training.step());
        }

        @Override
        void writeAgain(Training training, Path folder) throws IOException {
            try {
                // The index may be in its place, and then its files are not written again.
                sharded(folder, 0).complete(training.step());
            } catch (CheckpointFormatException e) {
                write(training, folder);
            }
        }

        @Override
        boolean restore(Training training, Path folder) throws IOException {
            try {
                training.restore(sharded(folder, 0).index());
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        private static ShardedCheckpoint sharded(Path folder, int rank) {
            return ShardedCheckpoint.of(folder.resolve("run"), rank, PROCESSES);
        }
    };

    private static final int PROCESSES = 2;

    /** Saves a training after a step. */
    abstract void write(Training training, Path folder) throws IOException;

    /** The same, after a failure to save that step. */
    void writeAgain(Training training, Path folder) throws IOException {
        write(training, folder);
    }

    /**
     * Checks the latest checkpoint as a whole, and has a training go on from it.
     *
     * @return whether there was one
     */
    abstract boolean restore(Training training, Path folder) throws IOException;
}
