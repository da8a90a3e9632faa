package io.radam.checkpoint;

import io.radam.CustomAlgorithm;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.PlateauSchedule;
import io.radam.cuda.CudaDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a training consists of, to save it in a file and to go on from there with the same bits.
 *
 * {@snippet :
 * Checkpoint checkpoint = Checkpoint.of(optimizer).withParameters().lossScaler(scaler).plateau(schedule);
 * checkpoint.put("epoch", "3").write(path);
 * // later, with all of it built in the same way
 * int epoch = Integer.parseInt(checkpoint.restore(path).get("epoch"));
 * }
 *
 * <p>The file is in the safetensors format, so other programs can open it: the module's README has its layout.
 *
 * <p>A file is written beside its place, forced to the disk, and renamed. Until then the old file stays as it is; if
 * writing fails, it stays for good. What is written is read from the optimizer's own memory piece by piece, and is not
 * copied as a whole. So no step may be made meanwhile: if one is, writing fails.
 *
 * <p>Restoring changes everything or nothing: the file, its checksums and all sizes are checked before.
 *
 * <p>For a training in many processes there is {@link ShardedCheckpoint}.
 *
 * <p>A path that is a link stays one, and its file is replaced. The new file has the permissions of the old one.
 *
 * <p>A checkpoint may be used by one thread at a time.
 */
public final class Checkpoint {
    private final Optimizer optimizer;
    private final Map<String, String> strings = new LinkedHashMap<>();
    private boolean parameters;
    private boolean averages;
    private boolean convertingState;
    private LossScaler lossScaler;
    private PlateauSchedule plateau;
    private Map<String, long[]> shapes = Map.of();
    private CudaDevice device;
    private Progress progress = (done, total) -> { };
    private int pieceBytes = TensorWriter.PIECE_BYTES;

    private Checkpoint(Optimizer optimizer) {
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
    }

    /**
     * A checkpoint of an optimizer's settings, step numbers and state.
     *
     * @param optimizer the optimizer
     * @return a checkpoint, to which the rest of the training can be added
     */
    public static Checkpoint of(Optimizer optimizer) {
        return new Checkpoint(optimizer);
    }

    /**
     * Writes a checkpoint of an optimizer alone.
     *
     * @param path      the file, which is replaced if it is there
     * @param optimizer the optimizer
     * @throws IOException as {@link #write(Path)}
     * @throws InvalidParameterException as {@link #write(Path)}
     * @throws OptimizerStateException as {@link #write(Path)}
     */
    public static void write(Path path, Optimizer optimizer) throws IOException {
        of(optimizer).write(path);
    }

    /**
     * Opens a checkpoint.
     *
     * @param path the file, or the {@linkplain ShardedCheckpoint#index() index} of several, whose name ends in {@code
     *             .safetensors.index.json}
     * @return the open file, which the caller has to close
     * @throws CheckpointFormatException if the file is damaged, or is no checkpoint
     * @throws IOException if it cannot be read
     */
    public static CheckpointFile read(Path path) throws IOException {
        return CheckpointFile.open(path, Algorithms.OF_LIBRARY);
    }

    /**
     * Opens a checkpoint of an optimizer that may have algorithms of the user's own. {@link #restore(Path)} takes those
     * of its optimizer.
     *
     * @param path as for {@link #read(Path)}
     * @param own  algorithms, which the file may have by their names
     * @return the open file, which the caller has to close
     * @throws CheckpointFormatException as {@link #read(Path)}, or if the file is of an algorithm that neither is among
     *     these nor is of the library
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if two of them have the same name
     */
    public static CheckpointFile read(Path path, CustomAlgorithm... own) throws IOException {
        return CheckpointFile.open(path, Algorithms.of(own));
    }

    // -------------------------------------------------------------------------------------------- what belongs to it

    /**
     * Adds the values of all parameters. Copies in a 16-bit type are not saved: a restore writes them anew. The lower
     * halves of {@linkplain io.radam.Parameter.Builder#split split} values are saved also without this, and restored.
     *
     * @return this checkpoint
     */
    public Checkpoint withParameters() {
        parameters = true;
        return this;
    }

    /**
     * Adds the moving averages of all parameters that have one.
     *
     * @return this checkpoint
     */
    public Checkpoint withAverages() {
        averages = true;
        return this;
    }

    /**
     * Adds the scale of a loss scaler.
     *
     * @param scaler is read when the checkpoint is written
     * @return this checkpoint
     */
    public Checkpoint lossScaler(LossScaler scaler) {
        lossScaler = Objects.requireNonNull(scaler, "scaler");
        return this;
    }

    /**
     * Adds the state of a schedule.
     *
     * @param schedule is read when the checkpoint is written
     * @return this checkpoint
     */
    public Checkpoint plateau(PlateauSchedule schedule) {
        plateau = Objects.requireNonNull(schedule, "schedule");
        return this;
    }

    /**
     * Adds a string, such as the number of the epoch or the state of a random generator. It replaces an earlier one of
     * that name.
     *
     * @param name  any text
     * @param value any text
     * @return this checkpoint
     * @throws IllegalArgumentException if one has half a surrogate pair, which a file cannot have, or is longer than
     *     all strings of a file together may be, which is 100 MB
     */
    public Checkpoint put(String name, String value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        strings.put(requireText(name, "name"), requireText(value, "value"));
        return this;
    }

