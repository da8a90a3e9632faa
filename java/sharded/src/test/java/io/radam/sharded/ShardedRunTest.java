package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidSnapshotException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.StepOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A run goes on from its files, with as many ranks or others. */
@ParameterizedClass
@EnumSource
class ShardedRunTest {
    @Parameter
    Engine engine;

    private static final String ALGORITHM = "RAdam of PyTorch";
    private static final String BY_ROWS = "AdamP by rows";

    @TempDir
    Path folder;

    /** What one process has that trains by the sums of some ranks in steps 1 to 3, and of others in 4 to 6. */
    private static List<byte[]> expected(String algorithm, Model.Storage storage, int first, int second) {
        Model whole = new Model(storage, algorithm).forSums();
        try (Optimizer optimizer = whole.builder(algorithm).build()) {
            for (int step = 1; step <= 6; step++) {
                int ranks = step <= 3 ? first : second;
                for (int i = 0; i < whole.parameters.size(); i++) {
                    whole.parameters.get(i).gradient().copyFrom(whole.summedGradient(ranks, step, i));
                }
                optimizer.step(StepOptions.NONE.withLossScale(ranks));
            }
        }
        return whole.contents();
    }

    private static void train(Model model, ShardedOptimizer optimizer, int from, int to) {
        for (int step = from; step <= to; step++) {
            model.backward(optimizer.collectives().rank(), step);
            optimizer.step();
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16_BLOCK8, 3, 3", "MASTERS, 3, 2", "SPLIT, 2, 3", "BFLOAT16, 2, 4", "ROUNDED_ON_THE_WAY, 4, 1",
        "FLOAT32, 1, 3"})
    void goesOnWithOtherRanks(Model.Storage storage, int first, int second) throws Exception {
        requireToGoOn(ALGORITHM, storage, first, second, false, false);
    }

    /** Rows are whole, wherever other ranks have cut. */
    @ParameterizedTest
    @CsvSource({"FLOAT16_BLOCK8, 3, 2", "MASTERS, 2, 4", "SPLIT, 4, 3"})
    void goesOnByRowsWithOtherRanks(Model.Storage storage, int first, int second) throws Exception {
        requireToGoOn(BY_ROWS, storage, first, second, false, false);
    }

    /** Ranks on devices write what ranks on devices or on the host go on from, and read what these have written. */
    @ParameterizedTest
    @CsvSource({"RAdam of PyTorch, FLOAT16_BLOCK8, 3, 2, true, true", "AdamP by rows, MASTERS, 2, 4, true, true",
        "LAMB, SPLIT, 1, 3, true, true", "LARS, MASTERS, 3, 2, true, false", "AdamW, BFLOAT16, 2, 3, false, true"})
    void goesOnOnDevices(String algorithm, Model.Storage storage, int first, int second, boolean firstOnDevice,
            boolean secondOnDevice) throws Exception {
        EmulatedNccl.require();
        requireToGoOn(algorithm, storage, first, second, firstOnDevice, secondOnDevice);
    }

    private static <T> Ranks.Work<T> rank(boolean onDevice, DeviceBitsTest.Work<T> work) {
        return onDevice ? DeviceBitsTest.onDevice(work) : collectives -> work.run(collectives, null);
    }

