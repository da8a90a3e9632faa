package io.radam.checkpoint;

import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A checkpoint of a training in many processes, of which each has some of the parameters, or slices of them: a file of
 * each, and an index last.
 *
 * {@snippet :
 * ShardedCheckpoint sharded = ShardedCheckpoint.of(Path.of("checkpoints/run"), rank, ranks);
 * Checkpoint run = Checkpoint.of(optimizer).withParameters().put("step", String.valueOf(step));
 * sharded.write(run, step); // in every process
 * barrier();
 * if (rank == 0) {
 *     sharded.complete(step);
 * }
 * // later, in any number of processes
 * run.restore(sharded.index());
 * }
 *
 * <p>The files are {@code run-<generation>-00001-of-00004.safetensors} and so on, and {@code
 * run.safetensors.index.json}, which says which tensor is in which of them, as other programs have it. Until the new
 * index is in its place, the old one and its files stay as they are. They are in one folder, which all processes see.
 *
 * <p>Parameters are found by their names, so each needs one. Slices of one tensor have its name in all processes, and
 * are made with {@link io.radam.Parameter.Builder#slice}. An optimizer has at most one slice of a tensor, and one without
 * elements is not saved. All
 * optimizers have the same groups, settings and seed, and slices of one tensor the same step number and random index;
 * the index is not written where they differ, or where an element is in no file or in two.
 *
 * <p>A restore by the index gives each parameter or slice of an optimizer its elements from whichever files have them,
 * however many processes wrote them. It needs the index, all files, and an optimizer with the groups that were saved,
 * of which it may have some of the parameters. Slices under {@link io.radam.StateType#BLOCK8} are cut at multiples of 256
 * there too. A tensor's state that lies across files is put together in memory first. Strings are those of all
 * processes: where two have one of the same name, it has to be the same.
 *
 * <p>The processes need not talk to each other for this, but who completes a checkpoint has to know that all have
 * written. Strings help to notice mistakes: that of the step has the index refused where a file is of another step, and
 * one that is new in each start of the processes where a file is left over from an earlier start.
 */
public final class ShardedCheckpoint {
    /** What names of shards and of unfinished files add. */
    private static final int LONGEST_ADDED = 75;

    private final Path index;
    private final String run;
    private final int rank;
    private final int ranks;

    /** Those of the optimizer that was written last. */
    private Algorithms known = Algorithms.OF_LIBRARY;

    private ShardedCheckpoint(Path path, int rank, int ranks) {
        run = String.valueOf(path.getFileName());
        this.rank = rank;
        this.ranks = ranks;
        if (ranks < 1 || ranks > ShardName.MOST || rank < 0 || rank >= ranks) {
            throw new IllegalArgumentException("no rank of 1 to " + ShardName.MOST + " processes: " + rank + " of "
                    + ranks);
        }
        if (path.getFileName() == null || run.isEmpty() || !ShardName.isPlain(run) || !Json.isText(run)) {
            throw new IllegalArgumentException("not a path that files can be called after: " + path);
        }
        index = path.resolveSibling(run + ShardIndex.END);
        if (run.getBytes(StandardCharsets.UTF_8).length + LONGEST_ADDED > ShardName.LONGEST) {
            throw new IllegalArgumentException("the name has more than " + (ShardName.LONGEST - LONGEST_ADDED)
                    + " bytes in UTF-8: " + run);
        }
    }

    /**
     * The checkpoint of a training as one of its processes sees it.
     *
     * @param path  how its files are called, such as {@code checkpoints/run}; the folder is there
     * @param rank  of this process, from 0
     * @param ranks the number of processes, at most 99,999
     * @return the checkpoint
     * @throws IllegalArgumentException if the rank is none of that many, or the path has no name that files can have on
     *     all systems
     */
    public static ShardedCheckpoint of(Path path, int rank, int ranks) {
        return new ShardedCheckpoint(Objects.requireNonNull(path, "path"), rank, ranks);
    }

    /**
     * The index, by which the checkpoint is restored.
     *
     * @return its path; the file is there once a checkpoint is complete
     */
    public Path index() {
        return index;
    }

    private ShardName name(long generation, int number) {
        return new ShardName(run, generation, number, ranks);
    }

    /**
     * Writes this process's file. It replaces one of that generation that was never completed.
     *
     * @param checkpoint what this process has of the training
     * @param generation a number that is the same in all processes, and larger than that of the checkpoint in place,
     *                   such as that of the step
     * @return the file
     * @throws CheckpointFormatException if the index in place is whole, but not one that this version knows
     * @throws IOException as {@link Checkpoint#write(Path)}
     * @throws InvalidParameterException as {@link Checkpoint#write(Path)}, or if a parameter has no name
     * @throws OptimizerStateException as {@link Checkpoint#write(Path)}
     * @throws IllegalArgumentException as {@link Checkpoint#write(Path)}, or if the generation is less than 0, or not
     *     larger than that in place
     * @throws UnsupportedOperationException as {@link Checkpoint#write(Path)}
     */
    public Path write(Checkpoint checkpoint, long generation) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        long inPlace = generationInPlace();
        if (generation < 0 || generation <= inPlace || generation > ShardName.LAST_GENERATION) {
            throw new IllegalArgumentException("the generation is not larger than " + inPlace
                    + ", that of the checkpoint in place, or not less than 10^18: " + generation);
        }
        known = Algorithms.of(checkpoint.optimizer());
        ShardName name = name(generation, rank + 1);
        Path file = ShardIndex.folder(index).resolve(name.toString());
        checkpoint.writeAs(name, file);
        return file;
    }

    /**
     * -1 if there is none, or one that is damaged and so needs none of its files.
     *
     * @throws CheckpointFormatException if it is somebody else's, or of another version
     */
    private long generationInPlace() throws IOException {
        try {
            return ShardIndex.read(index).generation();
        } catch (NoSuchFileException e) {
            return -1;
        } catch (CheckpointFormatException e) {
            if (ShardIndex.isWhole(index)) {
                throw e;
            }
            return -1;
        }
    }

    /**
     * Writes the index, and then deletes the files of earlier generations. One process calls this, after all have
     * written; of an algorithm of the user's own, one that has written by this object. It reads what all files have but
     * the elements. It may be called again with the same generation, as after
     * a disk has failed.
     *
     * @param generation as all processes have written it
     * @throws CheckpointFormatException if a file is missing, damaged or of another generation, if the files differ in
     *     what they have to agree on, if an element is in none or in two of them, or if the index in place is whole,
     *     but not one that this version knows; the old checkpoint stays
     * @throws IOException if a file cannot be read or the index cannot be written, and the old checkpoint stays then;
     *     or if the new index is in its place, but the folder cannot be forced or an old file cannot be deleted
     * @throws IllegalArgumentException if a checkpoint of a later generation is in place, or the index would have more
     *     than 100 MB, or a million tensors; the old checkpoint stays
     */
    public void complete(long generation) throws IOException {
        long inPlace = generationInPlace();
        if (generation < inPlace) {
            throw new IllegalArgumentException("a checkpoint of generation " + inPlace + " is in place, later than "
                    + generation);
        }
        List<String> files = new ArrayList<>();
        for (int number = 1; number <= ranks; number++) {
            files.add(name(generation, number).toString());
        }
        byte[] bytes;
        try (Shards shards = Shards.open(index, files, known)) {
            bytes = shards.index(generation).toBytes();
        } catch (Malformed e) {
            throw new CheckpointFormatException(index, e.getMessage(), e);
        }
        AtomicFile.replace(index, channel -> TensorWriter.writeAll(channel, ByteBuffer.wrap(bytes)));
        deleteOld(generation);
    }

    private void deleteOld(long generation) throws IOException {
        Pattern unfinishedIndex = Pattern.compile("\\." + Pattern.quote(run + ShardIndex.END) + AtomicFile.UNFINISHED);
        for (Path file : FileErrors.files(ShardIndex.folder(index), name -> isOld(name, generation, unfinishedIndex))) {
            Files.deleteIfExists(file);
        }
    }

    private boolean isOld(String file, long generation, Pattern unfinishedIndex) {
        ShardName shard = ShardName.parse(file);
        ShardName unfinished = ShardName.ofUnfinished(file);
        if (shard != null) {
            // Of this generation, there may be some of an attempt with another number of processes.
            return shard.run().equals(run) && (shard.generation() < generation
                    || shard.generation() == generation && shard.count() != ranks);
        }
        return unfinished != null && unfinished.run().equals(run) && unfinished.generation() <= generation
                || unfinishedIndex.matcher(file).matches();
    }
}
