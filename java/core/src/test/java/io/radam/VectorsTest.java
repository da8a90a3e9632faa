package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java backend takes the Vector API if it is there. Tests with this tag run with and without it, those with
 * {@code only-vectors} with it.
 */
@Tag("vectors")
class VectorsTest {
    /** Set where the tests are run for it, so that they fail where it is not there. */
    private static final boolean EXPECTED = Boolean.getBoolean("radam.test.vectors");
    /** Below, at and above whole vectors, and the ends of what is stepped at once. */
    private static final List<Integer> LENGTHS = List.of(1, 15, 16, 17, 33, 1023, 1024, 1025, 8191, 8192, 8193, 20_000);

    @Test
    void theBackendSaysSo() {
        assertEquals(EXPECTED, Backend.named("java").reason().contains("jdk.incubator.vector"));
    }

    /** Every kind of memory, at offsets that no vector is aligned to, gives the bits of the scalar target. */
    @ParameterizedTest
    @MethodSource("io.radam.Algorithm#values")
    void everyMemoryAndLength(Algorithm algorithm) {
        for (int length : LENGTHS) {
            for (boolean valuesInArray : new boolean[] {false, true}) {
                for (boolean gradientInArray : new boolean[] {false, true}) {
                    List<int[]> expected = stepped(algorithm, "scalar", length, valuesInArray, gradientInArray, true);
                    for (boolean readOnly : new boolean[] {false, true}) {
                        List<int[]> actual = stepped(algorithm, "java", length, valuesInArray, gradientInArray,
                                readOnly);
                        assertArrayEquals(expected.toArray(), actual.toArray(), length + " elements");
                    }
                }
            }
        }
    }

    /** Which the user may restore. Its maxima take of NaN and another number the second, whichever that is. */
    @Test
    void cocobWithStateThatNoStepMakes() {
        float[] odd = {-0f, Float.NaN, -1, 0, Float.POSITIVE_INFINITY, 1, -1e-8f, 0x1p-149f};
        for (int oddFrom : new int[] {0, 900, 2000}) {
            assertArrayEquals(cocob("scalar", odd, oddFrom).toArray(), cocob("java", odd, oddFrom).toArray());
        }
    }

    /** The bits that a step leaves where odd numbers, in all combinations, are in the state from an index on. */
    private static List<int[]> cocob(String backend, float[] odd, int oddFrom) {
        int length = 2001; // of which the Java backend steps 1,024 at a time
        MemorySegment values = MemorySegment.ofArray(Numbers.random(1, length));
        Parameter parameter = Parameter.of(values, MemorySegment.ofArray(Numbers.random(2, length)));
        try (Optimizer optimizer = COCOB.builder().parameter(parameter)
                .backend(Backend.named(backend)).build()) {
            float[] largest = new float[length];
            float[] norms = new float[length];
            float[] ones = new float[length];
            Arrays.fill(largest, 1);
            Arrays.fill(norms, 2);
            Arrays.fill(ones, 1);
            for (int i = oddFrom; i < length; i++) {
                largest[i] = odd[i % odd.length];
                norms[i] = odd[i / odd.length % odd.length];
            }
            optimizer.restore(parameter, new ParameterState(3, StateType.FLOAT32, Map.of(
                    "L", new ParameterState.Buffer(MemorySegment.ofArray(largest)),
                    "grad_norm_sum", new ParameterState.Buffer(MemorySegment.ofArray(norms)),
                    "sum_negative_gradients", new ParameterState.Buffer(MemorySegment.ofArray(ones)),
                    "reward", new ParameterState.Buffer(MemorySegment.ofArray(ones)))));
            optimizer.step();
            return bits(optimizer, parameter);
        }
    }

    /** The bits that steps leave. */
    private static List<int[]> stepped(Algorithm algorithm, String backend, int length, boolean valuesInArray,
            boolean gradientInArray, boolean readOnly) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment values = memory(valuesInArray, length, arena);
            MemorySegment gradient = memory(gradientInArray, length, arena);
            Numbers.put(Numbers.random(length, length), values);
            OptimizerBuilder<?, ?> builder = Contestant.builder(algorithm);
            Parameter parameter = Parameter.of(values, readOnly ? gradient.asReadOnly() : gradient);
            builder.backend(Backend.named(backend)).sequential().parameter(parameter);
            try (Optimizer optimizer = builder.build()) {
                for (int step = 0; step < 12; step++) {
                    float[] gradients = Numbers.random(step, length);
                    gradients[0] = step == 9 ? Float.MAX_VALUE : gradients[0]; // is bounded
                    gradients[length - 1] = step == 10 ? Float.NEGATIVE_INFINITY : gradients[length - 1];
                    gradients[length / 3] = step == 8 && length > 100 ? Float.NaN : gradients[length / 3];
                    gradients[length / 2] = step == 11 ? Float.NaN : gradients[length / 2];
                    Numbers.put(gradients, gradient);
                    optimizer.step();
                }
                return bits(optimizer, parameter);
            }
        }
    }

    /** Of the values, and of each buffer of state. */
    private static List<int[]> bits(Optimizer optimizer, Parameter parameter) {
        List<int[]> bits = new ArrayList<>(List.of(canonical(parameter.values())));
        optimizer.state(parameter).buffers().keySet().stream().sorted().forEach(name ->
                bits.add(canonical(optimizer.state(parameter).buffer(name).elements())));
        return bits;
    }

    /** One element into its memory. */
    private static MemorySegment memory(boolean array, int length, Arena arena) {
        MemorySegment whole = array
                ? MemorySegment.ofArray(new float[length + 1])
                : arena.allocate((length + 1) * ValueLayout.JAVA_FLOAT.byteSize(), 64);
        return whole.asSlice(ValueLayout.JAVA_FLOAT.byteSize());
    }

    /** Bits, to which all NaN are one. */
    private static int[] canonical(MemorySegment values) {
        float[] floats = values.toArray(ValueLayout.JAVA_FLOAT);
        int[] bits = new int[floats.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(floats[i]);
        }
        return bits;
    }
}
