package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The launchers of MPI. Processes of one talk over the loopback interface and shared memory. The system property
 * {@code radam.test.mpi}, such as {@code MPICH:libmpi_abi.so.1}, has a test run by one launcher alone, and with that
 * library of it.
 */
enum Mpirun {
    OPEN_MPI("mpirun.openmpi", List.of("--allow-run-as-root", "--oversubscribe", "--mca",
            "btl_tcp_if_include", "lo")),
    MPICH("mpirun.mpich", List.of("-iface", "lo"));

    private static final String CHOSEN = System.getProperty("radam.test.mpi", "");

    private final String program;
    private final List<String> options;

    Mpirun(String program, List<String> options) {
        this.program = program;
        this.options = options;
    }

    /** What a launch has said, and how it ended. */
    record Outcome(int exitValue, String output) {
    }

    /** Skips the test where the launcher is not installed. */
    void require() {
        assumeTrue(CHOSEN.isEmpty() || CHOSEN.startsWith(this + ":"), () -> "another is chosen: " + CHOSEN);
        assumeTrue(isInstalled(), "the mpirun of " + this + " is not installed");
    }

    boolean isInstalled() {
        return !version().isEmpty();
    }

    /** What the launcher says of itself; empty if there is none. */
    String version() {
        try {
            Process process = new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs {@link MpiChild} in some processes, which are ended if they take more than three minutes. */
    Outcome run(Path folder, int processes, String... arguments) throws Exception {
        List<String> program = new ArrayList<>(List.of(MpiChild.class.getName()));
        program.addAll(List.of(arguments));
        return java(folder, processes, program);
    }

    /** Runs a class, or a file of source, in some processes. */
    Outcome java(Path folder, int processes, List<String> arguments) throws Exception {
        Path log = Files.createTempFile(folder, "mpirun", ".log");
        List<String> command = command();
        command.addAll(List.of("-n", "" + processes));
        command.addAll(java());
        if (!CHOSEN.isEmpty()) {
            command.add("-Dradam.mpi.library=" + CHOSEN.substring(CHOSEN.indexOf(':') + 1));
        }
        command.addAll(arguments);
        Set<ProcessHandle> started = new HashSet<>();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
                // Once the launcher has ended, its processes are nobody's descendants.
                process.descendants().forEach(started::add);
                assertTrue(System.nanoTime() < end, () -> "it does not end; it said: " + read(log));
            }
            return new Outcome(process.exitValue(), read(log));
        } finally {
            started.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The launcher and its options, before those that say what to launch. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(options);
        if (version().contains("(Open MPI) 4")) {
            // The launcher itself talks so, too; that of version 5 takes no loopback interface, and needs none here.
            command.addAll(List.of("--mca", "oob_tcp_if_include", "lo"));
        }
        return command;
    }

    /** Java with the class path of the tests. */
    static List<String> java() {
        // Short programs: the fast compiler alone, and a collector without threads of its own.
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                classPath());
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String classPath() {
        return Stream.of(System.getProperty("jdk.module.path"), System.getProperty("java.class.path"),
                        Path.of(System.getProperty("basedir"), "target", "test-classes").toString())
                .filter(Objects::nonNull).collect(Collectors.joining(File.pathSeparator));
    }
}
