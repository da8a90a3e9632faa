package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.Probe;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM with its own settings, that runs a small program on the class path of the tests. */
final class ChildJvm {
    static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private static final long TIMEOUT_SECONDS = 600;

    private final Path folder;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> artifacts = new ArrayList<>();
    private boolean onModulePath;

    /** A JVM whose files are in this folder: its cache, its temporary files, what it prints, and where it works. */
    ChildJvm(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(temporary());
        environment.put("XDG_CACHE_HOME", cache().toString());
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path temporary() {
        return folder.resolve("tmp");
    }

    ChildJvm option(String... option) {
        options.addAll(List.of(option));
        return this;
    }

    ChildJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** The library as a named module, as in an application of modules. */
    ChildJvm onModulePath() {
        onModulePath = true;
        return this;
    }

    /** Another artifact beside the library: a folder, or a jar. */
    ChildJvm artifact(Path path) {
        artifacts.add(path.toString());
        return this;
    }

    Running start(Class<?> program) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary()));
        String others = String.join("", artifacts.stream().map(artifact -> File.pathSeparator + artifact).toList());
        if (onModulePath) {
            command.addAll(List.of("--module-path", mainClasses() + others, "--add-modules", "io.radam", "-cp",
                    testClasses()));
        } else {
            command.addAll(List.of("-cp", mainClasses() + File.pathSeparator + testClasses() + others));
        }
        command.addAll(options);
        command.add(program.getName());
        Path out = Files.createTempFile(folder, "out", null);
        Path err = Files.createTempFile(folder, "err", null);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("RADAM_TARGET", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS",
                "_JAVA_OPTIONS"));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    Result run(Class<?> program) throws IOException, InterruptedException {
        return start(program).result();
    }

    /** Runs {@link Probe}. */
    Result probe() throws IOException, InterruptedException {
        return run(Probe.class);
    }

    /** A program that runs. */
    record Running(Process process, Path out, Path err) {
        /** Waits for the program to end, and fails unless it succeeds. */
        Result result() throws IOException, InterruptedException {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("no end after " + TIMEOUT_SECONDS + " s: " + Files.readString(err));
            }
            Result result = new Result(Files.readString(out), Files.readString(err));
            assertEquals(0, process.exitValue(), result::toString);
            return result;
        }
    }

    /** What it printed: lines {@code name=value} to standard output, and the log to standard error. */
    record Result(String out, String err) {
        List<String> all(String name) {
            return out.lines().filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1)).toList();
        }

        String get(String name) {
            List<String> values = all(name);
            assertEquals(1, values.size(), () -> "values of " + name + " in " + this);
            return values.getFirst();
        }

        /** The one log line that says which backend is used. */
        String logged() {
            List<String> lines = err.lines().filter(line -> line.contains("radam steps by")).toList();
            assertEquals(1, lines.size(), this::toString);
            return lines.getFirst();
        }

        Result assertContains(String name, Object... parts) {
            for (Object part : parts) {
                assertTrue(get(name).contains(part.toString()), () -> name + " lacks " + part + ": " + this);
            }
            return this;
        }
    }

    private static String mainClasses() {
        return path(Backend.class, "io/radam/Backend.class");
    }

    private static String testClasses() {
        return path(Probe.class, "io/radam/child/Probe.class");
    }

    /** The folder or jar that a class is from. In a test run both are one module, so that a module would not tell. */
    private static String path(Class<?> type, String file) {
        String url = type.getResource(type.getSimpleName() + ".class").toString();
        String root = url.substring(0, url.length() - file.length());
        try {
            return root.startsWith("jar:")
                    ? Path.of(new URI(root.substring("jar:".length(), root.length() - "!/".length()))).toString()
                    : Path.of(new URI(root)).toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(url, e);
        }
    }
}
