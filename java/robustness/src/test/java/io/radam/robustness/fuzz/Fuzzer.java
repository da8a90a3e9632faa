package io.radam.robustness.fuzz;

import io.radam.robustness.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs Jazzer, which is libFuzzer for Java: it changes inputs at random, and keeps those that reach new code.
 *
 * <p>A target is a class with a static {@code fuzzerTestOneInput(byte[])}. The files that it begins with are in the
 * folder {@code src/test/fuzz/<its simple name>}, and tokens to insert in the file beside it that ends in
 * {@code .dictionary}, if there is one.
 */
final class Fuzzer {
    /** What is instrumented beside the target, so that reaching new code in it counts. */
    private static final String INSTRUMENTED = "io.radam.*:io.radam.checkpoint.**:com.google.gson.stream.**";
    private static final Path INPUTS = Path.of("src", "test", "fuzz");
    private static final Path MEMORY = Path.of("/dev/shm");

    private Fuzzer() {
    }

    /** The files that a target begins with. */
    static List<Path> corpus(Class<?> target) throws IOException {
        Path folder = INPUTS.resolve(target.getSimpleName());
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** A folder in memory, where the system has one. */
    static Path newFolder() throws IOException {
        return Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "radam-fuzz") : Files.createTempDirectory("radam-fuzz");
    }

    /**
     * Fuzzes a target in a Java process of its own, of 256 MiB.
     *
     * @param found   where inputs go that reach new code, or make the target fail
     * @param options libFuzzer's
     * @return the exit status, which is 0 if no run failed
     */
    static int run(Class<?> target, Path log, Path found, String... options) throws Exception {
        Path memory = newFolder();
        List<String> arguments = new ArrayList<>(List.of("--target_class=" + target.getName(),
                "--instrumentation_includes=" + INSTRUMENTED + ":" + target.getName(),
                // Jazzer's detectors look for what no reader of tensors does, such as queries of databases.
                "--custom_hook_includes=none.**",
                "--reproducer_path=" + found, "-artifact_prefix=" + found + "/failed-", "-max_len=8192",
                // An input that takes a minute is a finding. Seconds may be the machine's, where much else runs.
                "-timeout=60",
                // Linux counts the largest size of the process that started this one, too, which is the tests'.
                "-rss_limit_mb=8192"));
        arguments.addAll(List.of(options));
        Path dictionary = INPUTS.resolve(target.getSimpleName() + ".dictionary");
        if (Files.exists(dictionary)) {
            arguments.add("-dict=" + dictionary);
        }
        arguments.add(Files.createDirectories(found.resolve("corpus")).toString());
        if (!corpus(target).isEmpty()) {
            arguments.add(INPUTS.resolve(target.getSimpleName()).toString());
        }
        Process process = null;
        try {
            process = Child.start(log, List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+EnableDynamicAgentLoading",
                    "--sun-misc-unsafe-memory-access=allow", "-D" + FileTarget.FOLDER + "=" + memory),
                    Class.forName("com.code_intelligence.jazzer.Jazzer"), arguments.toArray(String[]::new));
            return process.waitFor();
        } finally {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
            delete(memory);
        }
    }

    /** Deletes a folder and its files. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
