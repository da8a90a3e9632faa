package io.radam.checkpoint;

import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.cuda.CudaDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Exchanges an optimizer's state with PyTorch: reads what {@code torch.save(optimizer.state_dict(), path)} has written,
 * and writes what {@code optimizer.load_state_dict(torch.load(path))} takes. The optimizers are RAdam, Adam, AdamW,
 * NAdam, Adamax, SGD, RMSprop, Adagrad and Adadelta of {@code torch.optim}; this library's have to follow the same
 * rules, as those of the preset {@code PYTORCH} do.
 *
 * {@snippet :
 * TorchCheckpoint.restore(path, optimizer);
 * // and back, in the shapes that the parameters have in PyTorch
 * TorchCheckpoint.of(optimizer).shapes(Map.of("fc.weight", new long[] {10, 64})).write(path);
 * }
 *
 * <p>Settings, step numbers and state are exchanged; the settings of the file are taken over, as PyTorch does. State is
 * in the order of rows. What PyTorch does not have, such as a seed, stays as the optimizer has it. The module's README
 * says what is exchanged and what is refused.
 *
 * <p>Files are written and restored as by {@link Checkpoint}: all of it or nothing. No code that a file may have is
 * run.
 *
 * <p>A checkpoint may be used by one thread at a time.
 */
public final class TorchCheckpoint {
    private final Optimizer optimizer;
    private List<Object> place = List.of();
    private List<String> names;
    private Map<String, long[]> shapes = Map.of();
    private CudaDevice device;
    private Progress progress = (done, total) -> { };
    private int pieceBytes = TensorWriter.PIECE_BYTES;

    private TorchCheckpoint(Optimizer optimizer) {
        this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
    }

    /**
     * A checkpoint of an optimizer.
     *
     * @param optimizer the optimizer
     * @return a checkpoint, for which more can be set
     */
    public static TorchCheckpoint of(Optimizer optimizer) {
        return new TorchCheckpoint(optimizer);
    }

    /**
     * Writes an optimizer's state for PyTorch.
     *
     * @param path      the file, which is replaced if it is there
     * @param optimizer the optimizer
     * @throws IOException as {@link #write(Path)}
     * @throws InvalidSnapshotException as {@link #write(Path)}
     * @throws InvalidParameterException as {@link #write(Path)}
     * @throws OptimizerStateException as {@link #write(Path)}
     */
    public static void write(Path path, Optimizer optimizer) throws IOException {
        of(optimizer).write(path);
    }

    /**
     * Restores an optimizer from a file of PyTorch that has its state and nothing else.
     *
     * @param path      the file
     * @param optimizer built as the one that was saved
     * @throws IOException as {@link #restore(Path)}; nothing is changed
     * @throws InvalidSnapshotException as {@link #restore(Path)}; nothing is changed
     * @throws InvalidParameterException as {@link #restore(Path)}; nothing is changed
     * @throws OptimizerStateException as {@link #restore(Path)}; nothing is changed
     */
    public static void restore(Path path, Optimizer optimizer) throws IOException {
        of(optimizer).restore(path);
    }

    /**
     * Opens a file of PyTorch, to look at what it has.
     *
     * @param path the file
     * @return the open file, which the caller has to close
     * @throws CheckpointFormatException if the file is damaged, is not of PyTorch since version 1.6, or has anything
     *     but numbers, strings, tensors, and dicts and lists of these
     * @throws IOException if it cannot be read
     */
    public static TorchFile read(Path path) throws IOException {
        return TorchFile.open(path);
    }

