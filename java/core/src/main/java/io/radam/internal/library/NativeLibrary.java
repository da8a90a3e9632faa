package io.radam.internal.library;

import io.radam.internal.ffi.RadamH;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads libradam, once: the file or the folder that the system property {@code radam.library.path} names, or else the
 * library that came with these classes.
 */
public final class NativeLibrary {
    /** Names a library file, or a folder that holds one, to load in place of the bundled library. */
    public static final String PATH_PROPERTY = "radam.library.path";

    /** What the bindings need; they fail with an Error where a function is missing. */
    private static final List<String> FUNCTIONS = List.of("radam_abi_version", "radam_status_string",
            "radam_select_target", "radam_target_available", "radam_target_name", "radam_coefficients_at",
            "radam_step_f32", "radam_step", "radam_gradient_statistics");

    private static final String FILE_NAME = System.mapLibraryName("radam");

    /**
     * How loading went.
     *
     * @param failure null if the library can be used, otherwise the reason why not
     * @param fatal   whether the failure must be reported, because a library was asked for by name, and not passed over
     * @param cause   the exception behind the failure, or null
     */
    public record Outcome(String failure, boolean fatal, Throwable cause) {
        /** Whether the library can be used. */
        public boolean loaded() {
            return failure == null;
        }
    }

    private static final class Holder {
        static final Outcome OUTCOME = load();
    }

    private NativeLibrary() {
    }

    /** Loads the library at the first call. */
    public static Outcome outcome() {
        return Holder.OUTCOME;
    }

    /** The targets that the library can run on this machine, best first: they are numbered in the order of what they need. */
    public static List<String> targets() {
        List<String> names = new ArrayList<>();
        for (int target = RadamH.RADAM_TARGET_AUTO() + 1;; target++) {
            MemorySegment name = RadamH.radam_target_name(target);
            if (name.equals(MemorySegment.NULL)) {
                return names.reversed();
            }
            if (RadamH.radam_target_available(target) != 0) {
                names.add(name.getString(0));
            }
        }
    }

    /** The number of a target that the library knows by this name. */
    public static int target(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(RadamH.C_INT);
            int status = RadamH.radam_select_target(arena.allocateFrom(name), target);
            if (status != RadamH.RADAM_OK()) {
                throw new IllegalArgumentException(name + ": " + RadamH.radam_status_string(status).getString(0));
            }
            return target.get(RadamH.C_INT, 0);
        }
    }

    private static Outcome load() {
        String path = System.getProperty(PATH_PROPERTY);
        return path != null && !path.isEmpty() ? loadNamed(path) : loadBundled();
    }

    private static Outcome loadNamed(String name) {
        String asked = PATH_PROPERTY + "=" + name + ": ";
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            return new Outcome(asked + e.getMessage(), true, e);
        }
        Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
        if (!Files.isRegularFile(file)) {
            return new Outcome(asked + "there is no file " + file, true, null);
        }
        try {
            System.load(file.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError | IllegalCallerException e) {
            return new Outcome(asked + "cannot be loaded: " + e.getMessage(), true, e);
        }
        String mismatch = versionMismatch();
        return new Outcome(mismatch == null ? null : asked + mismatch, true, null);
    }

    private static Outcome loadBundled() {
        try {
            BundledLibrary.load(FILE_NAME);
            return new Outcome(versionMismatch(), false, null);
        } catch (IOException | UnsatisfiedLinkError | RuntimeException e) {
            // RuntimeException: access denied (IllegalCallerException), or a platform without a linker.
            return new Outcome(e.getMessage() != null ? e.getMessage() : e.toString(), false, e);
        }
    }

    /** What is wrong with the library that was loaded; null if nothing is. */
    private static String versionMismatch() {
        if (SymbolLookup.loaderLookup().find(FUNCTIONS.getFirst()).isEmpty()) {
            return "not libradam: it has no function " + FUNCTIONS.getFirst();
        }
        int found = RadamH.radam_abi_version();
        int expected = RadamH.RADAM_ABI_VERSION();
        if (found != expected) {
            return "its ABI version is " + found + ", these classes need " + expected;
        }
        for (String function : FUNCTIONS) {
            if (SymbolLookup.loaderLookup().find(function).isEmpty()) {
                return "it is incomplete: it has no function " + function;
            }
        }
        return null;
    }
}
