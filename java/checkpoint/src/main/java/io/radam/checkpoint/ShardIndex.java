package io.radam.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The index of a sharded checkpoint: which tensor is in which file.
 *
 * @param totalSize  the bytes of all tensors
 * @param shards     the checksums of the headers of all files, by their names, in the order of their numbers
 * @param files      the names of files, by the names of tensors
 */
record ShardIndex(long generation, long totalSize, Map<String, String> shards, Map<String, String> files) {
    /** How the names of indexes end. */
    static final String END = ".safetensors.index.json";

    static boolean isIndex(Path path) {
        return path.getFileName() != null && path.getFileName().toString().endsWith(END);
    }

    /** The folder of an index, which its files are in: if the path is a link, that of what it leads to. */
    static Path folder(Path index) throws IOException {
        return (FileErrors.toReplace(index) != null ? index.toRealPath() : index.toAbsolutePath()).getParent();
    }

    // --------------------------------------------------------------------------------------------------------- write

    /**
     * The text of the index.
     *
     * @throws IllegalArgumentException if it would be longer, or have more entries, than is read
     */
    byte[] toBytes() {
        if (files.size() > Json.MOST_ENTRIES) {
            throw new IllegalArgumentException("the index would have more tensors than " + Json.MOST_ENTRIES);
        }
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject().name("metadata").beginObject().name("total_size").value(totalSize)
                    .name(Keys.FORMAT).value(Keys.FORMAT_VALUE).name(Keys.VERSION).value(Keys.VERSION_VALUE)
                    .name("generation").value(generation).name("shards");
            write(shards, json);
            json.endObject().name("weight_map");
            write(files, json);
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > Header.LARGEST) {
            throw new IllegalArgumentException("the index would have more bytes than " + Header.LARGEST);
        }
        return bytes;
    }

    private static void write(Map<String, String> texts, JsonWriter json) throws IOException {
        json.beginObject();
        for (Map.Entry<String, String> pair : texts.entrySet()) {
            json.name(pair.getKey()).value(pair.getValue());
        }
        json.endObject();
    }

    // ---------------------------------------------------------------------------------------------------------- read

    /** What was read so far. */
    private static final class Fields {
        Long totalSize;
        String format;
        String version;
        Long generation;
        Map<String, String> shards;
        Map<String, String> files;
    }

    /**
     * Reads an index. That its files are there, and are as it says, is not checked.
     *
     * @throws CheckpointFormatException if it is no index of a checkpoint
     */
    static ShardIndex read(Path path) throws IOException {
        try {
            return parse(text(path));
        } catch (Malformed | InvalidPathException e) {
            throw new CheckpointFormatException(path, String.valueOf(e.getMessage()), e);
        }
    }

    /** Whether a file is JSON from its beginning to its end, whatever it says. */
    static boolean isWhole(Path path) throws IOException {
        try {
            return Json.isObject(text(path));
        } catch (Malformed e) {
            return false;
        }
    }

    private static String text(Path path) throws IOException {
        try (FileChannel channel = FileErrors.open(path)) {
            long size = channel.size();
            Malformed.require(size <= Header.LARGEST, "the index has more bytes than " + Header.LARGEST);
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                Malformed.require(channel.read(bytes) >= 0, "the index became shorter");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("the index is not UTF-8", e);
        } catch (IOException e) {
            throw FileErrors.named(path, e);
        }
    }

    private static ShardIndex parse(String text) {
        Fields fields = new Fields();
        Json.readObject(text, (json, key) -> {
            switch (key) {
                case "metadata" -> readMetadata(json, fields);
                case "weight_map" -> fields.files = texts(json);
                default -> throw new Malformed("the index has " + key);
            }
        });
        Malformed.require(Keys.FORMAT_VALUE.equals(fields.format), "the index is not that of a checkpoint of radam");
        Malformed.require(Keys.VERSION_VALUE.equals(fields.version), "the index's version is " + fields.version
                + ", known is " + Keys.VERSION_VALUE);
        Malformed.require(fields.totalSize != null && fields.generation != null && fields.shards != null
                && fields.files != null, "the index lacks its total_size, generation, shards or weight_map");
        requireNames(fields.generation, fields.shards);
        fields.files.values().forEach(file -> Malformed.require(fields.shards.containsKey(file),
                "a tensor is in a file that is no shard: " + file));
        return new ShardIndex(fields.generation, fields.totalSize, fields.shards, fields.files);
    }

    private static void readMetadata(Json json, Fields fields) {
        json.object(key -> {
            switch (key) {
                case "total_size" -> fields.totalSize = json.integer();
                case "generation" -> fields.generation = json.integer();
                case Keys.FORMAT -> fields.format = json.string();
                case Keys.VERSION -> fields.version = json.string();
                case "shards" -> fields.shards = texts(json);
                default -> throw new Malformed("the metadata have " + key);
            }
        });
    }

    private static Map<String, String> texts(Json json) {
        Map<String, String> texts = new LinkedHashMap<>();
        // A file has many tensors, but needs its name only once in memory.
        Map<String, String> same = new HashMap<>();
        json.object(key -> texts.put(key, same.computeIfAbsent(json.string(), value -> value)));
        return texts;
    }

    /** A file in another folder would be read, and what is no shard deleted when it is old. */
    private static void requireNames(long generation, Map<String, String> shards) {
        Malformed.require(!shards.isEmpty() && shards.size() <= ShardName.MOST, "the index has " + shards.size()
                + " shards");
        int number = 0;
        for (String file : shards.keySet()) {
            number++;
            ShardName name = ShardName.isPlain(file) ? ShardName.parse(file) : null;
            Malformed.require(name != null && name.generation() == generation && name.number() == number
                    && name.count() == shards.size(), "not the name of shard " + number + " of " + shards.size()
                    + " of generation " + generation + ": " + file);
        }
    }
}
