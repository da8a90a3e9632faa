package io.radam.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** Starts PyTorch for Java. */
public final class Torch {

    /** Each needs those before it. */
    private static final List<String> LIBRARIES =
            List.of("libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so");

    private Torch() {
    }

    /**
     * Loads the libtorch that came from Maven Central, and no other. Left to itself, JavaCPP unpacks libraries one by
     * one, and while its cache is still empty the dynamic linker does not find libtorch beside the binding: it takes
     * one that is installed on the system, of whatever version. So all are unpacked first. They are loaded first too:
     * the linker takes what is loaded already, even where {@code LD_LIBRARY_PATH} leads to another libtorch.
     *
     * @return the libtorch that this process has loaded
     */
    public static Path start() throws IOException {
        List<File> unpacked = new ArrayList<>();
        for (String name : LIBRARIES) {
            String resource = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + name;
            File file = Loader.cacheResource(Torch.class, resource);
            if (file == null) {
                throw new IOException("no " + resource + " on the class path");
            }
            unpacked.add(file);
        }
        Loader.load(openblas.class);
        unpacked.forEach(file -> System.load(file.getPath()));
        Loader.load(torch.class);
        Path library = requireOwnLibrary();
        useOneThread();
        return library;
    }

    /**
     * On a network this small, handing work to a second thread costs more than it brings. Where other processes want
     * the cores too, threads that wait for each other busily make it far worse: two took up to fifty times as long as
     * one. OpenBLAS, which libtorch calls, has threads of its own.
     */
    private static void useOneThread() {
        torch.set_num_threads(1);
        openblas.blas_set_num_threads(1);
    }

    /** The version of the binding, which starts with libtorch's. */
    static String version() throws IOException {
        return Loader.getVersion("org.bytedeco", "pytorch");
    }

    private static Path requireOwnLibrary() throws IOException {
        Path cache = Loader.getCacheDir().toPath().toRealPath();
        List<Path> loaded = loadedFiles("libtorch_cpu.so");
        if (loaded.size() != 1 || !loaded.getFirst().startsWith(cache)) {
            throw new IllegalStateException("expected one libtorch, from " + cache + ", but loaded are " + loaded);
        }
        return loaded.getFirst();
    }

    /** Linux tells which files a process has mapped; the path is what follows the first slash. */
    private static List<Path> loadedFiles(String name) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.endsWith("/" + name))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct().toList();
        }
    }
}
