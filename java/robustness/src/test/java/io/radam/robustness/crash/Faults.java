package io.radam.robustness.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.radam.robustness.Child;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The library that stands between a Java process and the C library: makes calls that touch a folder fail, or records
 * them. {@code src/test/native/faults.c} has what each function does.
 */
final class Faults {
    /** Which library it is, in the process that has it. */
    private static final String PROPERTY = "robustness.faults";
    private static final Path COMPILER = Path.of("/usr/bin/cc");

    private final SymbolLookup library = SymbolLookup.libraryLookup(Path.of(System.getProperty(PROPERTY)),
            Arena.global());

    // ---------------------------------------------------------------------------------------------------- for a test

    /** Compiles the library, and runs a program with it until it ends well. Returns what it prints. */
    static List<String> run(Path scratch, Class<?> program, String... arguments) throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the library is for Linux");
        assumeTrue(Files.isExecutable(COMPILER), "there is no C compiler");
        Path library = scratch.resolve("faults.so");
        Path log = scratch.resolve("log");
        Path source = Path.of(System.getProperty("basedir", "."), "src", "test", "native", "faults.c");
        List<String> output = finish(log, new ProcessBuilder(COMPILER.toString(), "-std=c17", "-shared", "-fPIC",
                "-O1", "-Wall", "-Wextra", "-Werror", "-o", library.toString(), source.toString(), "-ldl"));
        assertEquals(List.of(), output);
        ProcessBuilder child = Child.builder(List.of("-D" + PROPERTY + "=" + library), program, arguments);
        child.environment().put("LD_PRELOAD", library.toString());
        return finish(log, child);
    }

    /** Runs a process until it ends well. Returns what it prints. */
    static List<String> finish(Path log, ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            boolean ended = process.waitFor(1, TimeUnit.HOURS);
            String output = Files.readString(log);
            assertTrue(ended, () -> "it does not end: " + output);
            assertEquals(0, process.exitValue(), output);
            return output.lines().toList();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    // ------------------------------------------------------------------------------------------ in the process itself

    void watch(Path folder) {
        call("faults_watch", null, folder.toString());
    }

    void begin(int call, int error, boolean allThatFollow) {
        call("faults_begin", null, call, error, allThatFollow ? 1 : 0);
    }

    int end() {
        return (int) call("faults_end", ValueLayout.JAVA_INT);
    }

    String name() {
        return string("faults_name");
    }

    String names() {
        return string("faults_names");
    }

    void record(Path file) {
        call("faults_record", null, file.toString());
    }

    void note(String text) {
        call("faults_note", null, text);
    }

    private String string(String function) {
        return ((MemorySegment) call(function, ValueLayout.ADDRESS)).reinterpret(Integer.MAX_VALUE).getString(0);
    }

    private Object call(String function, MemoryLayout result, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            List<MemoryLayout> types = new ArrayList<>();
            List<Object> values = new ArrayList<>();
            for (Object argument : arguments) {
                types.add(argument instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS);
                values.add(argument instanceof String text ? arena.allocateFrom(text) : argument);
            }
            MemoryLayout[] layouts = types.toArray(MemoryLayout[]::new);
            MethodHandle handle = Linker.nativeLinker().downcallHandle(library.findOrThrow(function),
                    result == null ? FunctionDescriptor.ofVoid(layouts) : FunctionDescriptor.of(result, layouts));
            return handle.invokeWithArguments(values);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
