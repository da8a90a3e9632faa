package io.radam.checkpoint;

import com.google.gson.stream.JsonReader;
import io.radam.Optimizer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs programs in a Java process of their own. */
final class Child {
    private Child() {
    }

    /** Begins a program. What it prints goes to a file. */
    static Process start(Path log, List<String> before, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static String classPath() throws Exception {
        List<Path> path = new ArrayList<>();
        for (Class<?> of : List.of(Checkpoint.class, Optimizer.class, JsonReader.class)) {
            path.add(Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        path.add(Path.of(System.getProperty("basedir"), "target", "test-classes"));
        return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** The names of the files of a folder. */
    static List<String> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
