package io.radam.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder of numbered checkpoints, of which the last few are kept.
 *
 * {@snippet :
 * CheckpointFolder folder = CheckpointFolder.of(path).keepLast(3);
 * Optional<Path> latest = folder.latest();
 * int epoch = latest.isPresent() ? Integer.parseInt(checkpoint.restore(latest.get()).get("epoch")) : 0;
 * while (epoch < epochs) {
 *     train(++epoch);
 *     folder.write(checkpoint.put("epoch", String.valueOf(epoch)), epoch);
 * }
 * }
 *
 * <p>One writer at a time may use a folder, since it also deletes what an earlier one has left unfinished. Other
 * files in the folder are not touched.
 */
public final class CheckpointFolder {
    private static final String FORMAT = "checkpoint-%012d.safetensors";
    /** As {@link #FORMAT} writes a number, which has no second name then. */
    private static final Pattern NAME =
            Pattern.compile("checkpoint-([0-9]{12}|[1-9][0-9]{12,17})\\.safetensors");
    private static final Pattern UNFINISHED = Pattern.compile("\\." + NAME + AtomicFile.UNFINISHED);
    private static final long LARGEST = 999_999_999_999_999_999L;

    private final Path folder;
    private int kept = Integer.MAX_VALUE;

    private CheckpointFolder(Path folder) {
        this.folder = Objects.requireNonNull(folder, "folder");
    }

    /**
     * A folder that keeps all checkpoints.
     *
     * @param folder is made by the first {@link #write}, if it is not there
     * @return the folder
     */
    public static CheckpointFolder of(Path folder) {
        return new CheckpointFolder(folder);
    }

    /**
     * Sets how many checkpoints are kept.
     *
     * @param count at least 1
     * @return this folder
     * @throws IllegalArgumentException if the count is less than 1
     */
    public CheckpointFolder keepLast(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("the number of checkpoints to keep is less than 1: " + count);
        }
        kept = count;
        return this;
    }

    /**
     * Writes a checkpoint. Once it is on the disk, those with the lowest numbers are deleted, as far as there are more
     * than are to be kept. The new one always stays.
     *
     * @param checkpoint what to write
     * @param number     such as that of the epoch or the step, at least 0; a file of that number is replaced
     * @return the file
     * @throws IOException if the file cannot be written, and none is deleted then; or if an old one cannot be deleted
     * @throws IllegalArgumentException if the number is out of range, or as {@link Checkpoint#write(Path)}
     * @throws io.radam.OptimizerStateException as {@link Checkpoint#write(Path)}
     */
    public Path write(Checkpoint checkpoint, long number) throws IOException {
        if (number < 0 || number > LARGEST) {
            throw new IllegalArgumentException("the number is not from 0 to " + LARGEST + ": " + number);
        }
        create();
        for (Path unfinished : matching(UNFINISHED)) {
            Files.deleteIfExists(unfinished);
        }
        Path written = folder.resolve(String.format(Locale.ROOT, FORMAT, number));
        checkpoint.write(written);
        List<Path> others = new ArrayList<>(files());
        others.remove(written);
        for (Path old : others.subList(0, Math.max(0, others.size() + 1 - kept))) {
            Files.deleteIfExists(old);
        }
        return written;
    }

    /**
     * Makes the folder, and has the disk keep its name; also where an earlier program made it, and was killed before it
     * had written anything. Which folders above it were made then is not known, so all are forced.
     */
    private void create() throws IOException {
        if (files().isEmpty()) {
            Files.createDirectories(folder);
            for (Path above = folder.toAbsolutePath().getParent(); above != null; above = above.getParent()) {
                AtomicFile.forceFolder(above);
            }
        }
    }

    /**
     * The checkpoint with the highest number.
     *
     * @return none if there is no checkpoint, or no folder
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> latest() throws IOException {
        List<Path> files = files();
        return files.isEmpty() ? Optional.empty() : Optional.of(files.getLast());
    }

    /**
     * The checkpoints.
     *
     * @return from the lowest number to the highest
     * @throws IOException if the folder cannot be read
     */
    public List<Path> files() throws IOException {
        return matching(NAME).stream().sorted(Comparator.comparingLong(CheckpointFolder::number)).toList();
    }

    private static long number(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private List<Path> matching(Pattern pattern) throws IOException {
        return FileErrors.files(folder, pattern.asMatchPredicate());
    }
}
