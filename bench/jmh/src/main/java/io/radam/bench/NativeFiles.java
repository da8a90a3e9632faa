package io.radam.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of native code that were just built, and a look at what a process has loaded. */
public final class NativeFiles {
    /** Names libradam. {@code radam.library.path} must name the same file, so that all ways to call it run one code. */
    public static final String LIBRADAM = "bench.library";
    /** Names the JNI library that JavaCPP has generated. */
    public static final String JNI = "bench.jni";

    private NativeFiles() {
    }

    /** The file that a property names. */
    public static Path file(String property) {
        String name = System.getProperty(property);
        if (name == null) {
            throw new IllegalStateException("the system property " + property + " is not set; Maven's profile sets it");
        }
        Path file = Path.of(name).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new IllegalStateException(property + ": there is no file " + file);
        }
        return file;
    }

    /**
     * Fails unless this process has loaded libradam from the file that was just built, and from no other. Where the
     * operating system does not tell, nothing is checked.
     */
    public static void requireOneLibradam() {
        List<Path> loaded = loaded("libradam.so");
        try {
            if (!loaded.isEmpty() && !loaded.equals(List.of(file(LIBRADAM).toRealPath()))) {
                throw new IllegalStateException("expected " + file(LIBRADAM) + ", but loaded are " + loaded);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of that name, with a version or without, that this process has mapped, by Linux's list of them. */
    public static List<Path> loaded(String name) {
        Path maps = Path.of("/proc/self/maps");
        if (!Files.isReadable(maps)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.substring(line.lastIndexOf('/') + 1).startsWith(name))
                    .map(line -> Path.of(line.substring(line.indexOf('/')))).distinct().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
