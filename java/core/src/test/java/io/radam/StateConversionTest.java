package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** State of one type as state of another. */
class StateConversionTest {
    private static final int LENGTH = 3 * 256 + 17;

    private final Arena arena = Arena.ofAuto();

    static List<Backend> backends() {
        return Backend.available();
    }

    private static ParameterState floats(float[] signed, float[] unsigned) {
        return new ParameterState(5, StateType.FLOAT32, Map.of(
                "exp_avg", new ParameterState.Buffer(MemorySegment.ofArray(signed)),
                "exp_avg_sq", new ParameterState.Buffer(MemorySegment.ofArray(unsigned))));
    }

    private ParameterState converted(ParameterState state, StateType type) {
        ParameterState result = Conversions.convert(state, Algorithm.ADAM, type, arena);
        assertEquals(state.step(), result.step());
        assertEquals(type, result.type());
        return result;
    }

    private float[] back(ParameterState state, String buffer) {
        return converted(state, StateType.FLOAT32).buffer(buffer).elements().toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float[] magnitudes(float[] numbers) {
        float[] result = numbers.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.abs(result[i]);
        }
        return result;
    }

    /** The kernels encode the same numbers in a step of their own. */
    @ParameterizedTest
    @MethodSource("backends")
    void theBitsAreThoseOfASmallStep(Backend backend) {
        for (Hyperparameters h : MixedSameBitsTest.algorithms()) {
            for (StateType type : StateType.values()) {
                Parameter exact = Parameter.of(new float[LENGTH], Numbers.random(3, LENGTH));
                Parameter small = Parameter.of(new float[LENGTH], Numbers.random(3, LENGTH));
                OptimizerBuilder<?, ?> one = Contestant.builder(h.algorithm());
                OptimizerBuilder<?, ?> other = Contestant.builder(h.algorithm());
                one.hyperparameters(h).backend(backend).parameter(exact);
                other.hyperparameters(h).backend(backend).parameter(small).stateType(type)
                        .stateRounding(Rounding.NEAREST);
                try (Optimizer floats = one.build(); Optimizer codes = other.build()) {
                    floats.step();
                    codes.step();
                    ParameterState result =
                            Conversions.convert(floats.state(exact), h.algorithm(), type, arena);
                    ParameterState expected = codes.state(small);
                    assertEquals(expected.buffers().keySet(), result.buffers().keySet());
                    expected.buffers().forEach((name, buffer) -> {
                        assertEquals(-1, buffer.elements().mismatch(result.buffer(name).elements()),
                                () -> name + " of " + h + " as " + type);
                        // A step that does not move a buffer, such as under frozenSteps, leaves scales of 0.
                        if (buffer.scales() != null && buffer.scales().get(ValueLayout.JAVA_FLOAT, 0) > 0) {
                            assertEquals(-1, buffer.scales().mismatch(result.buffer(name).scales()),
                                    () -> name + " of " + h);
                        }
                    });
                }
            }
        }
    }

