package io.radam.djl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java programs in processes of their own, with DJL as in the tests. */
final class Children {
    private Children() {
    }

    /** A process that is not started yet. */
    static ProcessBuilder java(String program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        for (String property : List.of("ai.djl.offline", "OPT_OUT_TRACKING", "PYTORCH_FLAVOR", "DJL_CACHE_DIR",
                "ai.djl.pytorch.num_threads")) {
            command.add("-D" + property + "=" + System.getProperty(property));
        }
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), program));
        return new ProcessBuilder(command);
    }
}