    private void requireToGoOn(String algorithm, Model.Storage storage, int first, int second, boolean firstOnDevice,
            boolean secondOnDevice) throws Exception {
        Path path = folder.resolve("run");
        Ranks.run(engine, first, rank(firstOnDevice, (collectives, device) -> {
            Model model = new Model(storage, algorithm).on(device);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(algorithm),
                    storage.wire)) {
                ShardedRun run = ShardedRun.of(path, optimizer);
                assertFalse(run.exists());
                train(model, optimizer, 1, 2);
                run.checkpoint().put("step", "2");
                run.write(2);
                train(model, optimizer, 3, 3);
                run.checkpoint().put("step", "3");
                run.write(3);
                train(model, optimizer, 4, 4); // is lost
                return true;
            }
        }));
        assertEquals(first + 1, Files.list(folder).count());
        List<List<byte[]>> contents = Ranks.run(engine, second, rank(secondOnDevice, (collectives, device) -> {
            Model model = new Model(storage, algorithm).on(device);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(algorithm),
                    storage.wire)) {
                ShardedRun run = ShardedRun.of(path, optimizer);
                assertTrue(run.exists());
                assertEquals("3", run.restore().get("step"));
                train(model, optimizer, 4, 6);
                optimizer.gather();
                return model.contents();
            }
        }));
        List<byte[]> expected = expected(algorithm, storage, first, second);
        for (List<byte[]> ofRank : contents) {
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), ofRank.get(i), "buffer " + i);
            }
        }
    }

    /** Where a rank cannot write, all fail, and the old checkpoint stays. */
    @Test
    void aRankThatCannotWriteFailsAll() throws Exception {
        Path path = folder.resolve("run");
        List<Object> outcomes = Ranks.outcomes(engine, 2, Duration.ofMinutes(1), collectives -> {
            Model model = new Model(Model.Storage.FLOAT32);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(ALGORITHM))) {
                ShardedRun run = ShardedRun.of(path, optimizer);
                train(model, optimizer, 1, 1);
                run.checkpoint().put("step", "1");
                run.write(1);
                Path elsewhere = collectives.rank() == 0 ? path : folder.resolve("missing").resolve("run");
                IOException own = null;
                try {
                    ShardedRun.of(elsewhere, optimizer).write(2);
                } catch (CollectivesException e) {
                    assertEquals(List.of(1), e.ranks());
                    assertTrue(e.getMessage().startsWith("rank 1 failed: "), e.getMessage());
                } catch (IOException e) {
                    own = e;
                }
                assertEquals(collectives.rank() == 1, own != null);
                assertEquals("1", run.restore().get("step"));
                train(model, optimizer, 2, 2);
                run.write(3);
                return true;
            }
        });
        assertEquals(List.of(true, true), outcomes);
    }

    /** Where only one rank has restored, the ranks differ, and nothing but another try is allowed. */
    @Test
    void aRankThatCannotRestoreStopsAll() throws Exception {
        Path path = folder.resolve("run");
        Ranks.run(engine, 2, collectives -> {
            Model model = new Model(Model.Storage.FLOAT32);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(ALGORITHM))) {
                ShardedRun run = ShardedRun.of(path, optimizer);
                train(model, optimizer, 1, 1);
                run.write(1);
                train(model, optimizer, 2, 2);
                List<byte[]> expected = model.contents();
                Path elsewhere = collectives.rank() == 0 ? path : folder.resolve("missing").resolve("run");
                Class<? extends Exception> thrown =
                        collectives.rank() == 0 ? CollectivesException.class : IOException.class;
                assertThrows(thrown, () -> ShardedRun.of(elsewhere, optimizer).restore());
                String message = assertThrows(OptimizerStateException.class, optimizer::step).getMessage();
                assertTrue(message.startsWith("a checkpoint was restored on some ranks only; restore it again: {1="
                        + "rank 1 failed: "), message);
                assertThrows(OptimizerStateException.class, optimizer::gather);
                assertThrows(OptimizerStateException.class, () -> run.write(2));
                // All fail: that mends nothing.
                assertThrows(IOException.class,
                        () -> ShardedRun.of(folder.resolve("missing").resolve("run"), optimizer).restore());
                assertThrows(OptimizerStateException.class, optimizer::step);

                run.restore();
                train(model, optimizer, 2, 2);
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(expected.get(i), model.contents().get(i), "buffer " + i);
                }
                return true;
            }
        });
    }

    /** A checkpoint of another model is refused by all ranks, and nothing is changed. */
    @Test
    void anotherModelIsRefused() throws Exception {
        Path path = folder.resolve("run");
        Ranks.run(engine, 2, collectives -> {
            Model model = new Model(Model.Storage.BFLOAT16);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(ALGORITHM))) {
                ShardedRun.of(path, optimizer).write(1);
                return true;
            }
        });
        List<Object> outcomes = Ranks.outcomes(engine, 2, Duration.ofMinutes(1), collectives -> {
            Model model = new Model(Model.Storage.FLOAT32);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder(ALGORITHM))) {
                List<byte[]> before = model.contents();
                try {
                    ShardedRun.of(path, optimizer).restore();
                } catch (InvalidSnapshotException e) {
                    for (int i = 0; i < before.size(); i++) {
                        assertArrayEquals(before.get(i), model.contents().get(i));
                    }
                    train(model, optimizer, 1, 1); // can go on as it was
                    return e;
                }
                return "restored";
            }
        });
        outcomes.forEach(outcome -> assertInstanceOf(InvalidSnapshotException.class, outcome));
    }
}
