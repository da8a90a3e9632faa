package io.radam.pytorch;

import io.radam.BackendException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * The libtorch that PyTorch for Java is bound to. A process can have one only: the system's linker knows libraries by
 * their names without folder, and would bind the second framework to the libtorch of the first.
 */
final class Libtorch {
    private Libtorch() {
    }

    /**
     * Loads it, unless it is loaded.
     *
     * @return its functions
     * @throws BackendException if it cannot be loaded, as after DJL's libtorch
     */
    static SymbolLookup load() {
        String binding;
        try {
            binding = Loader.load(torch.class);
        } catch (LinkageError e) {
            List<String> loaded = loaded();
            throw new BackendException(loaded.isEmpty() ? "PyTorch for Java cannot be loaded: " + e.getMessage()
                    : "PyTorch for Java cannot be loaded, because the process has another libtorch already: "
                    + String.join(", ", loaded) + ". Use one of the two in a process of its own", e);
        }
        return SymbolLookup.libraryLookup(Path.of(binding), Arena.global());
    }

    /** The files of libtorch that the process has loaded, as far as the system tells. */
    private static List<String> loaded() {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.endsWith("/libtorch_cpu.so")).map(line -> line.substring(line.indexOf('/')))
                    .distinct().toList();
        } catch (IOException e) {
            return List.of(); // not on Linux
        }
    }
}
