package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.PlateauSchedule;
import io.radam.StateType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A training in some processes goes on in any other number of them with the bits of one that was never stopped. */
class ShardRoundTripTest {
    private static final int MOST = 4;

    @TempDir
    Path folder;

    /** All but those that measure each slice by itself: these go another way with another number of ranks. */
    static List<Arguments> optimizers() {
        List<Arguments> all = new ArrayList<>();
        for (Model.Kind kind : Model.Kind.values()) {
            if (kind.isLayerwise()) {
                continue;
            }
            for (StateType type : StateType.values()) {
                all.add(Arguments.of(kind, type));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void anyNumberGoesOnInAnyOther(Model.Kind kind, StateType type) throws Exception {
        Map<String, String> saved;
        Map<String, String> uninterrupted;
        try (ShardModel whole = new ShardModel(kind, type, 1)) {
            saved = whole.step(5).contents();
            uninterrupted = whole.step(4).contents();
        }
        for (int before = 1; before <= MOST; before++) {
            Path path = folder.resolve("run" + before);
            ShardedCheckpoint sharded = ShardedCheckpoint.of(path, 0, before);
            try (ShardModel model = new ShardModel(kind, type, before).step(5)) {
                assertEquals(saved, model.contents());
                model.write(path, 5);
                sharded.complete(5);
            }
            for (int after = 1; after <= MOST; after++) {
                try (ShardModel model = new ShardModel(kind, type, after)) {
                    assertNotEquals(saved, model.contents());
                    for (ShardModel.Rank rank : model.ranks) {
                        rank.checkpoint().restore(sharded.index());
                    }
                    assertEquals(saved, model.contents(), before + " to " + after);
                    assertEquals(uninterrupted, model.from(5).step(4).contents(), before + " to " + after);
                }
            }
        }
    }

    /** Those of one tensor are read from each shard, too. */
    @Test
    void numbersOfOneTensor() throws Exception {
        Path path = folder.resolve("run");
        ShardedCheckpoint sharded = ShardedCheckpoint.of(path, 0, 2);
        try (ShardModel model = new ShardModel(Model.Kind.YELLOWFIN, StateType.FLOAT32, 2).step(5);
                ShardModel same = new ShardModel(Model.Kind.YELLOWFIN, StateType.FLOAT32, 2)) {
            model.write(path, 5);
            sharded.complete(5);
            for (ShardModel.Rank rank : same.ranks) {
                rank.checkpoint().restore(sharded.index());
            }
            assertEquals(model.contents(), same.contents());
            assertEquals(model.step(3).contents(), same.from(5).step(3).contents());
        }
    }

    /** Slices that measure themselves have numbers of their own, which those cut otherwise cannot have. */
    @ParameterizedTest
    @EnumSource(StateType.class)
    void numbersOfSlices(StateType type) throws Exception {
        Path path = folder.resolve("run");
        ShardedCheckpoint sharded = ShardedCheckpoint.of(path, 0, 2);
        try (ShardModel model = new ShardModel(Model.Kind.NOVOGRAD, type, 2).step(5);
                ShardModel same = new ShardModel(Model.Kind.NOVOGRAD, type, 2);
                ShardModel one = new ShardModel(Model.Kind.NOVOGRAD, type, 1)) {
            model.write(path, 5);
            sharded.complete(5);
            for (ShardModel.Rank rank : same.ranks) {
                rank.checkpoint().restore(sharded.index());
            }
            assertEquals(model.contents(), same.contents());
            assertEquals(model.step(3).contents(), same.from(5).step(3).contents());
            Map<String, String> before = one.contents();
            Checkpoint whole = one.ranks.getFirst().checkpoint();
            String message = assertThrows(InvalidSnapshotException.class, () -> whole.restore(sharded.index()))
                    .getMessage();
            assertTrue(message.startsWith("elements 0 to 1500 of a were parts of slices that were measured apart, and "
                    + "whose numbers differ: {exp_avg_sq="), message);
            assertEquals(before, one.contents());
        }
    }

    /** Exact in both directions that are exact, also for slices that begin within a block. */
    @ParameterizedTest
    @EnumSource(value = Model.Kind.class, names = {"ADAM", "RANGER"})
    void convertedFromBlock8(Model.Kind kind) throws Exception {
        Path path = folder.resolve("run");
        for (StateType type : List.of(StateType.FLOAT32, StateType.BFLOAT16)) {
            try (ShardModel saved = new ShardModel(kind, StateType.BLOCK8, 3).step(5);
                    ShardModel one = new ShardModel(kind, type, 1);
                    ShardModel many = new ShardModel(kind, type, 4, 1)) {
                long generation = type.ordinal();
                saved.write(path, generation);
                ShardedCheckpoint.of(path, 0, 3).complete(generation);
                Path index = ShardedCheckpoint.of(path, 0, 3).index();
                one.ranks.getFirst().checkpoint().convertingState().restore(index);
                for (ShardModel.Rank rank : many.ranks) {
                    rank.checkpoint().convertingState().restore(index);
                }
                assertEquals(one.contents(), many.contents());
                assertEquals(slowWeights(saved), slowWeights(many));
                assertEquals(one.from(5).step(2).contents(), many.from(5).step(2).contents());
            }
        }
    }

    /** Slow weights and slow momenta by names; none without Lookahead. Of no type of the state, they are never converted. */
    private static Map<String, String> slowWeights(ShardModel model) {
        Map<String, String> slow = model.contents();
        slow.keySet().removeIf(key -> !key.contains(" slow_"));
        return slow;
    }

    @ParameterizedTest
    @EnumSource(value = Model.Kind.class, names = {"AMSGRAD", "RANGER"})
    void convertedToBlock8(Model.Kind kind) throws Exception {
        Path path = folder.resolve("run");
        Path index = ShardedCheckpoint.of(path, 0, 3).index();
        List<Map<String, String>> converted = new ArrayList<>();
        try (ShardModel saved = new ShardModel(kind, StateType.FLOAT32, 3).step(5)) {
            saved.write(path, 5);
            ShardedCheckpoint.of(path, 0, 3).complete(5);
        }
        for (int count = 1; count <= MOST; count++) {
            try (ShardModel model = new ShardModel(kind, StateType.BLOCK8, count)) {
                for (ShardModel.Rank rank : model.ranks) {
                    rank.checkpoint().convertingState().restore(index);
                }
                converted.add(model.contents());
            }
        }
        assertEquals(1, converted.stream().distinct().count());
    }

    /** One that never had the index may have what others had. */
    @Test
    void stringsOfAllAreThere() throws Exception {
        Path path = folder.resolve("run");
        Map<String, String> strings = new TreeMap<>();
        try (ShardModel model = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 3)) {
            for (int rank = 0; rank < 3; rank++) {
                ShardedCheckpoint.of(path, rank, 3).write(model.ranks.get(rank).checkpoint().put("step", "7")
                        .put("random." + rank, "r" + rank), 7);
                strings.put("random." + rank, "r" + rank);
            }
            strings.put("step", "7");
            ShardedCheckpoint.of(path, 2, 3).complete(7);
            Path index = ShardedCheckpoint.of(path, 0, 3).index();
            assertEquals(strings, new TreeMap<>(model.ranks.getFirst().checkpoint().restore(index)));
            try (CheckpointFile opened = Checkpoint.read(index)) {
                opened.verify();
                assertEquals("7", opened.get("step"));
            }
        }
    }

    @Test
    void scalerScheduleAndProgress() throws Exception {
        Path path = folder.resolve("run");
        LossScaler scaler = new LossScaler();
        scaler.update(false);
        scaler.update(true);
        PlateauSchedule schedule = new PlateauSchedule();
        schedule.update(0.1 + 0.2);
        try (ShardModel model = new ShardModel(Model.Kind.LION, StateType.BLOCK8, 2)) {
            for (int rank = 0; rank < 2; rank++) {
                ShardedCheckpoint.of(path, rank, 2).write(model.ranks.get(rank).checkpoint().lossScaler(scaler)
                        .plateau(schedule), 1);
            }
            ShardedCheckpoint.of(path, 0, 2).complete(1);
        }
        LossScaler restoredScaler = new LossScaler();
        PlateauSchedule restoredSchedule = new PlateauSchedule();
        List<Long> told = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        try (ShardModel model = new ShardModel(Model.Kind.LION, StateType.BLOCK8, 1)) {
            model.ranks.getFirst().checkpoint().lossScaler(restoredScaler).plateau(restoredSchedule).pieceBytes(100)
                    .progress((done, total) -> {
                        told.add(done);
                        totals.add(total);
                    }).restore(ShardedCheckpoint.of(path, 0, 1).index());
        }
        assertEquals(scaler.scale(), restoredScaler.scale());
        assertEquals(1, restoredScaler.appliedInARow());
        assertEquals(schedule.state(), restoredSchedule.state());
        assertEquals(told.stream().sorted().distinct().toList(), told);
        assertEquals(List.of(told.getLast()), totals.stream().distinct().toList());
    }

    /** The files are beside the index, not beside a link to it. */
    @Test
    void aLinkToTheIndex() throws Exception {
        Path path = folder.resolve("run");
        Path index = ShardedCheckpoint.of(path, 0, 2).index();
        Path other = Files.createDirectory(folder.resolve("other"));
        try (ShardModel model = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 2).step(1);
                ShardModel restored = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 1)) {
            model.write(path, 1);
            ShardedCheckpoint.of(path, 0, 2).complete(1);
            Path link = Files.createSymbolicLink(other.resolve("x.safetensors.index.json"), index);
            model.step(1).write(other.resolve("x"), 2);
            ShardedCheckpoint.of(other.resolve("x"), 0, 2).complete(2);
            assertTrue(Files.isSymbolicLink(link));
            assertEquals(List.of("x.safetensors.index.json"), Child.files(other));
            for (Path one : List.of(index, link)) {
                restored.ranks.getFirst().checkpoint().restore(one);
                assertEquals(model.contents(), restored.contents());
            }
        }
    }

