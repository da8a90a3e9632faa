package io.radam.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.radam.bench.Point.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The results for other programs: the machine, the figures of the tables, and all that JMH has recorded. */
final class JsonReport {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private JsonReport() {
    }

    /** @param raw JMH's own results */
    static void write(Path file, Results results, JsonArray raw) throws IOException {
        Files.writeString(file, GSON.toJson(json(results, raw)) + "\n");
    }

    static JsonObject json(Results results, JsonArray raw) {
        JsonObject json = new JsonObject();
        json.addProperty("setting", results.setting());
        json.addProperty("seconds", Math.round(results.seconds()));
        json.addProperty("compared_with", results.best());
        json.add("machine", Machine.json());
        JsonObject implementations = new JsonObject();
        results.implementations().forEach(i -> implementations.addProperty(i.name(), i.description()));
        json.add("implementations", implementations);
        for (Suite suite : Suite.values()) {
            JsonArray rows = new JsonArray();
            results.rows(suite).forEach(row -> rows.add(json(row)));
            json.add(suite.name().toLowerCase(Locale.ROOT), rows);
        }
        json.add("jmh", raw);
        return json;
    }

    private static JsonObject json(Row row) {
        JsonObject json = new JsonObject();
        json.addProperty("implementation", row.point().implementation());
        json.addProperty("work", row.point().work().name());
        json.addProperty("threads", row.point().threads());
        json.addProperty("n", row.point().size());
        json.addProperty("tensors", row.point().tensors());
        json.addProperty("nanos", row.nanos());
        json.addProperty("nanos_fastest_round", row.fastest());
        json.addProperty("nanos_slowest_round", row.slowest());
        if (!row.point().suite().isOfMethods() && row.point().suite() != Suite.EPOCHS) {
            json.addProperty("parameters_per_second", row.parametersPerSecond());
            json.addProperty("gigabytes_per_second", row.gigabytesPerSecond());
        }
        // JSON has no NaN.
        if (!Double.isNaN(row.ratio())) {
            json.addProperty(row.point().suite().isOfFrameworks() ? "times_framework" : "times_ours", row.ratio());
        }
        return json;
    }
}
