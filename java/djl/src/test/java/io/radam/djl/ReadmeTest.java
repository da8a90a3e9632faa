package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of the README is compiled and run as it is there. */
class ReadmeTest {
    private static final Pattern PROGRAM =
            Pattern.compile("compiles and runs this. -->\n```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theProgramRuns(@TempDir Path folder) throws IOException, InterruptedException {
        Matcher program = PROGRAM.matcher(Files.readString(Path.of(System.getProperty("djl.readme"))));
        assertTrue(program.find());
        Path source = Files.writeString(folder.resolve("Line.java"), program.group(1));

        Path output = folder.resolve("output");
        Process process = Children.java(source.toString()).redirectErrorStream(true).redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        int status = process.exitValue();
        String text = Files.readString(output);
        assertTrue(ended, () -> "it does not end: " + text);
        assertEquals(0, status, text);
        assertEquals(3, value(text, "weight"), 0.1, text);
        assertEquals(1, value(text, "bias"), 0.1, text);
    }

    private static double value(String text, String parameter) {
        Matcher number = Pattern.compile(parameter + ".*?\\n\\[+ *([-0-9.]+)", Pattern.DOTALL).matcher(text);
        assertTrue(number.find(), text);
        return Double.parseDouble(number.group(1));
    }
}
