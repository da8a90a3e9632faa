package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.StateType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, of which one is killed while it writes. */
class ShardProcessTest {
    @TempDir
    Path folder;
    @TempDir
    Path logs;

    private Process start(int rank, int ranks, int generation, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(ShardWriter.class.getName(), folder.resolve("run").toString(),
                "" + rank, "" + ranks, "" + generation));
        arguments.addAll(Arrays.asList(more));
        return Child.start(logs.resolve("log" + rank), List.of(), arguments.toArray(String[]::new));
    }

    private void join(int rank, Process process) throws Exception {
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        assertEquals(0, process.exitValue(), Files.readString(logs.resolve("log" + rank)));
    }

    private void run(int ranks, int generation) throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            processes.add(start(rank, ranks, generation));
        }
        for (int rank = 0; rank < ranks; rank++) {
            join(rank, processes.get(rank));
        }
        ShardedCheckpoint.of(folder.resolve("run"), 0, ranks).complete(generation);
    }

    private void assertHas(int steps) throws Exception {
        try (ShardModel uninterrupted = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1).step(steps);
                ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1)) {
            model.ranks.getFirst().checkpoint().restore(ShardedCheckpoint.of(folder.resolve("run"), 0, 1).index());
            Map<String, String> found = model.contents();
            assertEquals(uninterrupted.contents(), found);
        }
    }

    @Test
    void oneIsKilledAndFewerGoOn() throws Exception {
        run(3, 1);
        assertHas(1);
        Path sign = logs.resolve("half");
        Process killed = start(1, 3, 2, sign.toString());
        try {
            Process first = start(0, 3, 2);
            Process last = start(2, 3, 2);
            join(0, first);
            join(2, last);
            for (int i = 0; i < 60_000 && !Files.exists(sign) && killed.isAlive(); i++) {
                Thread.sleep(10);
            }
        } finally {
            killed.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(sign), () -> "it wrote nothing");
        CheckpointFormatException e = assertThrows(CheckpointFormatException.class,
                () -> ShardedCheckpoint.of(folder.resolve("run"), 0, 3).complete(2));
        assertEquals("the shard is missing", e.reason());
        assertHas(1);
        run(2, 2);
        assertHas(2);
        assertEquals(List.of("run-2-00001-of-00002.safetensors", "run-2-00002-of-00002.safetensors",
                "run.safetensors.index.json"), Child.files(folder));
        run(1, 3);
        assertHas(3);
    }
}
