package io.radam.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads JSON of a known form, token by token: each call names what has to come next. Nothing is built of what does not
 * come as named, so no nesting is deeper than that form. All calls throw {@link Malformed}.
 */
final class Json {
    /**
     * No object or array has more entries than this. Each takes far more memory than its few characters, and no header
     * within the format's size has as many that mean something.
     */
    static final int MOST_ENTRIES = 1 << 20;
    /** Neither a fraction nor an exponent, even if the number is whole. */
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final JsonReader reader;

    private Json(String text) {
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
    }

    /** Takes a value of a map by its key. */
    interface Entry {
        void read(String key);
    }

    /** Reads what Gson may refuse. */
    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Reads a text that is one object and nothing else. */
    static void readObject(String text, BiConsumer<Json, String> entry) {
        Json json = new Json(text);
        json.object(key -> entry.accept(json, key));
        json.require(JsonToken.END_DOCUMENT);
    }

    /** Whether a text is one object and nothing else, whatever is in it. */
    static boolean isObject(String text) {
        try {
            JsonReader reader = new Json(text).reader;
            boolean object = reader.peek() == JsonToken.BEGIN_OBJECT;
            reader.skipValue();
            return object && reader.peek() == JsonToken.END_DOCUMENT;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads a text that is one array and nothing else. */
    static void readArray(String text, Consumer<Json> element) {
        Json json = new Json(text);
        json.array(() -> element.accept(json));
        json.require(JsonToken.END_DOCUMENT);
    }

    /** Reads an object. No key may come twice. */
    void object(Entry entry) {
        require(JsonToken.BEGIN_OBJECT);
        checked(() -> {
            reader.beginObject();
            return null;
        });
        Set<String> keys = new HashSet<>();
        while (checked(reader::hasNext)) {
            String key = checked(reader::nextName);
            requireText(key);
            if (!keys.add(key)) {
                throw new Malformed("the key " + key + " comes twice");
            }
            requireCount(keys.size());
            entry.read(key);
        }
        checked(() -> {
            reader.endObject();
            return null;
        });
    }

    void array(Runnable element) {
        require(JsonToken.BEGIN_ARRAY);
        checked(() -> {
            reader.beginArray();
            return null;
        });
        for (int count = 1; checked(reader::hasNext); count++) {
            requireCount(count);
            element.run();
        }
        checked(() -> {
            reader.endArray();
            return null;
        });
    }

    private static void requireCount(int count) {
        if (count > MOST_ENTRIES) {
            throw new Malformed("an object or array has more entries than " + MOST_ENTRIES);
        }
    }

    String string() {
        require(JsonToken.STRING);
        String text = checked(reader::nextString);
        requireText(text);
        return text;
    }

    long integer() {
        require(JsonToken.NUMBER);
        String text = checked(reader::nextString);
        if (!INTEGER.matcher(text).matches()) {
            throw new Malformed("not an integer: " + text);
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Malformed("an integer of more than 64 bits: " + text, e);
        }
    }

    boolean bool() {
        require(JsonToken.BOOLEAN);
        return checked(reader::nextBoolean);
    }

    /** Passes a value that does not matter. */
    void skip() {
        checked(() -> {
            reader.skipValue();
            return null;
        });
    }

    private void require(JsonToken expected) {
        JsonToken found = checked(reader::peek);
        if (found != expected) {
            throw new Malformed("expected " + expected + ", but found " + found + " at " + reader.getPath());
        }
    }

    /** Whether a string is Unicode. One with half a surrogate pair is not, though JSON can escape it. */
    static boolean isText(String string) {
        return string.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static void requireText(String text) {
        if (!isText(text)) {
            throw new Malformed("a string is not Unicode: " + text);
        }
    }

    private <T> T checked(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new Malformed("the JSON is malformed: " + e.getMessage(), e);
        }
    }
}
