package io.radam.bench.peers;

import io.radam.bench.NativeFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** Loads the libtorch that PyTorch for Java brings, and not one that is installed on the system. */
final class Libtorch {
    /** Each needs those before it. */
    private static final List<String> LIBRARIES =
            List.of("libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so");

    private Libtorch() {
    }

    static void load() {
        try {
            // All are unpacked before the first is loaded, and loaded before the binding asks the linker for them.
            List<File> unpacked = new ArrayList<>();
            for (String name : LIBRARIES) {
                String resource = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/" + name;
                File file = Loader.cacheResource(Libtorch.class, resource);
                if (file == null) {
                    throw new IllegalStateException("there is no " + resource + " on the class path");
                }
                unpacked.add(file);
            }
            Loader.load(openblas.class);
            unpacked.forEach(file -> System.load(file.getPath()));
            Loader.load(torch.class);
            Path cache = Loader.getCacheDir().toPath().toRealPath();
            List<Path> loaded = NativeFiles.loaded("libtorch_cpu.so");
            if (loaded.size() != 1 || !loaded.getFirst().startsWith(cache)) {
                throw new IllegalStateException("expected one libtorch, from " + cache + ", but loaded are " + loaded);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
