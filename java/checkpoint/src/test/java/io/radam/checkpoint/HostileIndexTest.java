package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidSnapshotException;
import io.radam.StateType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes and shards that somebody made by hand. */
class HostileIndexTest {
    private static final int ROUNDS = 400;

    @TempDir
    Path temporary;
    private Path folder;
    private Path index;

    @BeforeEach
    void write() throws Exception {
        folder = Files.createDirectory(temporary.resolve("folder"));
        index = folder.resolve("run.safetensors.index.json");
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 2).step(1)) {
            model.write(folder.resolve("run"), 1);
            ShardedCheckpoint.of(folder.resolve("run"), 0, 2).complete(1);
        }
    }

    private CheckpointFormatException refused() {
        CheckpointFormatException e = assertTimeout(Duration.ofMinutes(5),
                () -> assertThrows(CheckpointFormatException.class, () -> Checkpoint.read(index)));
        assertTrue(e.getMessage().length() < 1500, "a short message");
        return e;
    }

    private String changed(String part, String other) throws Exception {
        String text = Files.readString(index);
        assertTrue(text.contains(part), text);
        return text.replace(part, other);
    }

    /** In shards and weight_map alike; each such file is there, and is the shard. */
    @ParameterizedTest
    @ValueSource(strings = {"../outside/run-1-00002-of-00002.safetensors", "sub/run-1-00002-of-00002.safetensors",
        "./run-1-00002-of-00002.safetensors", "/ABSOLUTE/run-1-00002-of-00002.safetensors",
        "sub/../run-1-00002-of-00002.safetensors", "..\\\\\\\\outside\\\\\\\\run-1-00002-of-00002.safetensors",
        "run-1-00002-of-00002.safetensors/", "C:run-1-00002-of-00002.safetensors", "link", "..", ".", "", "/",
        "run-1-00002-of-00002.safetensors\\\\u0000", "run-1-2-of-2.safetensors", "run-01-00002-of-00002.safetensors",
        "run-1-00002-of-00003.safetensors", "run-2-00002-of-00002.safetensors", "run-1-00003-of-00002.safetensors",
        "run-1-00000-of-00002.safetensors", "run-99999999999999999999-00002-of-00002.safetensors"})
    void pathsThatAreNoNames(String name) throws Exception {
        String shard = "run-1-00002-of-00002.safetensors";
        for (String other : List.of("outside", "folder/sub")) {
            Files.copy(folder.resolve(shard), Files.createDirectories(temporary.resolve(other)).resolve(shard));
        }
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve(shard));
        String path = name.replace("/ABSOLUTE", folder.toString()).replace("\\\\", "\\");
        Files.writeString(index, changed(shard, path));
        CheckpointFormatException e = refused();
        assertTrue(e.reason().startsWith("not the name of shard 2 of 2 of generation 1: "), e.reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "null", "{}", "{'metadata':{}}", "{'weight_map':{}}",
        "{'metadata':{'total_size':0},'weight_map':{}}",
        "{'metadata':{'total_size':0,'format':'radam','version':'1','generation':0,'shards':{}},'weight_map':{}}",
        "{'metadata':{'total_size':0,'format':'pt','version':'1','generation':0,'shards':{}},'weight_map':{}}",
        "{'metadata':[],'weight_map':{}}", "{'metadata':{},'weight_map':[]}", "{'metadata':{},'weight_map':{}} x"})
    void whatIsNoIndex(String text) throws Exception {
        Files.writeString(index, text.replace('\'', '"'));
        refused();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"total_size\":|\"total_size\":1", "\"generation\":1|\"generation\":2", "\"generation\":1|\"generation\":1.0",
        "\"generation\":1|\"generation\":-1", "\"generation\":1|\"generation\":99999999999999999999",
        "\"version\":\"1\"|\"version\":\"2\"", "\"format\":\"radam\"|\"format\":\"other\"",
        "\"generation\":1|\"generation\":1,\"generation\":1", "\"generation\":1|\"generation\":1,\"more\":1",
        "\"weight_map\":{|\"weight_map\":{\"x\":\"run-1-00001-of-00002.safetensors\",",
        "\"weight_map\":{|\"weight_map\":{\"x\":\"run-9-00001-of-00002.safetensors\",", "\"weight_map\":{|\"w\":{",
        "state.tiny.exp_avg|state.tiny.exp", "00002-of-00002.safetensors\"}}|00001-of-00002.safetensors\"}}",
        "\"weight_map\":{|\"weight_map\":{\"x\":null,", "\"weight_map\":{|\"weight_map\":{\"x\":{\"x\":{}},",
        "\"weight_map\":{|\"weight_map\":{\"x\":\"\\ud800\",",
    })
    void anIndexThatLies(String part, String other) throws Exception {
        Files.writeString(index, changed(part, other));
        refused();
    }

    /** What is written can be read. */
    @Test
    void moreTensorsThanAreRead() {
        Map<String, String> files = IntStream.rangeClosed(0, Json.MOST_ENTRIES).boxed()
                .collect(Collectors.toMap(String::valueOf, i -> "run-0-00001-of-00001.safetensors"));
        ShardIndex tooLarge = new ShardIndex(0, 0, Map.of("run-0-00001-of-00001.safetensors", ""), files);
        assertThrows(IllegalArgumentException.class, tooLarge::toBytes);
    }

    @Test
    void sizesAndDepths() throws Exception {
        try (RandomAccessFile sparse = new RandomAccessFile(index.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        refused();
        for (String text : List.of("{\"metadata\":".repeat(200_000),
                "{\"weight_map\":{\"a\":\"" + "x".repeat(5_000_000),
                "{\"weight_map\":" + "[".repeat(1_000_000),
                "{\"metadata\":{\"total_size\":" + "1".repeat(3_000_000) + "}}",
                IntStream.rangeClosed(0, Json.MOST_ENTRIES).mapToObj(i -> "\"" + i + "\":\"\"")
                        .collect(Collectors.joining(",", "{\"weight_map\":{", "}}")),
                "{\"metadata\":{\"total_size\":0,\"format\":\"radam\",\"version\":\"1\",\"generation\":0,\"shards\":{\""
                        + "run-0-".repeat(500_000) + "00001-of-00001.safetensors\":\"\"}},\"weight_map\":{}}")) {
            Files.writeString(index, text);
            refused();
        }
        Files.write(index, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        refused();
        Files.delete(index);
        Files.createDirectory(index);
        assertThrows(IOException.class, () -> Checkpoint.read(index));
    }

    /** Many shards that are not there take no memory. */
    @Test
    void veryManyShards() throws Exception {
        for (int count : new int[] {ShardName.MOST, ShardName.MOST + 1}) {
            Files.writeString(index, IntStream.rangeClosed(1, count)
                    .mapToObj(i -> String.format("\"run-1-%05d-of-%05d.safetensors\":\"\"", i, count))
                    .collect(Collectors.joining(",", "{\"metadata\":{\"total_size\":0,\"format\":\"radam\","
                            + "\"version\":\"1\",\"generation\":1,\"shards\":{", "}},\"weight_map\":{}}")));
            refused();
        }
    }

    /** An index whose shard was changed, with right checksums. */
    private void changeShard(BiConsumer<Map<String, String>, List<Tensor>> change) throws Exception {
        Path file = folder.resolve("run-1-00002-of-00002.safetensors");
        Path copy = Files.copy(file, temporary.resolve("copy.safetensors"));
        String old;
        String now;
        try (TensorFile opened = new TensorFile(copy)) {
            old = opened.checksum();
            Map<String, String> texts = new LinkedHashMap<>(opened.metadata());
            List<Tensor> tensors = new ArrayList<>(opened.tensors().values());
            change.accept(texts, tensors);
            new TensorWriter(new DeviceAccess(null), (_, _) -> { }, 1 << 10).write(file, texts, tensors, () -> { });
        }
        try (TensorFile opened = new TensorFile(file)) {
            now = opened.checksum();
        }
        Files.writeString(index, changed(old, now));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"first\":768,\"whole_length\":1500|\"first\":767,\"whole_length\":1500",
        "\"first\":768,\"whole_length\":1500|\"first\":-768,\"whole_length\":1500",
        "\"first\":768,\"whole_length\":1500|\"first\":9223372036854775807,\"whole_length\":1500",
        "\"first\":768,\"whole_length\":1500|\"first\":768,\"whole_length\":9223372036854775807",
        "\"first\":768,\"whole_length\":1500|\"first\":768,\"whole_length\":732",
        "\"first\":768,\"whole_length\":1500|\"first\":0,\"whole_length\":732",
        "\"named\":true|\"named\":false",
        "\"random_index\":50|\"random_index\":51",
    })
    void aShardThatLies(String part, String other) throws Exception {
        changeShard((texts, _) -> {
            assertTrue(texts.get("parameters").contains(part), texts.get("parameters"));
            texts.put("parameters", texts.get("parameters").replace(part, other));
        });
        refused();
    }

    @ParameterizedTest
    @CsvSource({"shard.number,1", "shard.count,3", "shard.generation,2", "shard.number,x", "seed,4"})
    void aShardOfAnotherCheckpoint(String key, String value) throws Exception {
        changeShard((texts, _) -> assertTrue(texts.put(key, value) != null));
        refused();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shard.number", "shard.count", "shard.generation"})
    void aShardThatLacksSomething(String key) throws Exception {
        changeShard((texts, _) -> assertTrue(texts.remove(key) != null));
        refused();
    }

    @Test
    void aShardWithoutChecksums() throws Exception {
        Path file = folder.resolve("run-1-00002-of-00002.safetensors");
        byte[] bytes;
        try (TensorFile opened = new TensorFile(file)) {
            List<Tensor> tensors = List.copyOf(opened.tensors().values());
            byte[] header = Header.of(opened.metadata(), tensors).toBytes();
            long size = tensors.stream().mapToLong(tensor -> tensor.bytes().byteSize()).sum();
            ByteBuffer all = ByteBuffer.allocate((int) (8 + header.length + size)).order(ByteOrder.LITTLE_ENDIAN);
            all.putLong(header.length).put(header);
            Header.sorted(tensors).forEach(tensor -> all.put(tensor.bytes().asByteBuffer()));
            bytes = all.array();
        }
        Files.write(file, bytes);
        assertEquals("the shard has no checksums", refused().reason());
    }

    /** Changed at random: refused by name with nothing changed, or restored as it was. */
    @Test
    void mutations() throws Exception {
        byte[] whole = Files.readAllBytes(index);
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;
        try (ShardModel model = new ShardModel(Model.Kind.ADAM, StateType.BLOCK8, 1)) {
            Map<String, String> before = model.contents();
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = whole.clone();
                for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                    bytes = MutationTest.changed(bytes, random);
                }
                Files.write(index, bytes);
                try {
                    model.ranks.getFirst().checkpoint().restore(index);
                    before = model.contents();
                } catch (CheckpointFormatException | InvalidSnapshotException e) {
                    refused++;
                    assertEquals(before, model.contents(), new String(bytes, StandardCharsets.UTF_8));
                }
            }
        }
        assertTrue(refused > ROUNDS * 9 / 10, refused + " were refused");
    }
}
