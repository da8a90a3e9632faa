package io.radam.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.bench.implementation.Radam;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImplementationsTest {
    /** With tails for every vector length, and more than the pieces in which a large model is done. */
    private static final List<Integer> SIZES = List.of(1, 15, 16, 1024, 3001, 100_003);

    /** Those of frameworks have tests of their own: their native libraries do not bear each other. */
    static Stream<String> names() {
        return ours().map(Implementation::name);
    }

    static Stream<String> optimizers() {
        return ours().filter(i -> i.epsilonPlacement() != null).map(Implementation::name);
    }

    private static Stream<Implementation> ours() {
        return Implementations.available().stream().filter(i -> !i.isPeer() && !i.isOfFrameworksOnly());
    }

    @ParameterizedTest
    @MethodSource("names")
    void passesTheCheck(String name) {
        for (int size : SIZES) {
            for (int threads : new int[] {1, 2}) {
                Check.created(Implementations.named(name), Work.of(size), threads).close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void givesTheBitsOfOurs(String name) {
        for (int size : SIZES) {
            float[] ours = trained(Radam.best(), Work.of(size), 1);
            assertArrayEquals(ours, trained(name, Work.of(size), 2), name + " of " + size);
        }
    }

    static Stream<String> optimizersOfTensors() {
        return optimizers().filter(name -> Implementations.named(name).takesTensors());
    }

    /** Small state has scales and random numbers of each tensor, so this is not said of it. */
    @ParameterizedTest
    @MethodSource("optimizersOfTensors")
    void tensorsDoNotChangeTheResult(String name) {
        float[] one = trained(name, Work.of(100_000), 2);
        assertArrayEquals(one, trained(name, Work.of(100_000, 1000), 2));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Implementations.named("abacus")).getMessage()
                .contains("abacus"));
        assertEquals("10 parameters cannot be in 3 tensors of one length",
                assertThrows(IllegalArgumentException.class, () -> Work.of(10, 3)).getMessage());
    }

    private static float[] trained(String name, Work work, int threads) {
        try (Training training = Check.created(Implementations.named(name), work, threads)) {
            return training.parameters();
        }
    }
}
