package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of this module's README compiles and learns. */
class ReadmeTest {
    @Test
    void exampleCompilesAndLearns(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\\n(import .*?public class Example .*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program");
        Path source = Files.writeString(folder.resolve("Example.java"), block.group(1));
        Children.javac(folder, source);
        String output = Children.java(folder, "Example");

        Matcher loss = Pattern.compile("^loss (\\S+)$", Pattern.MULTILINE).matcher(output);
        assertTrue(loss.find(), output);
        assertTrue(Double.parseDouble(loss.group(1)) < 0.5, "it began at about 0.7: " + output);
    }
}
