package io.radam.robustness.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.robustness.Size;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers of files, with inputs that a fuzzer finds. */
class FuzzTest {
    private static final Pattern RUNS = Pattern.compile("Done ([0-9]+) runs");
    private static Path memory;

    @TempDir
    Path folder;

    static List<Class<?>> targets() {
        return List.of(CheckpointTarget.class, TorchTarget.class, IndexTarget.class);
    }

    @BeforeAll
    static void makeFolder() throws Exception {
        memory = Fuzzer.newFolder();
        System.setProperty(FileTarget.FOLDER, memory.toString());
    }

    @AfterAll
    static void deleteFolder() throws Exception {
        System.clearProperty(FileTarget.FOLDER);
        Fuzzer.delete(memory);
    }

    /** What earlier runs found, which no later version may fail at. */
    @ParameterizedTest
    @MethodSource("targets")
    void corpus(Class<?> target) throws Throwable {
        List<Path> files = Fuzzer.corpus(target);
        assertFalse(files.isEmpty());
        Method run = target.getMethod("fuzzerTestOneInput", byte[].class);
        for (Path file : files) {
            try {
                run.invoke(null, (Object) Files.readAllBytes(file));
            } catch (InvocationTargetException e) {
                throw new AssertionError("failed at " + file, e.getCause());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fuzzed(Class<?> target) throws Exception {
        Path found = Files.createDirectories(Path.of("target", "fuzz", target.getSimpleName()));
        Path log = found.resolve("log");
        // An index has little that could be wrong.
        long seconds = Math.ceilDiv(Size.of("fuzz.seconds", 60), target == IndexTarget.class ? 3 : 1);
        int status = Fuzzer.run(target, log, found, "-max_total_time=" + seconds, "-seed=" + Size.of("seed", 1));
        String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertEquals(0, status, () -> "what failed is in " + found + ":\n" + end(printed));
        assertTrue(runs(printed) > Fuzzer.corpus(target).size(), () -> end(printed));
        System.out.println(target.getSimpleName() + ": " + runs(printed) + " runs");
    }

    /**
     * Without guidance, it would take 2^48 runs. Dictionary and corpus do not help. It ends at the first that fails:
     * with most seeds after some 100,000 runs.
     */
    @Test
    void isGuided() throws Exception {
        Path log = folder.resolve("log");
        int status = Fuzzer.run(Maze.class, log, folder, "-runs=200000000", "-max_total_time=600", "-max_len=8",
                "-seed=1");
        String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertNotEquals(0, status, () -> end(printed));
        assertTrue(printed.contains("the end of the maze"), () -> end(printed));
    }

    private static long runs(String printed) {
        Matcher matcher = RUNS.matcher(printed);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String end(String printed) {
        return printed.substring(Math.max(0, printed.length() - 8000));
    }
}
