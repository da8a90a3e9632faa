package io.radam.sharded;

import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.ShardedCheckpoint;
import io.radam.cuda.CudaDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Saves the training of all ranks, and goes on from it with any number of ranks: a file of each rank, and last an
 * index, as {@link ShardedCheckpoint} has them. All ranks make the same calls. The files are in one folder that all
 * see. Files that ranks on GPUs have written are those of ranks on the host, and the other way round.
 *
 * {@snippet :
 * ShardedRun run = ShardedRun.of(Path.of("checkpoints/run"), optimizer);
 * int step = run.exists() ? Integer.parseInt(run.restore().get("step")) : 0;
 * while (step < steps) {
 *     backward();
 *     optimizer.step();
 *     if (++step % 1000 == 0) {
 *         run.checkpoint().put("step", "" + step);
 *         run.write(step);
 *     }
 * }
 * }
 */
public final class ShardedRun {
    private final ShardedOptimizer optimizer;
    private final Checkpoint checkpoint;
    private final ShardedCheckpoint sharded;

    private ShardedRun(Path path, ShardedOptimizer optimizer) {
        this.optimizer = optimizer;
        checkpoint = Checkpoint.of(optimizer.optimizer()).withParameters().withAverages();
        CudaDevice device = optimizer.device();
        if (device != null) {
            checkpoint.device(device);
        }
        sharded = ShardedCheckpoint.of(path, optimizer.collectives().rank(), optimizer.collectives().size());
    }

    /**
     * The run of an optimizer.
     *
     * @param path      how its files are called, such as {@code checkpoints/run}; the folder is there
     * @param optimizer whose parameters all have names
     * @return the run
     * @throws IllegalArgumentException as {@link ShardedCheckpoint#of}
     */
    public static ShardedRun of(Path path, ShardedOptimizer optimizer) {
        return new ShardedRun(path, Objects.requireNonNull(optimizer, "optimizer"));
    }

    /**
     * What this rank saves: its part of the state, the values and averages. Strings, a loss scale and a schedule can be
     * added, the same on all ranks.
     *
     * @return the checkpoint, which {@link #write} writes
     */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * Whether there is a whole checkpoint.
     *
     * @return whether the index is there
     */
    public boolean exists() {
        return Files.exists(sharded.index());
    }

    /**
     * Writes a checkpoint. Until all ranks have written and the new index is in its place, the old one stays whole.
     *
     * @param generation larger than that of the checkpoint in place, such as the step
     * @throws IOException if this rank cannot write its file or, on rank 0, the index
     * @throws CollectivesException if another rank cannot write; or as {@link ShardedOptimizer#step()}
     * @throws RankMismatchException as {@link ShardedOptimizer#step()}, or if the generations differ
     * @throws IllegalArgumentException as {@link ShardedCheckpoint#write}
     */
    public void write(long generation) throws IOException {
        onAll("write of generation " + generation, () -> sharded.write(checkpoint, generation));
        onAll("complete", () -> {
            if (optimizer.collectives().rank() == 0) {
                sharded.complete(generation);
            }
        });
    }

    /**
     * Restores the checkpoint, however many ranks have written it, and brings values and averages up to date on all
     * ranks. A rank restores everything or nothing. If only some can, ranks differ then: the optimizer refuses all
     * calls until this one, made again, succeeds.
     *
     * @return the strings
     * @throws IOException if the files cannot be read, are damaged or were written by another model
     * @throws CollectivesException if another rank cannot restore; or as {@link ShardedOptimizer#gather()}
     * @throws RankMismatchException as {@link ShardedOptimizer#gather()}
     * @throws io.radam.InvalidSnapshotException as {@link Checkpoint#restore}
     */
    public Map<String, String> restore() throws IOException {
        Map<String, String> strings = new HashMap<>();
        unwrap(() -> optimizer.restore(wrap(() -> strings.putAll(checkpoint.restore(sharded.index())))));
        return strings;
    }

    private interface FileWork {
        void run() throws IOException;
    }

    private void onAll(String call, FileWork work) throws IOException {
        unwrap(() -> optimizer.onAll(call, wrap(work)));
    }

    private static Runnable wrap(FileWork work) {
        return () -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void unwrap(Runnable work) throws IOException {
        try {
            work.run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
