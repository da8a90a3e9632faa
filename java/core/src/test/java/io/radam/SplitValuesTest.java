package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** bfloat16 values with lower halves are float32 numbers. */
class SplitValuesTest {
    private static final int LENGTH = 3000;
    private static final int STEPS = 5;

    private final Arena arena = Arena.ofAuto();

    private MemorySegment shorts() {
        return arena.allocate(2L * LENGTH, 2);
    }

    private float[] joined(Parameter parameter) {
        float[] numbers = new float[LENGTH];
        Conversions.join(parameter.values(), parameter.lowerHalves(), MemorySegment.ofArray(numbers));
        return numbers;
    }

    static Backend[] backends() {
        return Backend.available().toArray(Backend[]::new);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void trainingHasTheBitsOfFloat32(Backend backend) {
        for (Hyperparameters h : MixedSameBitsTest.algorithms()) {
            for (StateType type : StateType.values()) {
                float[] numbers = Numbers.random(1, LENGTH);
                float[] gradient = new float[LENGTH];
                MemorySegment gradients = MemorySegment.ofArray(gradient);
                Parameter split = Parameter.builder(shorts(), gradients).split(shorts()).build();
                Conversions.split(MemorySegment.ofArray(numbers), split.values(), split.lowerHalves());
                Parameter whole = Parameter.of(MemorySegment.ofArray(numbers), gradients);
                try (Optimizer one = optimizer(h, type, backend, split);
                        Optimizer other = optimizer(h, type, backend, whole)) {
                    for (int step = 0; step < STEPS; step++) {
                        System.arraycopy(Numbers.random(100 + step, LENGTH), 0, gradient, 0, LENGTH);
                        one.step();
                        other.step();
                        assertArrayEquals(numbers, joined(split), h + ", " + type);
                        for (int i = 0; i < LENGTH; i++) {
                            int bits = Float.floatToRawIntBits(numbers[i]);
                            assertEquals((short) (bits + 0x8000 >> 16), split.values().getAtIndex(
                                    ValueLayout.JAVA_SHORT, i), "the nearest bfloat16 of " + numbers[i]);
                        }
                    }
                }
            }
        }
    }

    private static Optimizer optimizer(Hyperparameters h, StateType type, Backend backend, Parameter parameter) {
        OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm());
        builder.hyperparameters(h).parameter(parameter).seed(3);
        builder.stateType(type);
        builder.backend(backend);
        return builder.build();
    }

    /** All upper halves, with the lower ones at which rounding changes and next to them. */
    @Test
    void everyNumberIsKept() {
        int[] rests = {0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF};
        int[] bits = new int[rests.length << 16];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = i / rests.length << 16 | rests[i % rests.length];
        }
        MemorySegment numbers = arena.allocate(4L * bits.length, 4);
        MemorySegment.copy(bits, 0, numbers, ValueLayout.JAVA_INT, 0, bits.length);
        MemorySegment values = arena.allocate(2L * bits.length, 2);
        MemorySegment lower = arena.allocate(2L * bits.length, 2);
        Conversions.split(numbers, values, lower);
        MemorySegment again = arena.allocate(4L * bits.length, 4);
        Conversions.join(values, lower, again);
        for (int i = 0; i < bits.length; i++) {
            float number = Float.intBitsToFloat(bits[i]);
            float kept = again.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float upper = Float.intBitsToFloat(values.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
            if (Float.isNaN(number)) {
                assertTrue(Float.isNaN(kept) && Float.isNaN(upper), Integer.toHexString(bits[i]));
                continue;
            }
            assertEquals(bits[i], Float.floatToRawIntBits(kept), Integer.toHexString(bits[i]));
            if (Float.isFinite(upper)) {
                assertTrue(Math.abs((double) number - upper) <= Math.ulp(upper) * 0x1p15, "nearest to " + number);
            }
        }
    }

    /** Values that were written since, and lower halves that were forgotten: also on -0 and 0. */
    @ParameterizedTest
    @MethodSource("backends")
    void whatIsWrittenOverTheValuesCounts(Backend backend) {
        Parameter parameter = Parameter.builder(shorts(), arena.allocate(4L * LENGTH, 4)).split(shorts()).build();
        parameter.lowerHalves().fill((byte) -1);
        for (int i = 0; i < LENGTH; i++) {
            int code = i % 3 == 0 ? 0 : i % 3 == 1 ? 0x8000 : i;
            parameter.values().setAtIndex(ValueLayout.JAVA_SHORT, i, (short) code);
        }
        float[] before = joined(parameter);
        try (Optimizer optimizer = SGD.builder().learningRate(0.1).backend(backend).parameter(parameter).build()) {
            optimizer.step();
        }
        assertArrayEquals(before, joined(parameter));
        assertEquals(0, before[0]);
        assertEquals(Float.floatToRawIntBits(-0.0f), Float.floatToRawIntBits(before[1]));
        assertEquals(Float.intBitsToFloat((5 << 16) - 1), before[5]);
    }

    @Test
    void theUpdateIsThatOfFloat32() {
        float[] numbers = Numbers.random(1, LENGTH);
        float[] gradient = Numbers.random(2, LENGTH);
        float[] expected = gradient.clone();
        Parameter split = Parameter.builder(shorts(), MemorySegment.ofArray(gradient)).split(shorts())
                .updateInGradient().build();
        Conversions.split(MemorySegment.ofArray(numbers), split.values(), split.lowerHalves());
        for (Backend backend : Backend.available()) {
            System.arraycopy(Numbers.random(2, LENGTH), 0, gradient, 0, LENGTH);
            System.arraycopy(gradient, 0, expected, 0, LENGTH);
            Parameter whole = Parameter.builder(MemorySegment.ofArray(numbers), MemorySegment.ofArray(expected))
                    .updateInGradient().build();
            try (Optimizer one = Adam.builder().backend(backend).parameter(split).build();
                    Optimizer other = Adam.builder().backend(backend).parameter(whole).build()) {
                one.step();
                other.step();
            }
            assertArrayEquals(expected, gradient, backend.toString());
            assertArrayEquals(numbers, joined(split), "left as they are");
        }
    }

    private static void refused(Executable wrong, String... inMessage) {
        String message = assertThrows(InvalidParameterException.class, wrong).getMessage();
        for (String part : inMessage) {
            assertTrue(message.contains(part), message + " has no " + part);
        }
    }

    @Test
    void lowerHalvesThatThereCannotBe() {
        MemorySegment values = arena.allocate(20, 4);
        MemorySegment gradient = arena.allocate(40, 4);
        MemorySegment lower = arena.allocate(20, 4);
        refused(() -> Parameter.builder(values, gradient).split(lower.asSlice(2)).build(), "lower halves", "18", "10");
        refused(() -> Parameter.builder(values, gradient).split(lower.asReadOnly()).build(),
                "lower halves are read-only");
        refused(() -> Parameter.builder(values).split(lower).valuesType(DType.FLOAT16).build(), "BFLOAT16", "FLOAT16");
        refused(() -> Parameter.builder(values).split(lower).copy(lower, DType.BFLOAT16).build(), "copy");
        refused(() -> Adam.builder().parameter(Parameter.builder(values, gradient).split(values).build()).build(),
                "overlap", "lower halves");
        refused(() -> Conversions.split(gradient, values, values), "overlap");
        refused(() -> Conversions.join(values, lower.asSlice(2), gradient), "36");
        Arena closed = Arena.ofConfined();
        Parameter parameter = Parameter.builder(values, gradient).split(closed.allocate(20, 2)).build();
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            closed.close();
            refused(optimizer::step, "lower halves", "closed");
        }
    }
}
