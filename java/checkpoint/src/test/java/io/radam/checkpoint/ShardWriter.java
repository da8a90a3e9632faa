package io.radam.checkpoint;

import io.radam.StateType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One process of several: restores what is there, makes a step, and writes its shard, slowly if told so. */
final class ShardWriter {
    private ShardWriter() {
    }

    /** Path, rank, number of ranks, generation, and a file to make when half of it is written, which then waits. */
    public static void main(String[] arguments) throws Exception {
        int rank = Integer.parseInt(arguments[1]);
        int ranks = Integer.parseInt(arguments[2]);
        long generation = Long.parseLong(arguments[3]);
        ShardedCheckpoint sharded = ShardedCheckpoint.of(Path.of(arguments[0]), rank, ranks);
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, ranks)) {
            Checkpoint checkpoint = model.ranks.get(rank).checkpoint().pieceBytes(100);
            if (Files.exists(sharded.index())) {
                checkpoint.restore(sharded.index());
            }
            model.from(generation - 1).step(1);
            if (arguments.length > 4) {
                checkpoint.progress((done, total) -> waitAt(done, total, Path.of(arguments[4])));
            }
            sharded.write(checkpoint, generation);
        }
    }

    private static void waitAt(long done, long total, Path sign) {
        try {
            if (done > total / 2) {
                Files.writeString(sign, "");
                System.in.read(); // for ever, or until the test ends without having killed this
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
