package io.radam.robustness.endurance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.robustness.Child;
import io.radam.robustness.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand optimizers that were opened and closed leave nothing: no file, thread, mapping or memory. */
@EnabledOnOs(OS.LINUX)
class NothingLeftTest {
    @ParameterizedTest
    @ValueSource(strings = {"G1", "Z", "Serial"})
    void openedAndClosed(String collector, @TempDir Path folder) throws Exception {
        long number = Size.of("opened", 10_000);
        List<String> lines = run(collector, folder, OpenedAndClosed.class, "" + number,
                folder.resolve("file").toString());
        assertEquals(2, lines.size(), lines::toString);
        long[] before = numbers(lines.getFirst());
        long[] after = numbers(lines.getLast());
        // Were a third of the states left, it would be more than this. What the runtime takes by and by was half of it
        // at most. The limit of what is mapped, below, is closer.
        assertTrue(after[0] <= before[0] + 2 * number, () -> "resident KiB: " + lines);
        assertTrue(after[1] <= before[1], () -> "files: " + lines);
        assertTrue(after[2] <= before[2], () -> "threads: " + lines);
        // The runtime maps a little now and then: a leak would be one for each, or for each of the large ones.
        assertTrue(after[3] <= before[3] + 8, () -> "mappings: " + lines);
        assertTrue(after[4] <= before[4] + (8 << 10), () -> "mapped KiB: " + lines);
    }

    private static long[] numbers(String line) {
        return Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** Each one that was forgotten is freed, and one warning says where it was made. */
    @ParameterizedTest
    @ValueSource(strings = {"G1", "Z", "Serial", "Parallel"})
    void neverClosed(String collector, @TempDir Path folder) throws Exception {
        List<String> lines = run(collector, folder, NeverClosed.class);
        assertEquals("all are freed", lines.getLast(), lines::toString);
        long warnings = lines.stream().filter(line -> line.contains("an optimizer was not closed")).count();
        assertEquals(NeverClosed.KINDS, warnings, lines::toString);
        for (int kind = 0; kind < NeverClosed.KINDS; kind++) {
            String maker = NeverClosed.class.getName() + ".kind" + kind + "(";
            assertEquals(1, lines.stream().filter(line -> line.contains(maker)).count(), () -> maker + lines);
        }
    }

    private static List<String> run(String collector, Path folder, Class<?> program, String... arguments)
            throws Exception {
        Path log = folder.resolve("log.txt");
        Process process = Child.start(log, Collectors.options(collector, true), program, arguments);
        try {
            assertTrue(process.waitFor(30, TimeUnit.MINUTES));
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(log);
        assertEquals(0, process.exitValue(), lines::toString);
        return lines;
    }
}
