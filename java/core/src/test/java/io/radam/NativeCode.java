package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Libraries that the native build does not make. */
final class NativeCode {
    private NativeCode() {
    }

    /** Makes a library of C source text. */
    static Path compile(Path library, String source) throws IOException, InterruptedException {
        Path file = Files.writeString(library.resolveSibling(library.getFileName() + ".c"), source + "\n");
        Process compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), file.toString())
                .inheritIO().start();
        if (!compiler.waitFor(10, TimeUnit.MINUTES)) {
            compiler.destroyForcibly().waitFor();
            throw new AssertionError("the compiler does not end");
        }
        assertEquals(0, compiler.exitValue());
        return library;
    }
}
