package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pattern of a backend's steps can be seen and chosen, and changes no bits. */
class PatternTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    private static List<String> patterns(Backend backend) {
        return switch (backend.name()) {
            case "avx512" -> List.of("divider", "quarter", "half");
            case "avx2" -> List.of("divider", "quarter");
            case "java" -> List.of();
            default -> List.of("divider");
        };
    }

    @AfterEach
    void goBack() {
        Backend.available().forEach(Backend::useDefaultPattern);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isWhatWasAskedFor(Backend backend) {
        Optional<String> atFirst = backend.pattern();
        assertEquals(backend.isNative(), atFirst.isPresent());
        for (String pattern : patterns(backend)) {
            backend.usePattern(pattern);
            assertEquals(pattern, backend.pattern().orElseThrow());
        }
        backend.useDefaultPattern();
        assertEquals(atFirst, backend.pattern());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void othersAreRefused(Backend backend) {
        Optional<String> atFirst = backend.pattern();
        for (String name : List.of("", "Half", "third", "divider ", "divider\0", "divider\0x", "half", "quarter")) {
            if (!patterns(backend).contains(name)) {
                BackendException e = assertThrows(BackendException.class, () -> backend.usePattern(name));
                assertEquals("backend " + backend.name() + " has no pattern " + name, e.getMessage());
                assertEquals(atFirst, backend.pattern());
            }
        }
        assertThrows(NullPointerException.class, () -> backend.usePattern(null));
    }

    /** That of the backend that an optimizer reports is that of the kernels it runs. */
    @Test
    void isOneForAllOptimizers() {
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(new float[1], new float[1])).build()) {
            for (String pattern : patterns(Backend.preferred())) {
                Backend.preferred().usePattern(pattern);
                assertEquals(Optional.of(pattern), optimizer.backend().pattern());
            }
        }
    }

    /** A GPU takes roots and quotients in its own way. */
    @Test
    void thereIsNoneOnAGpu() {
        try (Arena arena = Arena.ofShared(); Optimizer optimizer = RAdam.builder().device(Gpu.device())
                .parameter(Parameter.of(Gpu.device().allocate(4, arena), Gpu.device().allocate(4, arena))).build()) {
            assertTrue(optimizer.backend().pattern().isEmpty());
            assertThrows(BackendException.class, () -> optimizer.backend().usePattern("divider"));
        }
    }

    @ParameterizedTest
    @MethodSource("io.radam.Algorithm#values")
    void theBitsAreThoseOfTheScalarTarget(Algorithm algorithm) {
        List<int[]> expected = trained(algorithm, Backend.named("scalar"));
        for (Backend backend : Backend.available()) {
            for (String pattern : patterns(backend)) {
                backend.usePattern(pattern);
                assertArrayEquals(expected.toArray(), trained(algorithm, backend).toArray(),
                        backend + " by " + pattern);
            }
        }
    }

    /** The values after some steps, as bits. Without NaN, which have no bits of their own. */
    private static List<int[]> trained(Algorithm algorithm, Backend backend) {
        int length = 5000;
        float[] values = Numbers.random(1, length);
        float[] gradient = new float[length];
        OptimizerBuilder<?, ?> builder = Contestant.builder(algorithm);
        builder.backend(backend).parameter(Parameter.of(values, gradient));
        try (Optimizer optimizer = builder.build()) {
            for (int step = 0; step < 20; step++) {
                float[] numbers = Numbers.random(step, length);
                numbers[step * 100] = 0;
                numbers[step * 200 + 1] = Float.MAX_VALUE;
                System.arraycopy(numbers, 0, gradient, 0, length);
                optimizer.step();
            }
        }
        return List.of(MemorySegment.ofArray(values).toArray(ValueLayout.JAVA_INT));
    }
}
