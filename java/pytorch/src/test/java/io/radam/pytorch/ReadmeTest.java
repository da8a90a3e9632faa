package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs compile, and learn what they should. */
class ReadmeTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final Pattern OPTIONAL = Pattern.compile(
            "[/\\\\](radam-sharded|radam-checkpoint|gson)-[^/\\\\]*$|[/\\\\](sharded|checkpoint)[/\\\\]target");

    private static final Pattern MODULE = Pattern.compile("[/\\\\]target[/\\\\]classes$|[/\\\\](radam|gson|javacpp"
            + "|openblas|pytorch)[^/\\\\]*\\.jar$");

    @TempDir
    Path folder;

    /** Who trains in one process needs neither radam-sharded nor what that needs. */
    @Test
    void programLearnsALine() throws Exception {
        List<String> all = List.of(CLASS_PATH.split(File.pathSeparator));
        List<String> needed = all.stream().filter(entry -> !OPTIONAL.matcher(entry).find()).toList();
        assertEquals(all.size() - 3, needed.size(), CLASS_PATH);
        requireSlope(start(onClassPath(String.join(File.pathSeparator, needed)), "Line"), 0);
        requireSlope(start(onModulePath(String.join(File.pathSeparator, needed), "io.radam.pytorch"), "Line"), 0);
    }

    @Test
    void processLearnsALineOnTheModulePath() throws Exception {
        List<String> modules = onModulePath(CLASS_PATH, "io.radam.pytorch,io.radam.sharded");
        requireSlope(start(modules, "Lines", "0", "1", "127.0.0.1", "" + freePort()), 0);
    }

    @Test
    void processesLearnALine() throws Exception {
        int port = freePort();
        List<Process> ranks = new ArrayList<>();
        try {
            for (int rank = 0; rank < 2; rank++) {
                ranks.add(start(onClassPath(CLASS_PATH), "Lines", "" + rank, "2", "127.0.0.1", "" + port));
            }
            float first = requireSlope(ranks.getFirst(), 0);
            assertEquals(first, requireSlope(ranks.getLast(), 1));
        } finally {
            ranks.forEach(Process::destroyForcibly);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return listener.getLocalPort();
        }
    }

    private static List<String> onClassPath(String classPath) {
        return List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath);
    }

    /** Those of the entries that are modules, as the README says. */
    private static List<String> onModulePath(String classPath, String roots) {
        String modules = Stream.of(classPath.split(File.pathSeparator)).filter(entry -> MODULE.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
        String natives = Stream.of("javacpp", "openblas", "pytorch").map(name -> ",org.bytedeco." + name + "."
                + Loader.getPlatform().replace('-', '.')).collect(Collectors.joining());
        return List.of("--enable-native-access=io.radam,io.radam.pytorch,org.bytedeco.javacpp,org.bytedeco.pytorch",
                "--module-path", modules, "--add-modules", roots + natives);
    }

    private Process start(List<String> options, String name, String... arguments) throws Exception {
        Matcher block = Pattern.compile("```java\\n(import [^`]*public class " + name + " [^`]*)```")
                .matcher(Files.readString(Path.of(System.getProperty("project.readme"))));
        assertTrue(block.find(), "the README has no Java program " + name);
        Path source = Files.writeString(folder.resolve(name + ".java"), block.group(1));
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        command.addAll(options);
        command.add(source.toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log(arguments.length == 0 ? 0 : Integer.parseInt(arguments[0])).toFile()).start();
    }

    private Path log(int rank) {
        return folder.resolve("log" + rank);
    }

    private float requireSlope(Process process, int rank) throws Exception {
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), "it does not end");
        String output = Files.readString(log(rank));
        assertEquals(0, process.exitValue(), output);
        String last = output.lines().toList().getLast();
        assertTrue(last.startsWith("weight "), output);
        float slope = Float.parseFloat(last.substring(7));
        assertEquals(3, slope, 0.01, output);
        return slope;
    }
}
