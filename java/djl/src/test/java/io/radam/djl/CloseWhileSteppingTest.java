package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is closed while a step runs stays in memory until the step has ended. */
class CloseWhileSteppingTest {
    @Test
    void theProcessLives(@TempDir Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        ProcessBuilder child = Children.java(CloseWhileStepping.class.getName()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).directory(folder.toFile());
        // Memory that is freed is gone at once, so that no step in it goes unseen.
        child.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        Process process = child.start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String text = Files.readString(output);
        assertTrue(ended, text);
        assertEquals(0, process.exitValue(), text);
        for (CloseWhileStepping.Thing thing : CloseWhileStepping.Thing.values()) {
            assertTrue(text.contains(CloseWhileStepping.line(thing, CloseWhileStepping.ROUNDS,
                    CloseWhileStepping.ROUNDS)), text);
        }
    }
}
