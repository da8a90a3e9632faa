package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program compiles, and goes on where it was. */
class ReadmeTest {
    @TempDir
    Path folder;

    @Test
    void programGoesOn() throws Exception {
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class Run [^`]*)```")
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program");
        Path source = Files.writeString(folder.resolve("Run.java"), block.group(1));

        String uninterrupted = run(source, "one", "30");
        assertTrue(uninterrupted.startsWith("weight 2."), uninterrupted);
        assertTrue(run(source, "two", "20").compareTo(uninterrupted) > 0);
        assertEquals(uninterrupted, run(source, "two", "30"));
        assertEquals(List.of("checkpoint-000000000028.safetensors", "checkpoint-000000000029.safetensors",
                "checkpoint-000000000030.safetensors"), Child.files(folder.resolve("two")));
    }

    private String run(Path source, String checkpoints, String epochs) throws Exception {
        Path log = folder.resolve("log");
        Process process = Child.start(log, List.of(), source.toString(), folder.resolve(checkpoints).toString(),
                epochs);
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
