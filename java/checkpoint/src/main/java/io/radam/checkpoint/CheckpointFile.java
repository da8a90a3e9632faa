package io.radam.checkpoint;

import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint that is open for reading: one file, or all files of a {@link ShardedCheckpoint}.
 *
 * {@snippet :
 * try (CheckpointFile file = Checkpoint.read(path)) {
 *     file.restore(optimizer);
 *     System.out.println("goes on after epoch " + file.get("epoch"));
 * }
 * }
 *
 * <p>The file is mapped, not read into memory: it must not be changed in place while it is open. To replace it as a
 * whole, as {@link Checkpoint#write(Path)} does, is safe.
 *
 * <p>A file may be used by one thread at a time.
 */
public final class CheckpointFile implements AutoCloseable {
    /** One, or those of all shards. */
    private final List<TensorFile> files;
    private final Saved saved;

    private CheckpointFile(List<TensorFile> files, Saved saved) {
        this.files = files;
        this.saved = saved;
    }

    static CheckpointFile open(Path path, Algorithms known) throws IOException {
        if (ShardIndex.isIndex(path)) {
            Shards shards = Shards.open(path, known);
            return new CheckpointFile(shards.files(), shards);
        }
        TensorFile file = new TensorFile(path);
        boolean complete = false;
        try {
            SavedRun saved = new SavedRun(file, known);
            Malformed.require(saved.shard() == null, "the file is a shard of a checkpoint, which its index opens");
            complete = true;
            return new CheckpointFile(List.of(file), saved);
        } catch (Malformed | IllegalArgumentException e) {
            throw file.damaged(e);
        } finally {
            if (!complete) {
                file.close();
            }
        }
    }

    /**
     * The strings that were {@linkplain Checkpoint#put put}.
     *
     * @return by their names, in the order in which they were put; immutable
     */
    public Map<String, String> strings() {
        return Collections.unmodifiableMap(saved.strings());
    }

    /**
     * One of the strings.
     *
     * @param name its name
     * @return the string; null if there is none of that name
     */
    public String get(String name) {
        return saved.strings().get(name);
    }

    /**
     * Reads all tensors, and compares their checksums. {@link #restore(Checkpoint)} does so with those that it needs.
     * A file that another program has written may have none.
     *
     * @throws CheckpointFormatException if one differs
     * @throws IOException if the file cannot be read
     */
    public void verify() throws IOException {
        for (TensorFile file : files) {
            file.verify(file.tensors().values(), (done, total) -> { }, TensorWriter.PIECE_BYTES);
        }
    }

    /**
     * Restores an optimizer's settings, step numbers and state, and nothing else that the file may have.
     *
     * @param optimizer built as the one that was saved
     * @throws IOException as {@link #restore(Checkpoint)}; nothing is changed
     * @throws InvalidSnapshotException as {@link #restore(Checkpoint)}; nothing is changed
     * @throws InvalidParameterException as {@link #restore(Checkpoint)}; nothing is changed
     * @throws OptimizerStateException as {@link #restore(Checkpoint)}; nothing is changed
     */
    public void restore(Optimizer optimizer) throws IOException {
        restore(Checkpoint.of(optimizer));
    }

    /**
     * Restores all that a checkpoint consists of, but for its strings. What the file has beside that is left out.
     * Parameters are matched as {@link Optimizer#restore(io.radam.OptimizerSnapshot)} does, and values and averages are
     * written to the memory that the optimizer uses. It must not be used by other threads meanwhile, nor by who is told
     * of the progress: a step in the middle would leave a part of it as it was.
     *
     * @param checkpoint of an optimizer and others that were built as those that were saved
     * @throws CheckpointFormatException if a checksum differs; nothing is changed
     * @throws IOException if the file cannot be read; nothing is changed
     * @throws InvalidSnapshotException if the file does not have all of it, or has it of other kinds or sizes; nothing
     *     is changed
     * @throws InvalidParameterException if the current thread may not use a parameter's memory: that of a GPU takes a
     *     {@link Checkpoint#device}; nothing is changed
     * @throws OptimizerStateException if the optimizer is closed, or in use when this begins; nothing is changed
     * @throws InternalError if the file became shorter since it was checked, or the disk fails; then a part may be
     *     changed
     * @throws BackendException if a GPU fails; its memory is lost then
     * @throws UnsupportedOperationException on a big-endian machine; nothing is changed
     */
    public void restore(Checkpoint checkpoint) throws IOException {
        new Restore(saved, checkpoint).run();
    }

    /**
     * Closes the file. Closing again does nothing.
     */
    @Override
    public void close() {
        Shards.close(files);
    }
}
