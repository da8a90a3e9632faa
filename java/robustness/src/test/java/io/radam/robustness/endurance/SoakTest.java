package io.radam.robustness.endurance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.robustness.Child;
import io.radam.robustness.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Long runs take no more memory than short ones, under three collectors at the same time. The Java heap is small and
 * all there from the beginning, so what grows is not the heap.
 */
@EnabledOnOs(OS.LINUX)
class SoakTest {
    /** From here on, a run is long enough for the compilers to be done after a third of it. */
    private static final long LONG_SECONDS = 600;
    private static final long LONG_STEPS = 100_000_000;
    private static final double LONG_PERCENT = 1;
    /** In seconds, the runtime itself still grows. A step or an optimizer that leaves its state shows nevertheless. */
    private static final double SHORT_PERCENT = 20;

    @TempDir
    private Path folder;

    @Test
    void smallSteps() throws Exception {
        long steps = Size.of("soak.steps", 2_000_000);
        Map<String, List<String>> printed = run("steps", steps, 600 + steps / 10_000, steps < LONG_STEPS);
        for (String collector : Collectors.NAMES) {
            List<String> lines = printed.get(collector);
            assertTrue(Long.parseLong(lines.getLast().split(" ")[0]) >= steps, lines::getLast);
            assertSteady(collector, lines, steps < LONG_STEPS ? SHORT_PERCENT : LONG_PERCENT);
        }
    }

    @Test
    void mixedUse() throws Exception {
        long seconds = Size.of("soak.seconds", 12);
        boolean isShort = seconds < LONG_SECONDS;
        Map<String, List<String>> printed = run("mixed", seconds, 600 + 2 * seconds, isShort);
        for (String collector : Collectors.NAMES) {
            assertSteady(collector, printed.get(collector), isShort ? SHORT_PERCENT : LONG_PERCENT);
        }
    }

    /** What a process under each collector prints. */
    private Map<String, List<String>> run(String what, long amount, long limitSeconds, boolean isShort)
            throws Exception {
        Map<String, Process> running = new LinkedHashMap<>();
        try {
            for (String collector : Collectors.NAMES) {
                running.put(collector, Child.start(log(collector), Collectors.options(collector, isShort), Soak.class,
                        what, "" + amount, folder.resolve(collector).toString()));
            }
            Map<String, List<String>> printed = new LinkedHashMap<>();
            for (Map.Entry<String, Process> each : running.entrySet()) {
                assertTrue(each.getValue().waitFor(limitSeconds, TimeUnit.SECONDS), each.getKey());
                List<String> lines = Files.readAllLines(log(each.getKey()));
                assertEquals(0, each.getValue().exitValue(), () -> each.getKey() + ": " + lines);
                printed.put(each.getKey(), lines);
            }
            return printed;
        } finally {
            running.values().forEach(Process::destroyForcibly);
        }
    }

    private Path log(String collector) {
        return folder.resolve(collector + ".txt");
    }

    private static void assertSteady(String collector, List<String> lines, double percent) {
        List<Trend.Sample> samples = new ArrayList<>();
        lines.subList(0, lines.size() - 1).forEach(line -> samples.add(Trend.Sample.of(line)));
        Trend trend = Trend.of(samples);
        System.out.println(collector + ": " + lines.getLast() + ", " + trend);
        assertTrue(trend.growthPercent() < percent, () -> collector + " has grown: " + trend);
        Trend.Sample last = samples.getLast();
        Trend.Sample middle = samples.get(samples.size() / 2);
        assertTrue(last.files() <= middle.files() + 1, () -> collector + " holds files: " + middle + last);
        assertTrue(last.threads() <= middle.threads() + 2, () -> collector + " holds threads: " + middle + last);
    }
}