    /**
     * Sets where in the file the optimizer's state is. Without it, the file has nothing else.
     *
     * @param place keys of dicts, and indices of lists as {@code int} or {@code long}: {@code at("optimizer")} for a
     *              file of {@code torch.save({"model": ..., "optimizer": optimizer.state_dict()}, path)}
     * @return this checkpoint
     * @throws IllegalArgumentException if one is neither a string nor an integer
     */
    public TorchCheckpoint at(Object... place) {
        List<Object> keys = new ArrayList<>();
        for (Object key : place) {
            keys.add(switch (key) {
                case String text -> text;
                case Integer index -> (long) index;
                case Long index -> index;
                case null, default -> throw new IllegalArgumentException("neither a key nor an index: " + key);
            });
        }
        this.place = List.copyOf(keys);
        return this;
    }

    /**
     * Sets the names of the file's parameters, by which they are then matched with those of the optimizer within each
     * group. Without names, and where the file has none, parameters are matched in their order.
     *
     * @param names in the order of the file, over all groups: in PyTorch, those of {@code model.named_parameters()} as
     *              they were given to the optimizer
     * @return this checkpoint
     */
    public TorchCheckpoint names(List<String> names) {
        this.names = List.copyOf(names);
        return this;
    }

    /**
     * Sets the shapes of parameters. PyTorch needs state to have that of its parameter. Without one, state is written
     * with one dimension, and restored whatever its shape is.
     *
     * @param shapes by the names of parameters; of each, the product is its number of elements. A parameter without a
     *               name is called after the numbers of its group and its place there, such as {@code 0.2}
     * @return this checkpoint
     */
    public TorchCheckpoint shapes(Map<String, long[]> shapes) {
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
    public TorchCheckpoint device(CudaDevice device) {
        this.device = Objects.requireNonNull(device, "device");
        return this;
    }

    /**
     * Sets who is told how far writing and restoring have come.
     *
     * @param progress is called often, and should be quick
     * @return this checkpoint
     */
    public TorchCheckpoint progress(Progress progress) {
        this.progress = Objects.requireNonNull(progress, "progress");
        return this;
    }

    /** Sets the size of pieces that are copied at once, for tests. */
    TorchCheckpoint pieceBytes(int bytes) {
        pieceBytes = bytes;
        return this;
    }

    /**
     * Writes the optimizer's state for PyTorch. The file has nothing else, wherever {@link #at} says.
     *
     * @param path the file, which is replaced if it is there
     * @throws IOException if the file cannot be written; the old file stays. Or if all of it was written, and only its
     *     folder cannot be forced to the disk; then the new file is in its place, which the message says
     * @throws InvalidSnapshotException if PyTorch has no optimizer with the same rules, or the state is not FLOAT32;
     *     the old file stays
     * @throws InvalidParameterException if a parameter is a slice, or has made more than 2^24 steps, a shape does not
     *     fit, or memory cannot be read by the current thread: that of a GPU takes a {@link #device}; the old file
     *     stays
     * @throws OptimizerStateException if the optimizer is closed, or is used meanwhile; the old file stays
     * @throws IllegalArgumentException if the file would have more tensors than are read, some 150,000; the old file
     *     stays
     * @throws UnsupportedOperationException on a big-endian machine; the old file stays
     */
    public void write(Path path) throws IOException {
        Objects.requireNonNull(path, "path");
        new TorchContents(this).write(path);
    }

    /**
     * Restores the optimizer from a file of PyTorch.
     *
     * @param path the file
     * @throws IOException as {@link #read} and {@link TorchFile#restore(TorchCheckpoint)}; nothing is changed
     * @throws InvalidSnapshotException as {@link TorchFile#restore(TorchCheckpoint)}; nothing is changed
     * @throws InvalidParameterException as {@link TorchFile#restore(TorchCheckpoint)}; nothing is changed
     * @throws OptimizerStateException as {@link TorchFile#restore(TorchCheckpoint)}; nothing is changed
     */
    public void restore(Path path) throws IOException {
        try (TorchFile file = read(path)) {
            file.restore(this);
        }
    }

    // ------------------------------------------------------------------------------------------- for those who do it

    Optimizer optimizer() {
        return optimizer;
    }

    List<Object> place() {
        return place;
    }

    /** Null if none are given. */
    List<String> names() {
        return names;
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
