package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of this module's README compiles and learns. */
class ReadmeTest {
    private static final String CLASSES = System.getProperty("java.class.path");

    @Test
    void exampleCompilesAndLearns(@TempDir Path folder) throws Exception {
        Matcher block = Pattern.compile("```java\\n(import .*?public class Example .*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program");
        Path source = Files.writeString(folder.resolve("Example.java"), block.group(1));
        run(folder, "javac", "-proc:none", "-cp", CLASSES, "-d", folder.toString(), source.toString());
        String output = run(folder, "java", "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-cp",
                CLASSES + File.pathSeparator + folder, "Example");

        Matcher loss = Pattern.compile("^loss (\\S+)$", Pattern.MULTILINE).matcher(output);
        assertTrue(loss.find(), output);
        assertTrue(Double.parseDouble(loss.group(1)) < 0.5, "it began at about 0.7: " + output);
    }

    private static String run(Path folder, String tool, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        Path log = folder.resolve(tool + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertTrue(process.waitFor(3, TimeUnit.MINUTES), tool + " does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
