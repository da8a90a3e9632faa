package io.radam.pytorch;

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

/** The README's program compiles, and learns what it should. */
class ReadmeTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @Test
    void programLearnsALine(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class Line [^`]*)```")
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program");
        Path source = Files.writeString(folder.resolve("Line.java"), block.group(1));
        Path log = folder.resolve("log");

        Process process = new ProcessBuilder(List.of(JAVA.toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), source.toString()))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();

        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.startsWith("weight "), output);
        assertEquals(3, Float.parseFloat(output.substring(7)), 0.01, output);
    }
}
