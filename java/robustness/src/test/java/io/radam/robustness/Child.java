package io.radam.robustness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs programs of this module in a Java process of their own. */
public final class Child {
    private Child() {
    }

    /** The command of a Java process with this one's class path. */
    public static List<String> command(List<String> options, Class<?> program, String... arguments) {
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
        return new ProcessBuilder(command(options, program, arguments)).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
    }
}
