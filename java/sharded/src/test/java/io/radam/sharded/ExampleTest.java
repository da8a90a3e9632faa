package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example's script trains the digits in 4 processes, with as good an end as one process has. */
class ExampleTest {
    private static final Path SCRIPT = Path.of(System.getProperty("project.readme")).resolveSibling("example")
            .resolve("train-digits");

    @TempDir
    Path folder;

    @Test
    void trainsWithoutALauncher() throws Exception {
        requireTraining("SocketCollectives", List.of());
    }

    @Test
    void trainsByMpi() throws Exception {
        Mpirun.OPEN_MPI.require();
        requireTraining("MpiCollectives", List.of("mpirun"));
    }

    private void requireTraining(String by, List<String> how) throws Exception {
        String said = run(how, 4, 0);
        assertTrue(said.contains("by " + by + "[rank 0 of 4]\n"), said);
        assertTrue(said.contains("the parameters are the same in all processes: true\n"), said);
        Matcher right = Pattern.compile("not trained on: ([0-9.]+); one process alone: ([0-9.]+)\n").matcher(said);
        assertTrue(right.find(), said);
        double together = Double.parseDouble(right.group(1));
        assertEquals(Double.parseDouble(right.group(2)), together, 0.01, said);
        assertTrue(together > 0.85, said);
    }

    /** Rather than that some digits are left out. */
    @Test
    void batchesAreDividedEvenly() throws Exception {
        String said = run(List.of(), 3, 1);
        assertTrue(said.contains("a batch of 64 digits cannot be divided evenly among 3 processes"), said);
    }

    /** Rather than that its compiler says what it does not know. */
    @Test
    void anOlderJavaIsRefused() throws Exception {
        Path java = Files.writeString(folder.resolve("java"),
                "#!/bin/sh\necho '    java.specification.version = 17' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        assertEquals(java + " is Java 17, and 25 or newer is needed: set JAVA to its java\n",
                run(java, List.of(), 1, 1));
    }

    private String run(List<String> how, int processes, int exitValue) throws Exception {
        return run(Path.of(System.getProperty("java.home"), "bin", "java"), how, processes, exitValue);
    }

    private String run(Path java, List<String> how, int processes, int exitValue) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString());
        builder.command().addAll(how);
        builder.command().addAll(List.of("" + processes, "6"));
        builder.environment().put("JAVA", java.toString());
        builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.environment().put("MPIRUN", String.join(" ", Mpirun.OPEN_MPI.command()));
        try (ServerSocketChannel listener = Engine.listener()) {
            builder.environment().put("PORT", "" + listener.socket().getLocalPort());
        }
        Path log = folder.resolve("log");
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            String said = Files.readString(log);
            assertTrue(ended, said);
            assertEquals(exitValue, process.exitValue(), said);
            return said;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
