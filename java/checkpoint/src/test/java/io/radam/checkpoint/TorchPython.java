package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Python that has PyTorch, as {@code ci/pytorch} makes one. */
final class TorchPython {
    private TorchPython() {
    }

    /** Skips a test where there is none. One that is named has to work. */
    private static String python() {
        String named = System.getenv("RADAM_PYTORCH_PYTHON");
        if (named != null) {
            return named;
        }
        Path unpacked = Path.of(System.getProperty("radam.pytorch.python"));
        assumeTrue(Files.isExecutable(unpacked), "there is no PyTorch: run ci/pytorch");
        return unpacked.toString();
    }

    /** Runs a program of the tests' resources. Returns what it prints. */
    static String run(Path folder, String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(python()));
        Path script = folder.resolve(program);
        try (InputStream source = TorchPython.class.getResourceAsStream("/" + program)) {
            Files.write(script, source.readAllBytes());
        }
        command.add(script.toString());
        command.addAll(List.of(arguments));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
