package io.radam.robustness.fuzz;

import com.google.gson.JsonParser;
import io.radam.checkpoint.Checkpoint;
import io.radam.checkpoint.CheckpointFile;
import io.radam.checkpoint.ShardedCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fuzzes the reader of indexes of sharded checkpoints, beside good shards: only what they are may be restored. */
public final class IndexTarget {
    private static final List<byte[]> SAVED = new ArrayList<>();
    private static final String INDEX = writeShards();
    private static final FileTarget TARGET = new FileTarget("fuzzed.safetensors.index.json",
            SmallTraining.Kind.SHARDS, IndexTarget::restore, IndexTarget::check);

    static {
        try {
            if (!TARGET.run(INDEX.getBytes(StandardCharsets.UTF_8))) {
                throw new AssertionError("not even the index that was written is read: " + INDEX);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IndexTarget() {
    }

    /** An index as it is. */
    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        TARGET.run(bytes);
    }

    private static String writeShards() {
        List<SmallTraining> ranks = SmallTraining.Kind.SHARDS.stream().map(SmallTraining::new).toList();
        try {
            Files.deleteIfExists(shard(0, ranks.size()).index()); // of another process of the fuzzer
            for (int rank = 0; rank < ranks.size(); rank++) {
                shard(rank, ranks.size()).write(ranks.get(rank).step().checkpoint(), 1);
                SAVED.add(ranks.get(rank).bits());
                ranks.get(rank).optimizer.close();
            }
            ShardedCheckpoint sharded = shard(0, ranks.size());
            sharded.complete(1);
            return Files.readString(sharded.index());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ShardedCheckpoint shard(int rank, int ranks) {
        return ShardedCheckpoint.of(FileTarget.folder().resolve("fuzzed"), rank, ranks);
    }

    private static void restore(Path path, SmallTraining training) throws IOException {
        try (CheckpointFile file = Checkpoint.read(path)) {
            file.verify();
            file.restore(training.checkpoint());
        }
    }

    private static void check(Path path, SmallTraining training) throws IOException {
        if (SAVED.stream().noneMatch(bits -> Arrays.equals(bits, training.bits()))
                || !JsonParser.parseString(Files.readString(path)).equals(JsonParser.parseString(INDEX))) {
            throw new AssertionError("restored, but not as the shards have it");
        }
        training.step(); // the next restore has something to do
    }
}
