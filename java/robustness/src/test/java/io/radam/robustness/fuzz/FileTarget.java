package io.radam.robustness.fuzz;

import io.radam.InvalidSnapshotException;
import io.radam.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A reader of files that is fuzzed: a file is restored to trainings, or refused by name with nothing changed. A class
 * whose {@code fuzzerTestOneInput} calls {@link #run} is a target of {@link Fuzzer}.
 */
final class FileTarget {
    /** Where the fuzzed process puts its file: a folder in memory, since the file is written for each run. */
    static final String FOLDER = "robustness.fuzz.folder";

    /** Restores a file to a training. */
    interface Reader {
        void restore(Path file, SmallTraining training) throws IOException;
    }

    /** Fails if a training that was restored is not what the file says. */
    interface Oracle {
        void check(byte[] file, SmallTraining training);
    }

    private final Reader reader;
    private final Oracle oracle;
    private final Path file = Path.of(System.getProperty(FOLDER), "fuzzed");
    private final List<SmallTraining> trainings =
            Stream.of(SmallTraining.Kind.values()).map(SmallTraining::new).toList();
    /** What each of them was when a file was restored to it last: to know it takes as long as to refuse a file. */
    private final List<byte[]> bits = new ArrayList<>(trainings.stream().map(SmallTraining::bits).toList());

    FileTarget(Reader reader, Oracle oracle) {
        this.reader = reader;
        this.oracle = oracle;
    }

    /**
     * Restores a file to each of the trainings.
     *
     * @return whether one took it
     */
    boolean run(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        boolean restored = false;
        for (int i = 0; i < trainings.size(); i++) {
            try {
                reader.restore(file, trainings.get(i));
            } catch (InvalidSnapshotException e) {
                requireUnchanged(i, e);
                continue;
            } catch (CheckpointFormatException e) {
                requireUnchanged(i, e);
                break; // the same for all trainings
            }
            oracle.check(bytes, trainings.get(i));
            bits.set(i, trainings.get(i).bits());
            restored = true;
        }
        return restored;
    }

    private void requireUnchanged(int training, Exception e) {
        if (!Arrays.equals(bits.get(training), trainings.get(training).bits())) {
            throw new AssertionError("a restore failed, and changed something", e);
        }
    }
}
