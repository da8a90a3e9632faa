package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.InvalidParameterException;
import io.radam.InvalidSnapshotException;
import io.radam.LossScaler;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shards that do not belong together, are missing or damaged: no index is written, and nothing is restored. */
class ShardFaultTest {
    private static final int LENGTH = 600;

    @TempDir
    Path folder;

    private ShardedCheckpoint sharded(int rank, int ranks) {
        return ShardedCheckpoint.of(folder.resolve("run"), rank, ranks);
    }

    private Path shard(int generation, int number, int ranks) {
        return folder.resolve(String.format("run-%d-%05d-of-%05d.safetensors", generation, number, ranks));
    }

    private static Parameter slice(int first, int end, int whole, int randomIndex) {
        return Parameter.builder(MemorySegment.ofArray(new float[end - first]),
                MemorySegment.ofArray(new float[end - first])).name("w").slice(first, whole).randomIndex(randomIndex)
                .build();
    }

    private static Optimizer optimizer(Parameter... parameters) {
        return optimizer(builder -> { }, parameters);
    }

    private static Optimizer optimizer(Consumer<Adam.Builder> settings, Parameter... parameters) {
        Adam.Builder builder = Adam.builder().parametersLater().parameters(List.of(parameters));
        settings.accept(builder);
        return builder.build();
    }

    /** Writes two shards, and fails unless no index is written, for a reason with these words. */
    private void refused(Checkpoint one, Checkpoint other, String... words) throws Exception {
        List<String> before = Child.files(folder);
        sharded(0, 2).write(one, 1);
        sharded(1, 2).write(other, 1);
        CheckpointFormatException e = assertThrows(CheckpointFormatException.class, () -> sharded(0, 2).complete(1));
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
        Files.delete(shard(1, 1, 2));
        Files.delete(shard(1, 2, 2));
        assertEquals(before, Child.files(folder));
    }

    private void refused(Optimizer one, Optimizer other, String... words) throws Exception {
        try (one; other) {
            refused(Checkpoint.of(one).withParameters(), Checkpoint.of(other).withParameters(), words);
        }
    }

