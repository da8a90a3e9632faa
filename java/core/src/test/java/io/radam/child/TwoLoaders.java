package io.radam.child;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/** Two class loaders that each have the library, as two applications in one server. */
public final class TwoLoaders {
    private TwoLoaders() {
    }

    /**
     * Runs {@link Probe} in each.
     *
     * @param arguments none
     * @throws Exception if it cannot be run
     */
    public static void main(String[] arguments) throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(TwoLoaders::url).toArray(URL[]::new);
        for (int i = 0; i < 2; i++) {
            try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
                loader.loadClass(Probe.class.getName()).getMethod("main", String[].class)
                        .invoke(null, (Object) new String[0]);
            }
        }
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