    /** Each code of each kind of buffer, as radam.h has its magnitude. */
    @Test
    void fromBlock8ItIsExact() {
        byte[] codes = new byte[256];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) i;
        }
        for (float scale : new float[] {0x1p-126f, 0x1p-20f, 1, 0x1p90f}) {
            ParameterState.Buffer buffer = new ParameterState.Buffer(MemorySegment.ofArray(codes),
                    MemorySegment.ofArray(new float[] {scale}));
            ParameterState state = new ParameterState(5, StateType.BLOCK8,
                    Map.of("exp_avg", buffer, "exp_avg_sq", buffer));
            float[] signed = back(state, "exp_avg");
            float[] unsigned = back(state, "exp_avg_sq");
            for (int i = 0; i < codes.length; i++) {
                assertEquals((i < 128 ? 1 : -1) * level(i & 127) * scale, signed[i], "code " + i);
                assertEquals(level(i) * scale, unsigned[i], "code " + i);
            }
        }
    }

    private static float level(int code) {
        return (float) ((1 + (code & 7) / 8.0) * Math.scalb(1.0, code >> 3) - 1);
    }

    /** The best code is found by trying all. */
    @Test
    void toBlock8ItIsTheNearestLevel() {
        float[] signed = Numbers.random(1, LENGTH);
        float[] unsigned = magnitudes(Numbers.random(2, LENGTH));
        ParameterState state = converted(floats(signed, unsigned), StateType.BLOCK8);
        assertNearest(signed, back(state, "exp_avg"), state.buffer("exp_avg").scales(), true);
        assertNearest(unsigned, back(state, "exp_avg_sq"), state.buffer("exp_avg_sq").scales(), false);
    }

    private static void assertNearest(float[] numbers, float[] found, MemorySegment scales, boolean signed) {
        for (int i = 0; i < numbers.length; i++) {
            double scale = scales.getAtIndex(ValueLayout.JAVA_FLOAT, i / 256);
            float largest = 0;
            for (int j = i / 256 * 256; j < Math.min(i / 256 * 256 + 256, numbers.length); j++) {
                largest = Math.max(largest, Math.abs(numbers[j]));
            }
            // The power of two from which the largest, rounded up by half a level, is the top octave.
            int exponent = Math.getExponent(largest + Math.scalb(1.0, Math.getExponent(largest) - 3));
            assertEquals(Math.scalb(1.0, exponent - (signed ? 15 : 31)), scale, "scale of " + i);
            double x = Math.abs(numbers[i]);
            double best = Double.POSITIVE_INFINITY;
            for (int code = !signed && x > 0 ? 1 : 0; code < (signed ? 128 : 256); code++) {
                best = Math.min(best, Math.abs(level(code) * scale - x));
            }
            double error = Math.abs((double) found[i] - numbers[i]);
            assertTrue(error <= best + 1e-6 * (x + scale), "element " + i + ": " + numbers[i] + " became " + found[i]);
            double documented = (x + scale) / 16 * (1 + 1e-5);
            assertTrue(error <= (!signed && x > 0 ? Math.max(documented, scale / 8) : documented),
                    "element " + i + ": " + numbers[i] + " became " + found[i]);
            assertTrue(signed || numbers[i] == 0 || found[i] > 0, "element " + i + " became 0");
        }
    }

    @Test
    void bfloat16() {
        float[] signed = Numbers.random(1, LENGTH);
        signed[0] = 1 + 0x1p-8f; // between 1 and 1 + 2^-7
        signed[1] = -1 - 0x1p-8f;
        float[] unsigned = magnitudes(Numbers.random(2, LENGTH));
        unsigned[0] = Float.MIN_VALUE;
        ParameterState state = converted(floats(signed, unsigned), StateType.BFLOAT16);
        float[] found = back(state, "exp_avg");
        assertEquals(1 + 0x1p-7f, found[0]);
        assertEquals(-1 - 0x1p-7f, found[1]);
        assertEquals(Float.intBitsToFloat(1 << 16), back(state, "exp_avg_sq")[0]);
        for (int i = 0; i < LENGTH; i++) {
            assertTrue(Math.abs((double) found[i] - signed[i]) <= Math.abs(signed[i]) * 0x1p-8, "element " + i);
            assertEquals(0, Float.floatToIntBits(found[i]) & 0xFFFF);
        }
    }

    @Test
    void numbersThatAreNotFinite() {
        float[] signed = new float[512];
        signed[3] = Float.POSITIVE_INFINITY;
        signed[300] = 1;
        float[] found = back(converted(floats(signed, signed), StateType.BLOCK8), "exp_avg");
        for (int i = 0; i < 512; i++) {
            assertEquals(i < 256 ? Float.NaN : signed[i], found[i], 1.0 / 16, "element " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noElements(StateType type) {
        ParameterState state = converted(floats(new float[0], new float[0]), type);
        assertEquals(0, state.buffer("exp_avg").elements().byteSize());
        assertEquals(0, back(state, "exp_avg").length);
    }

    @Test
    void theSameTypeIsTheSameState() {
        ParameterState state = floats(new float[3], new float[3]);
        assertSame(state, Conversions.convert(state, Algorithm.ADAM, StateType.FLOAT32, arena));
    }

    @Test
    void memoryThatIsNotAligned() {
        float[] numbers = Numbers.random(1, LENGTH);
        MemorySegment odd = arena.allocate(4L * LENGTH + 1, 1).asSlice(1);
        MemorySegment.copy(numbers, 0, odd, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, LENGTH);
        ParameterState.Buffer buffer = new ParameterState.Buffer(odd);
        ParameterState state = converted(new ParameterState(5, StateType.FLOAT32, Map.of("exp_avg", buffer)),
                StateType.BLOCK8);
        assertTrue(Arrays.equals(back(converted(floats(numbers, numbers), StateType.BLOCK8), "exp_avg"),
                back(state, "exp_avg")));
    }

    @Test
    void whatIsNoState() {
        MemorySegment four = MemorySegment.ofArray(new float[1]);
        for (ParameterState state : List.of(
                new ParameterState(5, StateType.FLOAT32, Map.of("momentum", new ParameterState.Buffer(four))),
                new ParameterState(5, StateType.BLOCK8, Map.of("exp_avg", new ParameterState.Buffer(four))),
                new ParameterState(5, StateType.BLOCK8, Map.of("exp_avg", new ParameterState.Buffer(four,
                        MemorySegment.ofArray(new float[2])))),
                new ParameterState(5, StateType.FLOAT32, Map.of("exp_avg",
                        new ParameterState.Buffer(MemorySegment.ofArray(new byte[5])))))) {
            Misuse.refused(InvalidParameterException.class,
                    () -> Conversions.convert(state, Algorithm.ADAM, StateType.BFLOAT16, arena));
        }
        Arena closed = Arena.ofConfined();
        MemorySegment gone = closed.allocate(4);
        closed.close();
        ParameterState state =
                new ParameterState(5, StateType.FLOAT32, Map.of("exp_avg", new ParameterState.Buffer(gone)));
        Misuse.refused(InvalidParameterException.class,
                () -> Conversions.convert(state, Algorithm.ADAM, StateType.BFLOAT16, arena), "closed");
    }
}
