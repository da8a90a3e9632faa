package io.radam.robustness.fuzz;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Gives a file the lengths and checksums that its header should have. Without this a fuzzer would not come past them:
 * most of its changes make a header longer or shorter, and no change keeps a checksum.
 */
final class CheckpointMender {
    private static final int LENGTH_BYTES = 8;
    private static final int MOST_DATA = 1 << 14;
    private static final String UNKNOWN = "00000000";
    private static final String START = "{\"__metadata__\":{\"crc32c\":\"";

    private CheckpointMender() {
    }

    /** The mended file; null if nothing is to be mended, or the header is beyond it. */
    static byte[] mend(byte[] file) {
        int end = headerEnd(file);
        if (end < 0) {
            return null;
        }
        JsonObject json;
        try {
            json = JsonParser.parseString(new String(file, LENGTH_BYTES, end - LENGTH_BYTES, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            return null;
        }
        byte[] header = Arrays.copyOfRange(file, LENGTH_BYTES, end);
        byte[] data = Arrays.copyOfRange(file, end, end + dataBytes(json, file.length - end));
        for (Map.Entry<String, JsonElement> tensor : json.entrySet()) {
            int[] offsets = offsets(tensor.getValue());
            if (offsets != null && offsets[0] <= offsets[1] && offsets[1] <= data.length) {
                // The key as it is written, or nothing is found.
                put(header, "\"crc32c." + tensor.getKey().replace("\"", "\\\"") + "\":\"",
                        sum(data, offsets[0], offsets[1]));
            }
        }
        if (put(header, START, UNKNOWN)) {
            put(header, START, sum(header, 0, header.length));
        }
        byte[] mended = ByteBuffer.allocate(LENGTH_BYTES + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length).put(header).put(data).array();
        return Arrays.equals(mended, file) ? null : mended;
    }

    /** Where the header's object ends, with the spaces that pad it; -1 if it does not. */
    private static int headerEnd(byte[] file) {
        boolean quoted = false;
        int depth = 0;
        for (int i = LENGTH_BYTES; i < file.length; i++) {
            if (quoted) {
                if (file[i] == '\\') {
                    i++;
                } else {
                    quoted = file[i] != '"';
                }
                continue;
            }
            switch (file[i]) {
                case '"' -> quoted = true;
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> { }
            }
            if (depth <= 0) {
                int end = i + 1;
                while (end < file.length && end % LENGTH_BYTES != 0 && file[end] == ' ') {
                    end++;
                }
                return file[i] == '}' ? end : -1;
            }
        }
        return -1;
    }

    /** What the tensors should have; what there is, if that is too much. */
    private static int dataBytes(JsonObject json, int present) {
        int most = 0;
        for (JsonElement tensor : json.asMap().values()) {
            int[] offsets = offsets(tensor);
            if (offsets != null) {
                most = Math.max(most, offsets[1]);
            }
        }
        return most <= MOST_DATA ? most : present;
    }

    private static int[] offsets(JsonElement tensor) {
        try {
            int begin = tensor.getAsJsonObject().getAsJsonArray("data_offsets").get(0).getAsInt();
            int end = tensor.getAsJsonObject().getAsJsonArray("data_offsets").get(1).getAsInt();
            return begin < 0 || end < 0 ? null : new int[] {begin, end};
        } catch (RuntimeException e) {
            return null; // of another form
        }
    }

    private static String sum(byte[] bytes, int begin, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, begin, end - begin);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** Writes eight digits after a text. */
    private static boolean put(byte[] header, String text, String digits) {
        byte[] searched = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at + searched.length + digits.length() <= header.length; at++) {
            if (Arrays.equals(header, at, at + searched.length, searched, 0, searched.length)) {
                System.arraycopy(digits.getBytes(StandardCharsets.US_ASCII), 0, header, at + searched.length,
                        digits.length());
                return true;
            }
        }
        return false;
    }
}
