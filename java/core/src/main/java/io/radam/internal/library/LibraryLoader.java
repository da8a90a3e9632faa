package io.radam.internal.library;

import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Loads a native library: the one that a system property names, or else the bundled one. Then checks that the bindings
 * fit the library.
 *
 * @param name      as in the file's name: {@code radam} for {@code libradam.so}
 * @param property  names a library file, or a folder that holds one
 * @param functions the functions that the bindings need, beginning with the one that returns the ABI version. The
 *                  bindings fail with an {@link Error} if one is missing
 */
record LibraryLoader(String name, String property, List<String> functions) {
    /**
     * Loads the library. Never throws. Bindings that cannot be used on this platform fail in their static initializers,
     * with a {@link LinkageError}. So this method makes the first use of them, and catches the error.
     *
     * @param found    the ABI version of the library, from the bindings
     * @param expected the ABI version of the bindings
     */
    LoadingOutcome load(IntSupplier found, IntSupplier expected) {
        String path = System.getProperty(property, "");
        boolean askedFor = !path.isEmpty();
        String failure;
        Throwable cause = null;
        try {
            if (askedFor) {
                System.load(file(path).toAbsolutePath().toString());
            } else {
                BundledLibrary.load(System.mapLibraryName(name));
            }
            failure = mismatch(found, expected);
        } catch (IOException | RuntimeException | LinkageError e) {
            failure = reason(e);
            cause = e;
        }
        String where = askedFor ? property + "=" + path + ": " : "";
        return new LoadingOutcome(failure == null ? null : where + failure, askedFor, cause);
    }

    private Path file(String path) throws IOException {
        Path asked = Path.of(path);
        Path file = Files.isDirectory(asked) ? asked.resolve(System.mapLibraryName(name)) : asked;
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no file " + file);
        }
        return file;
    }

    /** What is wrong with the library that was loaded; null if nothing is. */
    private String mismatch(IntSupplier found, IntSupplier expected) {
        SymbolLookup library = SymbolLookup.loaderLookup();
        if (library.find(functions.getFirst()).isEmpty()) {
            return "not lib" + name + ": it has no function " + functions.getFirst();
        }
        if (found.getAsInt() != expected.getAsInt()) {
            return "its ABI version is " + found.getAsInt() + ", these classes need " + expected.getAsInt();
        }
        for (String function : functions) {
            if (library.find(function).isEmpty()) {
                return "it is incomplete: it has no function " + function;
            }
        }
        return null;
    }

    /** Why an exception was thrown, in words about this machine, this Java runtime or its options. */
    private static String reason(Throwable thrown) {
        Throwable e = thrown;
        while (e instanceof LinkageError && e.getCause() != null) {
            e = e.getCause(); // of a static initializer
        }
        String message = e.getMessage() != null ? e.getMessage() : e.toString();
        return switch (e) {
            case UnsupportedOperationException unsupported ->
                "this Java runtime cannot call native code on this platform (" + message + ")";
            case IllegalCallerException denied -> {
                Module module = LibraryLoader.class.getModule();
                yield "Java denies native access; start it with --enable-native-access="
                        + (module.isNamed() ? module.getName() : "ALL-UNNAMED") + " (" + message + ")";
            }
            case UnsatisfiedLinkError unsatisfied -> "cannot be loaded: " + message;
            case IOException io -> message;
            default -> thrown instanceof LinkageError ? "the bindings do not fit this platform (" + e + ")" : message;
        };
    }
}
