package io.radam;

import io.radam.internal.ffi.RadamH;
import io.radam.internal.kernel.JavaKernel;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.kernel.NativeKernel;
import io.radam.internal.library.LoadingOutcome;
import io.radam.internal.library.NativeLibrary;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What computes the steps: native code for one instruction set, or Java. All give the same bits; they differ in speed.
 * Of a NaN, the promise is that it is one everywhere, not which.
 *
 * <p>This promise has one exception. The native library sets the rounding mode and the treatment of subnormal numbers
 * for each call, and restores them after it. Java cannot: it computes in the mode that the thread is in. Java's own
 * mode is the right one. But native code of another library may change it, for the thread that calls that library, by
 * the processor's flags FTZ and DAZ (flush to zero, denormals are zero). In such a thread the backend {@code java}
 * takes subnormal numbers for zero, and its bits differ where these occur. Those of the native backends do not,
 * whatever the values, gradients and state are. But Java prepares the settings for every backend: a setting that is
 * subnormal as float32, such as an epsilon of 1e-40, counts as zero in such a thread, or is refused.
 *
 * <p>Java needs nothing, but is about twice as fast by the Vector API, where the command line has
 * {@code --add-modules jdk.incubator.vector} and does not deny native access: for all types where vectors have eight
 * floats or more, and for float32 alone where they have four. {@link #reason()} says what it has found.
 *
 * <p>An optimizer uses {@link #preferred()} unless its builder names another. The choice can be overridden by the
 * system property {@code radam.target} or the environment variable {@code RADAM_TARGET}: {@code avx512}, {@code avx2},
 * {@code neon}, {@code scalar} or {@code java}. The native library comes with this one; the system property
 * {@code radam.library.path} names a file or folder to load it from instead.
 *
 * <p>The choice is logged, by the {@link System.Logger} {@code io.radam}: as a warning if Java takes over because the
 * native library cannot be used, as information if the backend was asked for, and otherwise for debugging only.
 */
public final class Backend {
    private static final System.Logger LOGGER = System.getLogger("io.radam");
    private static final String JAVA = "java";

    private final String name;
    private final String reason;
    private final Function<Arena, Kernel> kernels;

    private Backend(String name, String reason, Function<Arena, Kernel> kernels) {
        this.name = name;
        this.reason = reason;
        this.kernels = kernels;
    }

    /** The backends that can run here, found once: the machine does not change. */
    private static final class Found {
        static final List<Backend> AVAILABLE = find();
    }

    /** The preferred backend, chosen and logged once. */
    private static final class Preferred {
        static final Backend BACKEND;
        static final BackendException FAILURE;

        static {
            Backend backend = null;
            BackendException failure = null;
            try {
                backend = choose();
            } catch (BackendException e) {
                failure = e;
            }
            BACKEND = backend;
            FAILURE = failure;
        }
    }

    /**
     * The backend that optimizers use by default: the one asked for by {@code radam.target} or {@code RADAM_TARGET}, or
     * else the fastest that this machine can run.
     *
     * @return always the same backend
     * @throws BackendException if the one asked for cannot run here, or the library at {@code radam.library.path}
     *     cannot be used
     */
    public static Backend preferred() {
        requireLibraryThatWasAskedFor();
        if (Preferred.FAILURE != null) {
            // A new exception each time, for a stack trace that shows who asked.
            throw new BackendException(Preferred.FAILURE.getMessage(), Preferred.FAILURE);
        }
        return Preferred.BACKEND;
    }

    /**
     * The backends that can run here.
     *
     * @return best first, {@code avx2} before {@code avx512} where that lowers the processor's clock (radam_best_target
     *     in radam.h); the last is always Java
     * @throws BackendException if the library at {@code radam.library.path} cannot be used
     */
    public static List<Backend> available() {
        requireLibraryThatWasAskedFor();
        return Found.AVAILABLE;
    }

    /**
     * The backend of that name.
     *
     * @param name {@code avx512}, {@code avx2}, {@code neon}, {@code scalar} or {@code java}
     * @return the backend
     * @throws BackendException if there is none of that name, or it cannot run here
     */
    public static Backend named(String name) {
        Objects.requireNonNull(name, "name");
        return find(name, "backend " + name);
    }

    /**
     * The name by which this backend can be asked for.
     *
     * @return {@code avx512}, {@code avx2}, {@code neon}, {@code scalar} or {@code java}; {@code cuda} for an optimizer
     *     that has a {@linkplain OptimizerBuilder#device device}, and cannot be asked for by name
     */
    public String name() {
        return name;
    }

    /**
     * Whether it is native code.
     *
     * @return false for Java
     */
    public boolean isNative() {
        return !name.equals(JAVA);
    }

    /**
     * Why this backend can be used. For Java, where native code cannot be used, also why it cannot.
     *
     * @return an English phrase
     */
    public String reason() {
        return reason;
    }

    /**
     * How steps of this backend share roots and quotients between the divider and the units that multiply and add,
     * in algorithms that need both. Which way is fastest depends on the processor; the bits are the same.
     *
     * <ul>
     *   <li>{@code divider}: all by the divider; every native backend
     *   <li>{@code quarter}: of each four vectors, one takes its quotient by multiplications and additions;
     *       {@code avx2} and {@code avx512}
     *   <li>{@code half}: of each two vectors, one takes root and quotient so; {@code avx512}
     * </ul>
     *
     * <p>It is for whole groups of vectors of numbers that training meets; the others go by the divider, and so do most
     * steps of small state. At first it is what was fastest on one of Intel's processors and on one of AMD's Zen 4, for
     * all of their kind, and {@code divider} on others.
     *
     * @return the pattern in use; empty for Java, where the virtual machine decides, and for a GPU
     */
    public Optional<String> pattern() {
        return hasPatterns() ? Optional.of(NativeLibrary.pattern(name)) : Optional.empty();
    }

    /**
     * Sets the {@linkplain #pattern() pattern} of all steps of this backend in this process, from now on: to see what
     * another gains on a processor that was not measured.
     *
     * @param pattern one that this backend has
     * @throws BackendException if it does not have it; nothing is changed
     */
    public void usePattern(String pattern) {
        Objects.requireNonNull(pattern, "pattern");
        // C would take what is before the character 0 for the name.
        boolean named = hasPatterns() && pattern.indexOf('\0') < 0;
        if (!named || NativeLibrary.setPattern(name, pattern) != RadamH.RADAM_OK()) {
            throw new BackendException("backend " + name + " has no pattern " + pattern, null);
        }
    }

    /** Goes back to the {@linkplain #pattern() pattern} that this backend has at first, if it has any. */
    public void useDefaultPattern() {
        if (hasPatterns()) {
            NativeLibrary.setPattern(name, null);
        }
    }

    private boolean hasPatterns() {
        return isNative() && canBeAskedFor();
    }

    /** The backend that an optimizer on a device reports. It has no kernels of the processor. */
    static Backend ofDevice(String name, String device) {
        return new Backend(name, device, null);
    }

    /** Whether an optimizer's builder accepts it. */
    boolean canBeAskedFor() {
        return kernels != null;
    }

    /** A kernel whose memory the arena owns. */
    Kernel newKernel(Arena arena) {
        return kernels.apply(arena);
    }

    private static void requireLibraryThatWasAskedFor() {
        LoadingOutcome outcome = NativeLibrary.outcome();
        if (!outcome.loaded() && outcome.askedFor()) {
            throw new BackendException(outcome.failure(), outcome.cause());
        }
    }

    private static List<Backend> find() {
        LoadingOutcome library = NativeLibrary.outcome();
        List<Backend> found = new ArrayList<>();
        if (library.loaded()) {
            for (String target : NativeLibrary.targets()) {
                int id = NativeLibrary.target(target);
                found.add(new Backend(target, "the native library runs " + target + " here",
                        arena -> new NativeKernel(id, arena)));
            }
        }
        String reason = library.loaded()
                ? "Java runs everywhere"
                : "the native library cannot be used: " + library.failure();
        if (JavaKernel.usesVectors()) {
            reason += (JavaKernel.convertsByVectors() ? "; by" : "; float32 by") + " jdk.incubator.vector";
        }
        found.add(new Backend(JAVA, reason, arena -> new JavaKernel()));
        return List.copyOf(found);
    }

    private static Backend find(String name, String asked) {
        for (Backend backend : available()) {
            if (backend.name.equals(name)) {
                return backend;
            }
        }
        Backend java = available().getLast();
        String why = available().size() > 1 ? "" : " (" + java.reason + ")";
        throw new BackendException(asked + ": no such backend, or not on this machine, which can run "
                + String.join(", ", available().stream().map(Backend::name).toList()) + why, null);
    }

    private static Backend choose() {
        String property = System.getProperty("radam.target");
        String variable = System.getenv("RADAM_TARGET");
        Backend backend;
        System.Logger.Level level = System.Logger.Level.INFO;
        if (property != null && !property.isEmpty()) {
            backend = askedFor(property, "radam.target=" + property);
        } else if (variable != null && !variable.isEmpty()) {
            backend = askedFor(variable, "RADAM_TARGET=" + variable);
        } else {
            backend = available().getFirst();
            level = NativeLibrary.outcome().loaded() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING;
        }
        LOGGER.log(level, "radam steps by {0}: {1}", backend.name, backend.reason);
        return backend;
    }

    private static Backend askedFor(String name, String asked) {
        Backend backend = find(name, asked);
        return new Backend(backend.name, "asked for by " + asked + "; " + backend.reason, backend.kernels);
    }

    @Override
    public String toString() {
        return name + " (" + reason + ")";
    }
}
