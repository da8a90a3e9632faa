package io.radam.paper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rows of numbers that are finished, in a file for each run. A run that was interrupted is made again, or goes on from
 * a checkpoint; one that is finished is read.
 */
public final class Results {
    private final Path folder;
    private final Set<String> read = ConcurrentHashMap.newKeySet();
    /** Figures may share runs: one that this call finished is not one that it found. */
    private final Set<String> written = ConcurrentHashMap.newKeySet();

    /** Results in a folder, which is made. */
    public Results(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** Where a run may keep what it needs to go on. */
    public Path checkpoint(String run) {
        return folder.resolve(run + ".safetensors");
    }

    /** Keeps a picture of a figure beside its rows. */
    public void picture(String figure, byte[] png) throws IOException {
        Files.write(folder.resolve(figure + ".png"), png);
    }

    /**
     * The rows of a run that is finished.
     *
     * @param made how it would be made now; rows that were made otherwise are not used
     */
    public Optional<List<double[]>> read(String run, String made) throws IOException {
        Path file = file(run);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().equals(made)) {
            return Optional.empty();
        }
        List<double[]> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            rows.add(parse(line));
        }
        if (!written.contains(run)) {
            read.add(run);
        }
        return Optional.of(rows);
    }

    /** Keeps the rows of a run that is finished. */
    public void write(String run, String made, List<double[]> rows) throws IOException {
        List<String> lines = new ArrayList<>(List.of(made));
        rows.forEach(row -> lines.add(text(row)));
        Path unfinished = folder.resolve(run + ".tmp");
        Files.write(unfinished, lines);
        Files.move(unfinished, file(run), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(checkpoint(run));
        written.add(run);
    }

    /** Which runs were finished by this call, in a sentence. */
    public String origin() {
        int all = read.size() + written.size();
        return read.isEmpty() ? Text.format("Runs that this call finished: all %d.", all)
                : Text.format("Runs that this call finished: %d of %d. Earlier calls finished the others, which were "
                        + "read.", written.size(), all);
    }

    /** A row as text, to the last bit. */
    public static String text(double[] row) {
        return String.join(",", Arrays.stream(row).mapToObj(Double::toString).toList());
    }

    /** The row of a text. */
    public static double[] parse(String text) {
        return Arrays.stream(text.split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    private Path file(String run) {
        return folder.resolve(run + ".csv");
    }
}
