package io.radam.bench;

import io.radam.EpsilonPlacement;
import io.radam.bench.Point.Suite;

/**
 * A way to make Adam steps. {@link Implementations} lists them.
 *
 * <p>Nothing may be loaded or started before {@link #create}: two implementations can need native libraries that do not
 * bear each other, so each process touches only the one that it measures.
 */
public interface Implementation {
    /** A short name, which reports show and {@code -Dbench.implementations} takes. */
    String name();

    /** What it is, in one line. */
    String description();

    /** Whether it comes from another project. */
    default boolean isPeer() {
        return false;
    }

    /** Whether this machine can run it. */
    default boolean isAvailable() {
        return true;
    }

    /**
     * Whether a step takes so long that a short setting has no time for large sizes, and no reader will use it where he
     * has a choice.
     */
    default boolean isSlow() {
        return false;
    }

    /** Whether one step can update several tensors. */
    default boolean takesTensors() {
        return false;
    }

    /**
     * The name of what it is compared with where models are stepped, or networks trained, as users of a framework do:
     * of those that the framework has, the fastest. Null if it is not measured in this suite.
     *
     * @param suite {@link Suite#MODELS} or {@link Suite#EPOCHS}
     */
    default String baseline(Suite suite) {
        return null;
    }

    /** Whether it is measured in suites of frameworks only. */
    default boolean isOfFrameworksOnly() {
        return baseline(Suite.MODELS) != null;
    }

    /** Where it adds epsilon; null if its results are not those of Adam in float32. */
    EpsilonPlacement epsilonPlacement();

    /**
     * Allocates what the work needs, with parameters from {@link Inputs#values} and state as before the first step.
     *
     * @param threads how many threads share a step: 1 or all that the machine has
     */
    Training create(Work work, int threads);
}
