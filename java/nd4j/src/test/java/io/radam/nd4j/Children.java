package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the JDK in processes of their own, with the class path of the tests. */
final class Children {
    private static final String CLASSES = System.getProperty("java.class.path");

    private Children() {
    }

    /** The output of a Java program, which has to end well. */
    static String java(Path folder, String program) throws IOException, InterruptedException {
        return run(folder, "java", "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-cp",
                CLASSES + File.pathSeparator + folder, program);
    }

    static void javac(Path folder, Path source) throws IOException, InterruptedException {
        run(folder, "javac", "-proc:none", "-cp", CLASSES, "-d", folder.toString(), source.toString());
    }

    private static String run(Path folder, String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(List.of(arguments));
        Path log = folder.resolve(tool + ".log");
        ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile())
                .directory(folder.toFile());
        // Memory that is freed is gone at once, so that no step in it goes unseen.
        child.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        Process process = child.start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly().waitFor();
        String output = Files.readString(log);
        assertTrue(ended, tool + " does not end: " + output);
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
