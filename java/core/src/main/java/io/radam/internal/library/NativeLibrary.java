package io.radam.internal.library;

import io.radam.internal.ffi.RadamH;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Loads libradam, once: the file or the folder that the system property {@code radam.library.path} names, or else the
 * library that came with these classes.
 */
public final class NativeLibrary {
    /** Names a library file, or a folder that holds one, to load in place of the bundled library. */
    private static final String PATH_PROPERTY = "radam.library.path";

    /** The functions that the bindings need. The bindings fail with an Error if one is missing. */
    private static final List<String> FUNCTIONS = List.of("radam_abi_version", "radam_status_string",
            "radam_select_target", "radam_best_target", "radam_target_available", "radam_target_name",
            "radam_target_pattern", "radam_set_target_pattern", "radam_coefficients_at", "radam_step_f32",
            "radam_step", "radam_gradient_statistics", "radam_gradient_means", "radam_tensor_sums",
            "radam_coefficients_reduce", "radam_row_sums", "radam_coefficients_reduce_rows");

    /** More than the library has targets. Of those for other processors it has no names. */
    private static final int TARGETS = 64;

    private static final class Holder {
        static final LoadingOutcome OUTCOME = new LibraryLoader("radam", PATH_PROPERTY, FUNCTIONS)
                .load(() -> RadamH.radam_abi_version(), () -> RadamH.RADAM_ABI_VERSION());
    }

    private NativeLibrary() {
    }

    /** Loads the library at the first call. */
    public static LoadingOutcome outcome() {
        return Holder.OUTCOME;
    }

    /** The targets that the library can run on this machine, best first; after it those with wider vectors first. */
    public static List<String> targets() {
        List<Integer> targets = new ArrayList<>();
        for (int target = RadamH.RADAM_TARGET_AUTO() + 1; target < TARGETS; target++) {
            if (RadamH.radam_target_available(target) != 0) {
                targets.addFirst(target); // a wider one has a higher number
            }
        }
        int best = RadamH.radam_best_target();
        targets.sort(Comparator.comparing(target -> target != best));
        return targets.stream().map(target -> RadamH.radam_target_name(target).getString(0)).toList();
    }

    /** The pattern of a target's steps. */
    public static String pattern(String target) {
        return RadamH.radam_target_pattern(target(target)).getString(0);
    }

    /**
     * Sets the pattern of a target's steps; null: the one that it has at first.
     *
     * @return the library's status
     */
    public static int setPattern(String target, String pattern) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = pattern == null ? MemorySegment.NULL : arena.allocateFrom(pattern);
            return RadamH.radam_set_target_pattern(target(target), name);
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
}