    /** The old checkpoint is whole until the new one is, and then its files are gone. */
    @Test
    void oldFilesStayUntilTheIndexIsThere() throws Exception {
        Path path = folder.resolve("run");
        Path index = ShardedCheckpoint.of(path, 0, 2).index();
        List<String> others = List.of("other-1-00001-of-00002.safetensors", "run-1-00001-of-00002.safetensors.bak",
                "run-x-00001-of-00002.safetensors", "run-9-00001-of-00002.safetensors", "run.txt");
        for (String other : others) {
            Files.writeString(folder.resolve(other), "the user's, or of a later generation");
        }
        try (ShardModel model = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 2).step(1)) {
            model.write(path, 1);
            ShardedCheckpoint.of(path, 1, 2).complete(1);
            Map<String, String> first = model.contents();
            model.step(1).write(path, 3);
            try (ShardModel restored = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 1)) {
                restored.ranks.getFirst().checkpoint().restore(index);
                assertEquals(first, restored.contents());
            }
            Files.writeString(folder.resolve("run-3-00001-of-00004.safetensors"), "of a start with four");
            Files.writeString(folder.resolve(".run-3-00002-of-00002.safetensors.0123456789abcdef.tmp"), "unfinished");
            Files.writeString(folder.resolve(".run.safetensors.index.json.0123456789abcdef.tmp"), "unfinished");
            Files.writeString(folder.resolve(".run-4-00002-of-00002.safetensors.0123456789abcdef.tmp"), "in progress");
            ShardedCheckpoint.of(path, 1, 2).complete(3);
            ShardedCheckpoint.of(path, 1, 2).complete(3);
            List<String> expected = new ArrayList<>(others);
            expected.addAll(List.of(".run-4-00002-of-00002.safetensors.0123456789abcdef.tmp",
                    "run-3-00001-of-00002.safetensors", "run-3-00002-of-00002.safetensors",
                    "run.safetensors.index.json"));
            assertEquals(expected.stream().sorted().toList(), Child.files(folder));
            try (ShardModel restored = new ShardModel(Model.Kind.LION, StateType.FLOAT32, 1)) {
                restored.ranks.getFirst().checkpoint().restore(index);
                assertEquals(model.contents(), restored.contents());
            }
        }
    }
}
