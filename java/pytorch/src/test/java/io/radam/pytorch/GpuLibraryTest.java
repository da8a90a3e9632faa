package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.BackendException;
import io.radam.SGD;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program whose parameters are on a GPU, and that has no library of radam's for it, is told what to add. */
class GpuLibraryTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** What the child process runs. */
    static final class Program {
        private Program() {
        }

        public static void main(String[] arguments) {
            try {
                TorchOptimizer.of(SGD.builder(), new Device("cuda:0"));
                System.out.println("an optimizer was made");
            } catch (BackendException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void theArtifactThatIsMissingIsNamed(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(List.of(JAVA.toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Program.class.getName()))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(10, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        for (String part : List.of("cuda:0", "io.radam:radam-cuda", "is the artifact radam-cuda on the class path?")) {
            assertTrue(output.contains(part), output);
        }
    }
}
