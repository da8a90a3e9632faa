package io.radam.robustness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs of this module in a Java process of their own. */
public final class Child {
    private Child() {
    }

    /** A Java process with this one's class path, which is to be started. */
    public static ProcessBuilder builder(List<String> options, Class<?> program, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(command(options, program, arguments));
        // The runtime says that it has read these, between what the program prints.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        // Else the C library maps more memory for each thread that first asks for some, on a machine with many processors.
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder;
    }

    /** The command of a Java process with this one's class path. */
    private static List<String> command(List<String> options, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Begins a program. What it prints goes to a file. */
    public static Process start(Path log, List<String> options, Class<?> program, String... arguments) throws Exception {
        return builder(options, program, arguments).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }
}
