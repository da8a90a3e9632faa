package io.radam.robustness.fuzz;

import io.radam.InvalidSnapshotException;
import io.radam.checkpoint.CheckpointFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

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
        void check(Path file, SmallTraining training) throws IOException;
    }

    private final Path file;
    private final Reader reader;
    private final Oracle oracle;
    private final List<SmallTraining> trainings;
    /** What each of them was when a file was restored to it last: to know it takes as long as to refuse a file. */
    private final List<byte[]> bits;

    /**
     * A target.
     *
     * @param name  of the file that is written
     * @param kinds to which files are restored
     */
    FileTarget(String name, Set<SmallTraining.Kind> kinds, Reader reader, Oracle oracle) {
        file = folder().resolve(name);
        this.reader = reader;
        this.oracle = oracle;
        trainings = kinds.stream().map(SmallTraining::new).toList();
        bits = new ArrayList<>(trainings.stream().map(SmallTraining::bits).toList());
    }

    static Path folder() {
        return Path.of(System.getProperty(FOLDER));
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
            oracle.check(file, trainings.get(i));
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
