package io.radam.bench.report;

import com.google.gson.JsonObject;
import io.radam.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was measured on. Linux tells; other systems leave gaps. */
public final class Machine {
    private static final String UNKNOWN = "unknown";

    private Machine() {
    }

    /** In one line. */
    public static String summary() {
        return cpu() + ", " + Text.threads(Runtime.getRuntime().availableProcessors()) + ", Java "
                + Runtime.version();
    }

    static Map<String, String> description() {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("Processor", cpu());
        description.put("Threads", String.valueOf(Runtime.getRuntime().availableProcessors()));
        description.put("Caches", caches());
        description.put("Memory", memory());
        description.put("Huge pages", firstLine(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        description.put("System", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        description.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
                + ", " + System.getProperty("java.vendor"));
        description.put("libradam", Backend.available().stream().map(Backend::name)
                .collect(Collectors.joining(", ", "can run ", " here, the first by default")));
        description.put("Date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return description;
    }

    static JsonObject json() {
        JsonObject json = new JsonObject();
        description().forEach(json::addProperty);
        return json;
    }

    private static String cpu() {
        return field(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch"));
    }

    private static String memory() {
        return field(Path.of("/proc/meminfo"), "MemTotal", UNKNOWN);
    }

    /** Level, kind and size of each cache that the first processor reaches. */
    private static String caches() {
        Path folder = Path.of("/sys/devices/system/cpu/cpu0/cache");
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith("index")).sorted()
                    .map(entry -> "L" + firstLine(entry.resolve("level")) + " " + firstLine(entry.resolve("type")) + " "
                            + firstLine(entry.resolve("size")))
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String field(Path file, String name, String otherwise) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().map(String::strip).orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
