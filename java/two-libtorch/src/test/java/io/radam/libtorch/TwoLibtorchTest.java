package io.radam.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * DJL and PyTorch for Java bring a libtorch each, of another version. The framework that comes first works, before and
 * after the other has failed to load. Whatever happens is in a child process, which a crash would end.
 */
class TwoLibtorchTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    private Path folder;

    @Test
    void pytorchForJavaFirst() throws Exception {
        List<String> lines = run("pytorch", "djl", "pytorch", "djl", "pytorch");
        assertLearned("pytorch", lines.getFirst());
        assertEquals(List.of(lines.getFirst(), lines.getFirst()), List.of(lines.get(2), lines.get(4)), "other bits");
        for (int i : new int[] {1, 3}) {
            assertContains(lines.get(i), "djl failed ai.djl.engine.EngineException",
                    "Failed to load PyTorch native library", "UnsatisfiedLinkError",
                    "libtorch_cpu.so: undefined symbol");
        }
    }

    @Test
    void djlFirst() throws Exception {
        List<String> lines = run("djl", "pytorch", "djl", "pytorch", "djl");
        for (int i : new int[] {0, 2, 4}) {
            assertLearned("djl", lines.get(i));
        }
        assertContains(lines.get(1), "pytorch failed java.lang.UnsatisfiedLinkError: no jnitorch in java.library.path",
                "libjnitorch.so: undefined symbol");
        assertContains(lines.get(3), "pytorch failed java.lang.NoClassDefFoundError: Could not initialize class");
    }

    /** Where the adapter is the first to load PyTorch for Java, it says what the linker does not. */
    @Test
    void djlFirstAndThenTheAdapterForPytorch() throws Exception {
        List<String> lines = run("djl", "pytorch-later", "pytorch-later", "djl");
        assertLearned("djl", lines.getFirst());
        for (int i : new int[] {1, 2}) {
            assertContains(lines.get(i), "pytorch-later failed io.radam.BackendException: ", "another libtorch",
                    System.getProperty("DJL_CACHE_DIR"), "in a process of its own");
        }
        assertLearned("djl", lines.getLast());
    }

    private static void assertLearned(String framework, String line) {
        assertTrue(line.startsWith(framework + " learned "), line);
        assertEquals(3, Float.parseFloat(line.substring(line.lastIndexOf(' '))), 0.2, line);
    }

    private static void assertContains(String line, String... parts) {
        for (String part : parts) {
            assertTrue(line.contains(part), line);
        }
    }

    /** The lines that {@link Program} prints, one for each framework. */
    private List<String> run(String... frameworks) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + folder.resolve("crash"),
                // DJL must not look for PyTorch elsewhere, nor tell anybody.
                "-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true", "-DPYTORCH_FLAVOR=cpu",
                "-DDJL_CACHE_DIR=" + System.getProperty("DJL_CACHE_DIR"), "-Dai.djl.pytorch.num_threads=1",
                "-cp", System.getProperty("java.class.path"), Program.class.getName()));
        command.addAll(List.of(frameworks));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(out) + Files.readString(err);
        assertEquals(0, process.exitValue(), output);
        List<String> lines = Files.readAllLines(out);
        assertEquals(frameworks.length, lines.size(), output);
        return lines;
    }
}
