package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is a module, and requires io.radam.sharded alone, trains and saves by it. */
class ModulePathTest {
    private static final String MODULE = """
            module app {
                requires io.radam.sharded;
            }
            """;
    private static final String PROGRAM = """
            package app;

            import io.radam.AdamW;
            import io.radam.Backend;
            import io.radam.Parameter;
            import io.radam.sharded.Collectives;
            import io.radam.sharded.ShardedOptimizer;
            import io.radam.sharded.ShardedRun;
            import io.radam.sharded.ThreadCollectives;
            import java.lang.foreign.Arena;
            import java.lang.foreign.MemorySegment;
            import java.lang.foreign.ValueLayout;
            import java.nio.file.Path;
            import java.time.Duration;

            public class Main {
                public static void main(String[] arguments) throws Exception {
                    try (Arena arena = Arena.ofShared();
                            Collectives ranks = ThreadCollectives.of(1, Duration.ofMinutes(1)).getFirst()) {
                        MemorySegment weights = arena.allocate(ValueLayout.JAVA_FLOAT, 1000);
                        MemorySegment gradient = arena.allocate(ValueLayout.JAVA_FLOAT, 1000);
                        gradient.setAtIndex(ValueLayout.JAVA_FLOAT, 7, 2);
                        Parameter parameter = Parameter.builder(weights, gradient).name("weights").build();
                        try (ShardedOptimizer optimizer = ShardedOptimizer.of(ranks,
                                AdamW.builder().learningRate(0.5).parameter(parameter))) {
                            optimizer.step();
                            ShardedRun run = ShardedRun.of(Path.of(arguments[0]), optimizer);
                            run.checkpoint().put("step", "1");
                            run.write(1);
                            optimizer.step();
                            System.out.println("step " + run.restore().get("step"));
                        }
                        System.out.printf("%.3f, native: %s, %s%n", weights.getAtIndex(ValueLayout.JAVA_FLOAT, 7),
                                Backend.preferred().isNative(), ShardedOptimizer.class.getModule());
                    }
                }
            }
            """;

    /** With this module, and what it requires. */
    private static final String MODULES = System.getProperty("jdk.module.path");

    @TempDir
    Path folder;

    @Test
    void trains() throws Exception {
        Path source = Files.createDirectories(folder.resolve("app"));
        Path module = Files.writeString(folder.resolve("module-info.java"), MODULE);
        Path program = Files.writeString(source.resolve("Main.java"), PROGRAM);
        Path classes = folder.resolve("classes");
        assertEquals("", run("javac", "-Xlint:all", "-d", classes.toString(), "--module-path", MODULES,
                module.toString(), program.toString()));
        assertEquals("step 1\n-0.500, native: true, module io.radam.sharded\n", run("java",
                "-XX:TieredStopAtLevel=1", "-Duser.language=en", "--enable-native-access=io.radam,io.radam.sharded",
                "--module-path", classes + File.pathSeparator + MODULES, "--module", "app/app.Main", folder.resolve("run").toString()));
    }

    /** What a tool of this JDK says. */
    private String run(String tool, String... arguments) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", tool);
        ProcessBuilder builder =
                new ProcessBuilder(Stream.concat(Stream.of(java.toString()), Stream.of(arguments)).toList());
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JDK_JAVAC_OPTIONS"));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