    private static String requireText(String text, String what) {
        if (text.length() > Header.LARGEST) {
            throw new IllegalArgumentException("the " + what + " has " + text.length() + " characters, and a file can "
                    + "have " + Header.LARGEST + " bytes of them");
        }
        if (!Json.isText(text)) {
            throw new IllegalArgumentException("the " + what + " is not Unicode: " + text);
        }
        return text;
    }

    /**
     * Sets the shapes of parameters, for programs that read the file. Without one, a tensor has one dimension.
     *
     * @param shapes by the names of parameters; of each, the product is its number of elements. A parameter without a
     *               name has that of the file: the numbers of its group and its place there, such as {@code 0.2}
     * @return this checkpoint
     */
    public Checkpoint shapes(Map<String, long[]> shapes) {
        Map<String, long[]> copy = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> copy.put(Objects.requireNonNull(name, "name"), shape.clone()));
        this.shapes = copy;
        return this;
    }

    /**
     * Sets the GPU that the optimizer was built for.
     *
     * @param device the device, with the optimizer's stream, in which copies are made
     * @return this checkpoint
     */
    public Checkpoint device(CudaDevice device) {
        this.device = Objects.requireNonNull(device, "device");
        return this;
    }

    /**
     * Sets who is told how far writing and restoring have come.
     *
     * @param progress is called often, and should be quick
     * @return this checkpoint
     */
    public Checkpoint progress(Progress progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /**
     * Has a restore convert the state where the optimizer has another type of state than the one that was saved.
     * Without this, such a checkpoint is refused. Rounding and errors are those of {@link io.radam.Conversions}: to
     * float32 it is exact. Where the type differs, the optimizer keeps its own rounding of the state. A state that is
     * converted has to fit into memory for a second time. What is written is not converted.
     *
     * @return this checkpoint
     */
    public Checkpoint convertingState() {
        convertingState = true;
        return this;
    }

    /** Sets the size of pieces that are copied at once, for tests. */
    Checkpoint pieceBytes(int bytes) {
        pieceBytes = bytes;
        return this;
    }

    // ------------------------------------------------------------------------------------------------- write, restore

    /**
     * Writes all of it to a file.
     *
     * @param path the file, which is replaced if it is there
     * @throws IOException if the file cannot be written; the old file stays. Or if all of it was written, and only its
     *     folder cannot be forced to the disk; then the new file is in its place, which the message says
     * @throws InvalidParameterException if two parameters would have one name, a shape does not fit, or memory cannot
     *     be read by the current thread: that of a GPU takes a {@link #device}; the old file stays
     * @throws OptimizerStateException if the optimizer is closed, or is used meanwhile; the old file stays
     * @throws IllegalArgumentException if the file's header would have more than 100 MB, or more than a million names,
     *     or the path is one that an index would have; the old file stays
     * @throws UnsupportedOperationException on a big-endian machine; the old file stays
     */
    public void write(Path path) throws IOException {
        if (ShardIndex.isIndex(Objects.requireNonNull(path, "path"))) {
            throw new IllegalArgumentException("the path would be taken for that of an index: " + path);
        }
        writeAs(null, path);
    }

    /** Writes a shard or, where that is null, all of it. */
    void writeAs(ShardName shard, Path path) throws IOException {
        Contents contents = new Contents(this, shard);
        memory().begin();
        new TensorWriter(memory(), progress, pieceBytes)
                .write(path, contents.metadata(), contents.tensors(), contents::requireUnchanged);
    }

    /**
     * Restores all of it from a file, or from the {@linkplain ShardedCheckpoint#index() index} of several.
     *
     * @param path the file
     * @return the strings that were put, by their names; immutable
     * @throws IOException as {@link #read} and {@link CheckpointFile#restore(Checkpoint)}; nothing is changed
     * @throws InvalidSnapshotException as {@link CheckpointFile#restore(Checkpoint)}; nothing is changed
     * @throws InvalidParameterException as {@link CheckpointFile#restore(Checkpoint)}; nothing is changed
     * @throws OptimizerStateException as {@link CheckpointFile#restore(Checkpoint)}; nothing is changed
     */
    public Map<String, String> restore(Path path) throws IOException {
        try (CheckpointFile file = CheckpointFile.open(path, Algorithms.of(optimizer))) {
            file.restore(this);
            return file.strings();
        }
    }

    // ------------------------------------------------------------------------------------------- for those who do it

    Optimizer optimizer() {
        return optimizer;
    }

    boolean hasParameters() {
        return parameters;
    }

    boolean hasAverages() {
        return averages;
    }

    boolean isConvertingState() {
        return convertingState;
    }

    LossScaler lossScaler() {
        return lossScaler;
    }

    PlateauSchedule plateau() {
        return plateau;
    }

    Map<String, String> strings() {
        return strings;
    }

    Map<String, long[]> shapes() {
        return shapes;
    }

    DeviceAccess memory() {
        return new DeviceAccess(device);
    }

    Progress progress() {
        return progress;
    }

    int pieceBytes() {
        return pieceBytes;
    }
}
