package io.radam.djl;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors and named texts in a file of the safetensors format: eight bytes with the length of a header, the
 * header in JSON, and the elements.
 *
 * @param texts   the header's {@code __metadata__}
 * @param tensors in the order in which they are written
 */
record TensorFile(Map<String, String> texts, Map<String, Content> tensors) {
    private static final String TEXTS = "__metadata__";
    private static final int LENGTH_BYTES = 8;
    private static final long LARGEST_HEADER = 100_000_000;
    private static final int PIECE = 1 << 30;
    private static final int ALIGNMENT = 64;

    /**
     * A tensor of one dimension.
     *
     * @param type   such as {@code F32}
     * @param length in elements
     */
    record Content(String type, long length, MemorySegment bytes) {
    }

    TensorFile() {
        this(new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    // --------------------------------------------------------------------------------------------------------- write

    /** Writes the file beside its place, and then puts it there: a reader finds the old file or the new one. */
    void write(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Path unfinished = Files.createTempFile(folder, path.getFileName().toString(), ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                byte[] header = header().getBytes(StandardCharsets.UTF_8);
                writeAll(channel, ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length).flip());
                writeAll(channel, ByteBuffer.wrap(header));
                for (Content tensor : tensors.values()) {
                    writeAll(channel, tensor.bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private String header() {
        JsonObject header = new JsonObject();
        header.add(TEXTS, JsonUtils.GSON.toJsonTree(texts));
        long begin = 0;
        for (Map.Entry<String, Content> tensor : tensors.entrySet()) {
            long end = begin + tensor.getValue().bytes.byteSize();
            JsonObject entry = new JsonObject();
            entry.addProperty("dtype", tensor.getValue().type);
            entry.add("shape", array(tensor.getValue().length));
            entry.add("data_offsets", array(begin, end));
            header.add(tensor.getKey(), entry);
            begin = end;
        }
        String text = header.toString();
        return text + " ".repeat(-text.getBytes(StandardCharsets.UTF_8).length & 7);
    }

    private static JsonArray array(long... numbers) {
        JsonArray array = new JsonArray();
        for (long number : numbers) {
            array.add(number);
        }
        return array;
    }

    private static void writeAll(FileChannel channel, MemorySegment bytes) throws IOException {
        for (long begin = 0; begin < bytes.byteSize(); begin += PIECE) {
            writeAll(channel, bytes.asSlice(begin, Math.min(PIECE, bytes.byteSize() - begin)).asByteBuffer());
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    // ---------------------------------------------------------------------------------------------------------- read

    /**
     * Reads a file, all of it.
     *
     * @param arena of the memory of the tensors
     * @throws IOException if it cannot be read, or is not whole
     */
    static TensorFile read(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (all.byteSize() < LENGTH_BYTES) {
                throw broken(path, "it has " + all.byteSize() + " bytes");
            }
            long length = all.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
            if (length < 2 || length > Math.min(LARGEST_HEADER, all.byteSize() - LENGTH_BYTES)) {
                throw broken(path, "its header has " + length + " bytes");
            }
            byte[] header = all.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
            MemorySegment data = all.asSlice(LENGTH_BYTES + length);
            return parse(new String(header, StandardCharsets.UTF_8), data, arena);
        } catch (JsonParseException | IllegalStateException | IndexOutOfBoundsException | NullPointerException
                | NumberFormatException | UnsupportedOperationException | ArithmeticException e) {
            // Gson throws most of these where an element is missing, or of another kind than is asked for.
            throw new IOException(path + " is not a whole file of tensors: " + e.getMessage(), e);
        }
    }

    private static TensorFile parse(String text, MemorySegment data, Arena arena) {
        TensorFile file = new TensorFile();
        for (Map.Entry<String, JsonElement> entry : JsonUtils.GSON.fromJson(text, JsonObject.class).entrySet()) {
            JsonObject value = entry.getValue().getAsJsonObject();
            if (entry.getKey().equals(TEXTS)) {
                value.entrySet().forEach(pair -> file.texts.put(pair.getKey(), pair.getValue().getAsString()));
            } else {
                JsonArray offsets = value.getAsJsonArray("data_offsets");
                long begin = offsets.get(0).getAsLong();
                long length = 1;
                for (JsonElement size : value.getAsJsonArray("shape")) {
                    length = Math.multiplyExact(length, size.getAsLong());
                }
                MemorySegment bytes = data.asSlice(begin, offsets.get(1).getAsLong() - begin);
                String type = value.get("dtype").getAsString();
                if (bytes.byteSize() != Math.multiplyExact(length, elementBytes(type))) {
                    throw new JsonParseException(entry.getKey() + " has " + length + " elements in "
                            + bytes.byteSize() + " bytes");
                }
                // In the file it may be misaligned.
                file.tensors.put(entry.getKey(), new Content(type, length,
                        arena.allocate(bytes.byteSize(), ALIGNMENT).copyFrom(bytes)));
            }
        }
        return file;
    }

    private static int elementBytes(String type) {
        return switch (type) {
            case "F32" -> Float.BYTES;
            case "BF16" -> Short.BYTES;
            case "U8" -> Byte.BYTES;
            default -> throw new JsonParseException("unknown dtype " + type);
        };
    }

    private static IOException broken(Path path, String why) {
        return new IOException(path + " is not a whole file of tensors: " + why);
    }
}
