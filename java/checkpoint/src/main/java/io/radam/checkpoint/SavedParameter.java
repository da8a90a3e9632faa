package io.radam.checkpoint;

import com.google.gson.stream.JsonWriter;
import io.radam.Parameter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a file's texts have of a parameter.
 *
 * @param named whether its name in the file is its own
 */
record SavedParameter(boolean named, long length, long first, long wholeLength, long randomIndex) {
    private static final int NUMBERS = 4;

    static SavedParameter of(Parameter parameter, long randomIndex) {
        return new SavedParameter(parameter.name() != null, parameter.length(), parameter.first(),
                parameter.wholeLength(), randomIndex);
    }

    static String toJson(Map<String, SavedParameter> parameters) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            for (Map.Entry<String, SavedParameter> pair : parameters.entrySet()) {
                SavedParameter parameter = pair.getValue();
                json.name(pair.getKey()).beginObject()
                        .name("named").value(parameter.named)
                        .name("length").value(parameter.length)
                        .name("first").value(parameter.first)
                        .name("whole_length").value(parameter.wholeLength)
                        .name("random_index").value(parameter.randomIndex)
                        .endObject();
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Reads what {@link #toJson} wrote. */
    static Map<String, SavedParameter> parse(String text) {
        Map<String, SavedParameter> parameters = new LinkedHashMap<>();
        Json.readObject(text, (json, name) -> parameters.put(name, parse(json, name)));
        return parameters;
    }

    private static SavedParameter parse(Json json, String name) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        Boolean[] named = new Boolean[1];
        json.object(key -> {
            switch (key) {
                case "named" -> named[0] = json.bool();
                case "length", "first", "whole_length", "random_index" -> numbers.put(key, json.integer());
                default -> throw new Malformed("a parameter has " + key + ": " + name);
            }
        });
        Malformed.require(named[0] != null && numbers.size() == NUMBERS, "a parameter lacks a number: " + name);
        return new SavedParameter(named[0], numbers.get("length"), numbers.get("first"), numbers.get("whole_length"),
                numbers.get("random_index"));
    }
}
