package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepOptionsTest {
    static List<Backend> backends() {
        return Backend.available();
    }

    private static Optimizer adam(Backend backend, Parameter... parameters) {
        return Adam.builder().parameters(List.of(parameters)).backend(backend).learningRate(0.1).build();
    }

    /** As training by hand: scaled, clipped by norm, clipped by value, and a plain step. */
    @ParameterizedTest
    @MethodSource("backends")
    void scaleAndClip(Backend backend) {
        float[] one = {1, 2, 3};
        float[] two = {4};
        float[] g1 = {12, -16, 0.5f};
        float[] g2 = {20};
        double norm = Math.sqrt(3 * 3 + 4 * 4 + 0.125 * 0.125 + 5 * 5);
        double clip = 2 / (norm + 1e-6);
        float[] expectedOne = one.clone();
        float[] expectedTwo = two.clone();
        float scale = (float) (0.25 * clip);
        float[] h1 = {Math.clamp(scale * 12, -1, 1), Math.clamp(scale * -16, -1, 1), scale * 0.5f};
        float[] h2 = {Math.clamp(scale * 20, -1, 1)};
        assertTrue(h2[0] == 1 && h1[0] < 1);
        try (Optimizer byHand = adam(backend, Parameter.of(expectedOne, h1), Parameter.of(expectedTwo, h2));
                Optimizer fused = adam(backend, Parameter.of(one, g1), Parameter.of(two, g2))) {
            byHand.step();
            StepResult result = fused.step(StepOptions.NONE.withLossScale(4).withMaxGradientNorm(2)
                    .withMaxGradientValue(1).withZeroGradients(true));
            assertTrue(result.applied());
            assertEquals(norm, result.statistics().norm(), 1e-12);
            assertEquals(5, result.statistics().maxAbs());
            assertArrayEquals(expectedOne, one);
            assertArrayEquals(expectedTwo, two);
            assertArrayEquals(new float[3], g1);
            assertArrayEquals(new float[1], g2);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void smallGradientsAreNotScaledUp(Backend backend) {
        float[] one = {1};
        float[] other = {1};
        try (Optimizer plain = adam(backend, Parameter.of(one, new float[] {0.5f}));
                Optimizer clipped = adam(backend, Parameter.of(other, new float[] {0.5f}))) {
            plain.step();
            assertNotNull(clipped.step(StepOptions.NONE.withMaxGradientNorm(2)).statistics());
            assertArrayEquals(one, other);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void withoutOptionsItIsAStep(Backend backend) {
        float[] one = Numbers.random(1, 1000);
        float[] other = one.clone();
        float[] gradient = Numbers.random(2, 1000);
        try (Optimizer plain = adam(backend, Parameter.of(one, gradient));
                Optimizer optional = adam(backend, Parameter.of(other, gradient.clone()))) {
            plain.step();
            StepResult result = optional.step(StepOptions.NONE);
            assertTrue(result.applied());
            assertNull(result.statistics());
            assertArrayEquals(one, other);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatIsNotFiniteIsSkipped(Backend backend) {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] values = {1, 2};
            float[] gradient = {1, bad};
            float[] other = {3};
            Parameter first = Parameter.of(other, new float[] {1});
            Parameter second = Parameter.of(values, gradient);
            try (Optimizer adam = adam(backend, first, second)) {
                for (StepOptions options : List.of(StepOptions.NONE.withSkipNonFinite(true).withZeroGradients(true),
                        StepOptions.NONE.withMaxGradientNorm(1))) {
                    StepResult result = adam.step(options);
                    assertFalse(result.applied());
                    assertEquals(1, result.statistics().nonFinite());
                    assertEquals(0, result.statistics().ofParameter(first).nonFinite());
                    assertEquals(1, result.statistics().ofParameter(second).nonFinite());
                }
                assertArrayEquals(new float[] {1, 2}, values);
                assertArrayEquals(new float[] {3}, other);
                assertArrayEquals(new float[] {1, bad}, gradient);
                assertEquals(0, adam.state(first).step());
                assertEquals(0, adam.state(second).step());
                assertArrayEquals(new int[] {0}, Numbers.bits(AdamState.expAvg(adam.state(first))));
            }
        }
    }

    @Test
    void averageFollowsTheValues() {
        float[] values = {1, 2, 3};
        float[] average = {1, 2, 3};
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values),
                MemorySegment.ofArray(new float[] {1, -1, 0})).average(MemorySegment.ofArray(average), 0.75).build();
        try (Optimizer adam = adam(Backend.preferred(), parameter)) {
            float[] expected = average.clone();
            for (int step = 0; step < 5; step++) {
                adam.step();
                for (int i = 0; i < 3; i++) {
                    expected[i] = Math.fma(0.25f, values[i] - expected[i], expected[i]);
                }
            }
            assertArrayEquals(expected, average);
        }
    }

    @Test
    void gradientsThatAreSetToZeroMustBeWritableAndApart() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gradient = arena.allocate(16, 4);
            Parameter readOnly = Parameter.of(arena.allocate(16, 4), gradient.asReadOnly());
            Parameter sharing = Parameter.of(arena.allocate(16, 4), gradient);
            Parameter shared = Parameter.of(arena.allocate(16, 4), gradient);
            StepOptions zero = StepOptions.NONE.withZeroGradients(true);
            try (Optimizer adam = adam(Backend.preferred(), readOnly)) {
                assertTrue(assertThrows(InvalidParameterException.class, () -> adam.step(zero)).getMessage()
                        .contains("read-only"));
                assertEquals(0, adam.state(readOnly).step());
            }
            try (Optimizer adam = adam(Backend.preferred(), sharing, shared)) {
                adam.step(StepOptions.NONE);
                assertTrue(assertThrows(InvalidParameterException.class, () -> adam.step(zero)).getMessage()
                        .contains("overlap"));
                assertEquals(1, adam.state(sharing).step());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.NEGATIVE_INFINITY})
    void whatIsNotMoreThan0IsRefused(double wrong) {
        for (var options : List.<java.util.function.DoubleFunction<StepOptions>>of(StepOptions.NONE::withLossScale,
                StepOptions.NONE::withMaxGradientNorm, StepOptions.NONE::withMaxGradientValue)) {
            assertTrue(assertThrows(InvalidHyperparameterException.class, () -> options.apply(wrong)).getMessage()
                    .contains(Double.toString(wrong)));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.POSITIVE_INFINITY, 1e-300, 1e300})
    void aLossScaleThatIsNoFloat(double wrong) {
        assertThrows(InvalidHyperparameterException.class, () -> StepOptions.NONE.withLossScale(wrong));
        assertThrows(InvalidHyperparameterException.class, () -> StepOptions.NONE.withMaxGradientValue(1e-300));
    }

    @Test
    void statisticsOfAnotherOptimizersParameter() {
        Parameter parameter = Parameter.of(new float[1], new float[1]);
        try (Optimizer adam = adam(Backend.preferred(), Parameter.of(new float[1], new float[1]))) {
            assertThrows(InvalidParameterException.class, () -> adam.gradientStatistics().ofParameter(parameter));
        }
    }
}