    @Test
    void overlapsAndGaps() throws Exception {
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(299, LENGTH, LENGTH, 0)),
                "elements of w are in two shards, from 299 on", "run-1-00001-of-00002", "run-1-00002-of-00002");
        refused(optimizer(slice(0, LENGTH, LENGTH, 0)), optimizer(slice(100, 200, LENGTH, 0)), "two shards, from 100");
        refused(optimizer(slice(0, LENGTH, LENGTH, 0)), optimizer(slice(0, LENGTH, LENGTH, 0)), "two shards");
        refused(optimizer(slice(0, 0, 0, 0)), optimizer(slice(0, 0, 0, 0)), "two shards");
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(301, LENGTH, LENGTH, 0)),
                "elements 300 to 301 of w are in no shard");
        refused(optimizer(slice(1, 300, LENGTH, 0)), optimizer(slice(300, LENGTH, LENGTH, 0)), "elements 0 to 1 of w");
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(300, 599, LENGTH, 0)), "elements 599 to 600 of w");
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(), "elements 300 to 600 of w");
    }

    @Test
    void whatHasToAgree() throws Exception {
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(300, LENGTH, LENGTH, 1)), "random index 1");
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(300, 700, 700, 0)), "whole length");
        Optimizer stepped = optimizer(slice(300, LENGTH, LENGTH, 0));
        stepped.step();
        refused(optimizer(slice(0, 300, LENGTH, 0)), stepped, "0 steps", "1 steps");
        Parameter left = slice(0, 300, LENGTH, 0);
        Parameter right = slice(300, LENGTH, LENGTH, 0);
        refused(optimizer(left), optimizer(b -> b.seed(1), right), "seed");
        refused(optimizer(left), optimizer(b -> b.learningRate(0.5), right), "group 0");
        refused(optimizer(left), optimizer(b -> b.stateType(StateType.BFLOAT16), right), "group 0");
        refused(optimizer(left), optimizer(b -> b.group(group -> group.name("more"))), "number of groups");
        Optimizer factor = optimizer(right);
        factor.setLearningRateFactor(0.5);
        refused(optimizer(left), factor, "learning rate factor");
        refused(optimizer(left), optimizer(b -> b.learningRate(0.001)
                .group(group -> group.name("more").parameter(right))), "number of groups");
        try (Optimizer one = optimizer(left); Optimizer other = optimizer(right)) {
            refused(Checkpoint.of(one).put("epoch", "1"), Checkpoint.of(other).put("epoch", "2"), "epoch");
            refused(Checkpoint.of(one).lossScaler(new LossScaler()), Checkpoint.of(other), "loss scale");
            refused(Checkpoint.of(one).withParameters(), Checkpoint.of(other), "whether they have values");
        }
    }

    /** A parameter called as a slice is in a file. */
    @Test
    void namesThatWouldBeEqual() throws Exception {
        Parameter named = Parameter.builder(MemorySegment.ofArray(new float[300])).name("w[0:300]").build();
        refused(optimizer(slice(0, 300, LENGTH, 0)), optimizer(slice(300, LENGTH, LENGTH, 0), named),
                "two shards have a tensor of the name ");
    }

    private ShardModel written(int generation, int ranks) throws Exception {
        ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, ranks).step(generation)
                .write(folder.resolve("run"), generation);
        sharded(0, ranks).complete(generation);
        return model;
    }

    private void notRestored(String... words) throws Exception {
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1).step(1)) {
            Map<String, String> before = model.contents();
            CheckpointFormatException e = assertThrows(CheckpointFormatException.class,
                    () -> model.ranks.getFirst().checkpoint().restore(sharded(0, 1).index()));
            for (String word : words) {
                assertTrue(e.getMessage().contains(word), e.getMessage());
            }
            assertEquals(before, model.contents());
        }
    }

    @Test
    void aShardIsMissingOrAnother() throws Exception {
        written(1, 3).close();
        byte[] first = Files.readAllBytes(shard(1, 1, 3));
        byte[] second = Files.readAllBytes(shard(1, 2, 3));
        Files.delete(shard(1, 2, 3));
        notRestored("run-1-00002-of-00003.safetensors: the shard is missing");
        Files.write(shard(1, 2, 3), first);
        notRestored("the file is not run-1-00002-of-00003.safetensors");
        // The same tensors with other values: one that was written again.
        try (ShardModel other = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 3).step(2)) {
            ShardedCheckpoint elsewhere = ShardedCheckpoint.of(Files.createDirectory(folder.resolve("x"))
                    .resolve("run"), 1, 3);
            Files.copy(elsewhere.write(other.ranks.get(1).checkpoint(), 1), shard(1, 2, 3),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        notRestored("steps");
        Files.write(shard(1, 2, 3), Arrays.copyOf(second, second.length - 1));
        notRestored("run-1-00002-of-00003.safetensors: ");
        Files.write(shard(1, 2, 3), second);
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 2)) {
            model.ranks.getFirst().checkpoint().restore(sharded(0, 1).index());
        }
    }

    @Test
    void theIndexIsNotWrittenForWhatIsMissing() throws Exception {
        try (ShardModel model = written(1, 3); ShardModel next = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 3)) {
            String old = Files.readString(sharded(0, 3).index());
            next.write(folder.resolve("run"), 2);
            Files.delete(shard(2, 3, 3));
            CheckpointFormatException e =
                    assertThrows(CheckpointFormatException.class, () -> sharded(0, 3).complete(2));
            assertEquals("the shard is missing", e.reason());
            // That of the generation before does not do.
            Files.copy(shard(1, 3, 3), shard(2, 3, 3));
            assertThrows(CheckpointFormatException.class, () -> sharded(0, 3).complete(2));
            assertEquals(old, Files.readString(sharded(0, 3).index()));
            try (ShardModel restored = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1)) {
                restored.ranks.getFirst().checkpoint().restore(sharded(0, 3).index());
                assertEquals(model.contents(), restored.contents());
            }
        }
    }

    @Test
    void everyFlippedByteAndEveryLengthOfTheIndex() throws Exception {
        try (ShardModel saved = written(1, 2);
                ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1)) {
            Path index = sharded(0, 2).index();
            byte[] whole = Files.readAllBytes(index);
            Map<String, String> before = model.contents();
            Checkpoint checkpoint = model.ranks.getFirst().checkpoint();
            for (int i = 0; i < whole.length; i++) {
                byte[] bytes = whole.clone();
                bytes[i] ^= (byte) (1 << i % Byte.SIZE);
                Files.write(index, bytes);
                assertThrows(CheckpointFormatException.class, () -> checkpoint.restore(index), "byte " + i);
                Files.write(index, Arrays.copyOf(whole, i));
                assertThrows(CheckpointFormatException.class, () -> checkpoint.restore(index), "length " + i);
            }
            assertEquals(before, model.contents());
            Files.write(index, whole);
            checkpoint.restore(index);
            assertEquals(saved.contents(), model.contents());
        }
    }

    /** Of the elements, those are checked that are needed. */
    @Test
    void damagedElements() throws Exception {
        written(1, 2).close();
        byte[] bytes = Files.readAllBytes(shard(1, 2, 2));
        bytes[bytes.length - 1] ^= 1;
        Files.write(shard(1, 2, 2), bytes);
        notRestored("run-1-00002-of-00002.safetensors: the bytes of ", "are damaged");
        try (CheckpointFile opened = Checkpoint.read(sharded(0, 1).index())) {
            assertThrows(CheckpointFormatException.class, opened::verify);
        }
    }

    @Test
    void anOptimizerThatDoesNotFit() throws Exception {
        written(1, 2).close();
        Path index = sharded(0, 2).index();
        for (Parameter parameter : List.of(
                Parameter.builder(MemorySegment.ofArray(new float[1501])).name("a").build(),
                Parameter.builder(MemorySegment.ofArray(new float[1500])).name("other").build(),
                Parameter.builder(MemorySegment.ofArray(new float[1500])).build(),
                Parameter.builder(MemorySegment.ofArray(new float[300])).name("c").build())) {
            try (Optimizer one = Adam.builder().seed(-5).stateType(StateType.BLOCK8).parameter(parameter)
                    .group(group -> group.name("last")).build()) {
                assertThrows(InvalidSnapshotException.class, () -> Checkpoint.of(one).restore(index));
            }
        }
        try (ShardModel other = new ShardModel(Model.Kind.ADAM, StateType.FLOAT32, 2);
                ShardModel lion = new ShardModel(Model.Kind.LION, StateType.BLOCK8, 2);
                Optimizer groups = Adam.builder().parametersLater().build()) {
            InvalidSnapshotException e = assertThrows(InvalidSnapshotException.class,
                    () -> other.ranks.getFirst().checkpoint().restore(index));
            assertTrue(e.getMessage().contains("convertingState()"), e.getMessage());
            assertThrows(InvalidSnapshotException.class, () -> lion.ranks.getFirst().checkpoint().restore(index));
            assertThrows(InvalidSnapshotException.class, () -> Checkpoint.of(groups).restore(index));
            assertThrows(InvalidSnapshotException.class, () -> other.ranks.getFirst().checkpoint().convertingState()
                    .lossScaler(new LossScaler()).restore(index));
        }
    }

    /** It would be read as another kind of file. */
    @Test
    void aCheckpointIsNoIndex() throws Exception {
        try (Optimizer one = optimizer(slice(0, 300, 300, 0))) {
            assertThrows(IllegalArgumentException.class, () -> Checkpoint.write(sharded(0, 1).index(), one));
        }
        assertEquals(List.of(), Child.files(folder));
    }

    @Test
    void aShardIsNoCheckpoint() throws Exception {
        written(1, 2).close();
        CheckpointFormatException e =
                assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(shard(1, 1, 2)));
        assertTrue(e.getMessage().contains("index"), e.getMessage());
    }

    @Test
    void generationsOnlyGrow() throws Exception {
        try (ShardModel model = written(5, 2)) {
            Checkpoint checkpoint = model.ranks.getFirst().checkpoint();
            List<String> before = Child.files(folder);
            for (long generation : new long[] {-1, 4, 5, Long.MAX_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> sharded(0, 2).write(checkpoint, generation));
            }
            assertThrows(IllegalArgumentException.class, () -> sharded(0, 2).complete(4));
            assertThrows(CheckpointFormatException.class, () -> sharded(0, 2).complete(6));
            assertEquals(before, Child.files(folder));
            // One that was not completed may be written again, and an index that is damaged protects nothing.
            sharded(0, 2).write(checkpoint, 6);
            sharded(0, 2).write(checkpoint, 6);
            Files.writeString(sharded(0, 2).index(), "{");
            sharded(0, 2).write(checkpoint, 2);
        }
    }

    /** An index that is whole is never taken for a damaged one. */
    @Test
    void anotherProgramsIndexStays() throws Exception {
        try (ShardModel model = written(5, 2)) {
            Checkpoint checkpoint = model.ranks.getFirst().checkpoint();
            Path index = sharded(0, 2).index();
            String newer = Files.readString(index).replace("\"version\":\"1\"", "\"version\":\"2\"");
            for (String text : List.of(newer, "{\"metadata\":{\"author\":[1]},\"weight_map\":{}}", "{}")) {
                Files.writeString(index, text);
                List<String> before = Child.files(folder);
                assertThrows(CheckpointFormatException.class, () -> sharded(0, 2).write(checkpoint, 6));
                assertThrows(CheckpointFormatException.class, () -> sharded(0, 2).complete(6));
                assertEquals(text, Files.readString(index));
                assertEquals(before, Child.files(folder));
            }
        }
    }

    @Test
    void whatCannotBe() throws Exception {
        Path run = folder.resolve("run");
        for (int[] numbers : new int[][] {{-1, 2}, {2, 2}, {0, 0}, {0, 100_000}}) {
            assertThrows(IllegalArgumentException.class, () -> ShardedCheckpoint.of(run, numbers[0], numbers[1]));
        }
        for (String name : List.of("", "a\\b", "a:b", "/", "a".repeat(181), "\u00fc".repeat(91))) {
            assertThrows(IllegalArgumentException.class, () -> ShardedCheckpoint.of(Path.of(name), 0, 1));
        }
        assertThrows(NullPointerException.class, () -> ShardedCheckpoint.of(null, 0, 1));
        assertThrows(NullPointerException.class, () -> sharded(0, 1).write(null, 1));
        try (Optimizer unnamed = Adam.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            assertThrows(InvalidParameterException.class, () -> sharded(0, 1).write(Checkpoint.of(unnamed), 1));
        }
        assertThrows(IOException.class, () -> Checkpoint.read(folder.resolve("none.safetensors.index.json")));
        assertEquals(List.of(), Child.files(folder));
    }

    /** The index in the form that other programs read. */
    @Test
    void theIndexToTheByte() throws Exception {
        try (Optimizer one = optimizer(slice(0, 300, LENGTH, 0)); Optimizer other = optimizer(
                slice(300, LENGTH, LENGTH, 0))) {
            sharded(0, 2).write(Checkpoint.of(one), 7);
            sharded(1, 2).write(Checkpoint.of(other), 7);
            sharded(0, 2).complete(7);
        }
        String[] sums = new String[2];
        for (int i = 0; i < 2; i++) {
            sums[i] = new String(Files.readAllBytes(shard(7, i + 1, 2)), 8 + 27, 8, StandardCharsets.US_ASCII);
        }
        assertEquals("""
                {"metadata":{"total_size":4808,"format":"radam","version":"1","generation":7,"shards":{\
                "run-7-00001-of-00002.safetensors":"%s","run-7-00002-of-00002.safetensors":"%s"}},"weight_map":{\
                "state.w[0:300].exp_avg":"run-7-00001-of-00002.safetensors",\
                "state.w[0:300].exp_avg_sq":"run-7-00001-of-00002.safetensors",\
                "state.w[0:300].step":"run-7-00001-of-00002.safetensors",\
                "state.w[300:600].exp_avg":"run-7-00002-of-00002.safetensors",\
                "state.w[300:600].exp_avg_sq":"run-7-00002-of-00002.safetensors",\
                "state.w[300:600].step":"run-7-00002-of-00002.safetensors"}}""".formatted((Object[]) sums),
                Files.readString(sharded(0, 2).index()));
    }
}
