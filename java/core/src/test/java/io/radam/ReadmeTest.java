package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java examples compile, and do what they seem to do. */
class ReadmeTest {
    private static final Path JDK_BIN = Path.of(System.getProperty("java.home"), "bin");
    private static final Path README = Path.of(System.getProperty("project.readme"));
    private static final String CLASSES = System.getProperty("project.classes");

    @Test
    void exampleCompilesAndMinimizes(@TempDir Path folder) throws Exception {
        String output = runExample(folder, "Example");

        Matcher bias = Pattern.compile("^bias (\\S+), Adam\\[step=1000, .*rectified=true", Pattern.MULTILINE)
                .matcher(output);
        assertTrue(bias.find(), output);
        assertTrue(Math.abs(Float.parseFloat(bias.group(1))) < 0.1, "it began at 0.5 and should be near 0: " + output);
    }

    /** Here the GPU is the emulated one of the native tests. */
    @Test
    void exampleOnAGpuCompilesAndMinimizes(@TempDir Path folder) throws Exception {
        String output = runExample(folder, "GpuExample",
                "-Dradam.cuda.library.path=" + System.getProperty("radam.cuda.library.path"));

        assertTrue(output.startsWith("weight "), output);
        assertTrue(Math.abs(Float.parseFloat(output.substring(7))) < 0.1, "it began at -4 and should be near 0: " + output);
    }

    /** What the program that is a class of the README prints. */
    private static String runExample(Path folder, String name, String... options) throws Exception {
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class " + name + " .*?)```", Pattern.DOTALL)
                .matcher(Files.readString(README));
        assertTrue(block.find(), "the README has no Java program " + name);
        Path source = Files.writeString(folder.resolve(name + ".java"), block.group(1));

        run(folder, "javac", "-cp", CLASSES, "-d", folder.toString(), source.toString());
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "-cp", CLASSES + File.pathSeparator + folder));
        arguments.addAll(List.of(options));
        arguments.add(name);
        return run(folder, "java", arguments.toArray(String[]::new));
    }

    private static String run(Path folder, String tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(JDK_BIN.resolve(tool).toString()));
        command.addAll(List.of(arguments));
        Path log = folder.resolve(tool + ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), tool + " does not end");
        String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
