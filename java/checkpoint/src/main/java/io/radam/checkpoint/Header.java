package io.radam.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a file of the safetensors format: named texts, and where each tensor is.
 *
 * @param metadata the texts
 * @param entries  of the tensors, in the order of their bytes
 */
record Header(Map<String, String> metadata, List<Entry> entries) {
    /** More bytes than this, no header of the format has. */
    static final int LARGEST = 100_000_000;
    /** The bytes before the header, which have its length. */
    static final int LENGTH_BYTES = 8;
    private static final String METADATA = "__metadata__";
    /** No program has tensors of more dimensions than this. */
    static final int MOST_DIMENSIONS = 64;

    /**
     * Where a tensor is.
     *
     * @param begin of its bytes, counted from the end of the header
     */
    record Entry(String name, TensorType type, List<Long> shape, long begin, long end) {
    }

    /** Puts tensors in the order of the format's own writer: large elements first, so that all are aligned. */
    static Header of(Map<String, String> metadata, List<Tensor> tensors) {
        List<Entry> entries = new ArrayList<>();
        long begin = 0;
        for (Tensor tensor : sorted(tensors)) {
            long end = Math.addExact(begin, tensor.bytes().byteSize());
            entries.add(new Entry(tensor.name(), tensor.type(), tensor.shape(), begin, end));
            begin = end;
        }
        return new Header(metadata, entries);
    }

    static List<Tensor> sorted(List<Tensor> tensors) {
        return tensors.stream().sorted(Comparator.comparing(Tensor::type).reversed().thenComparing(Tensor::name))
                .toList();
    }

    // --------------------------------------------------------------------------------------------------------- write

    /**
     * The header in JSON, padded with spaces to a multiple of 8 bytes.
     *
     * @throws IllegalArgumentException if it is longer than the format allows
     */
    byte[] toBytes() {
        LimitedBytes bytes = new LimitedBytes();
        try (JsonWriter json = new JsonWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            json.beginObject().name(METADATA).beginObject();
            for (Map.Entry<String, String> pair : metadata.entrySet()) {
                json.name(pair.getKey()).value(pair.getValue());
            }
            json.endObject();
            for (Entry entry : entries) {
                json.name(entry.name).beginObject().name("dtype").value(entry.type.name()).name("shape").beginArray();
                for (long size : entry.shape) {
                    json.value(size);
                }
                json.endArray().name("data_offsets").beginArray().value(entry.begin).value(entry.end).endArray()
                        .endObject();
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (bytes.size() % LENGTH_BYTES != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /** Ends the writing of a header that gets too long, before it takes all memory. */
    private static final class LimitedBytes extends ByteArrayOutputStream {
        @Override
        public synchronized void write(int b) {
            requireRoom(1);
            super.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            requireRoom(length);
            super.write(bytes, offset, length);
        }

        private void requireRoom(int more) {
            if (more > LARGEST - count) {
                throw new IllegalArgumentException("the header would have more bytes than " + LARGEST);
            }
        }
    }

    // ---------------------------------------------------------------------------------------------------------- read

    /**
     * Reads a header, and checks that its tensors fill the rest of the file without gaps.
     *
     * @param dataBytes the bytes of the file after the header
     * @throws Malformed if the header is not one
     */
    static Header parse(byte[] header, long dataBytes) {
        Malformed.require(header.length > 0 && header[0] == '{', "the header does not begin with {");
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
        } catch (CharacterCodingException e) {
            throw new Malformed("the header is not UTF-8", e);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        Json.readObject(text, (json, key) -> {
            if (key.equals(METADATA)) {
                json.object(name -> metadata.put(name, json.string()));
            } else {
                entries.add(entry(json, key));
            }
        });
        // Only an empty tensor may begin where another does. It comes first.
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : entries) {
            Malformed.require(entry.begin == end && entry.end >= end,
                    "the bytes of " + entry.name + " do not begin where those before end");
            requireSize(entry);
            end = entry.end;
        }
        Malformed.require(end == dataBytes, "the tensors have " + end + " bytes, but the file has " + dataBytes
                + " for them");
        return new Header(metadata, entries);
    }

    /** What was read of a tensor so far. */
    private static final class Fields {
        TensorType type;
        List<Long> shape;
        List<Long> offsets;
    }

    private static Entry entry(Json json, String name) {
        Fields fields = new Fields();
        json.object(field -> {
            switch (field) {
                case "dtype" -> fields.type = TensorType.named(json.string());
                case "shape" -> fields.shape = sizes(json, MOST_DIMENSIONS);
                case "data_offsets" -> fields.offsets = sizes(json, 2);
                default -> throw new Malformed("a tensor has " + field + ": " + name);
            }
        });
        Malformed.require(fields.type != null && fields.shape != null && fields.offsets != null
                && fields.offsets.size() == 2, "a tensor lacks its dtype, shape or data_offsets: " + name);
        return new Entry(name, fields.type, fields.shape, fields.offsets.get(0), fields.offsets.get(1));
    }

    private static List<Long> sizes(Json json, int most) {
        List<Long> sizes = new ArrayList<>();
        json.array(() -> {
            long size = json.integer();
            Malformed.require(size >= 0, "a size or an offset is negative: " + size);
            Malformed.require(sizes.size() < most, "more numbers in an array than " + most);
            sizes.add(size);
        });
        return List.copyOf(sizes);
    }

    private static void requireSize(Entry entry) {
        try {
            long bytes = entry.type.bytes();
            long length = 1;
            for (long size : entry.shape.contains(0L) ? List.of(0L) : entry.shape) {
                length = Math.multiplyExact(length, size);
            }
            Malformed.require(Math.multiplyExact(length, bytes) == entry.end - entry.begin,
                    "the shape of " + entry.name + " does not fit its bytes");
        } catch (ArithmeticException e) {
            throw new Malformed("the shape of " + entry.name + " has more elements than 64 bits can count", e);
        }
    }
}
