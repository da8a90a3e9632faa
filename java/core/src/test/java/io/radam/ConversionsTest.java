package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ConversionsTest {
    private static MemorySegment of(float... numbers) {
        return MemorySegment.ofArray(numbers);
    }

    private static short[] converted(DType type, float... numbers) {
        short[] result = new short[numbers.length];
        Conversions.convert(of(numbers), DType.FLOAT32, MemorySegment.ofArray(result), type);
        return result;
    }

    private static short[] codes(int... codes) {
        short[] result = new short[codes.length];
        for (int i = 0; i < codes.length; i++) {
            result[i] = (short) codes[i];
        }
        return result;
    }

    /** The codes are worked out by hand. 1 + 2^-8 lies between 1 and 1 + 2^-7, of which 1 is even. */
    @Test
    void toBfloat16() {
        assertArrayEquals(codes(0x3F80, 0x3F80, 0x3F81, 0x3F82, 0xBF80, 0x0000, 0x8000, 0x7F80, 0x7F80, 0xFF80),
                converted(DType.BFLOAT16, 1, 1 + 0x1p-8f, 1 + 0x1p-8f + 0x1p-20f, 1 + 3 * 0x1p-8f, -1, 0, -0.0f,
                        Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
        assertEquals(0x7FC0, converted(DType.BFLOAT16, Float.intBitsToFloat(0x7F800001))[0]);
    }

    @Test
    void toFloat16() {
        assertArrayEquals(codes(0x3C00, 0x3C00, 0x3C01, 0xBC00, 0x7BFF, 0x7BFF, 0x7C00, 0x0001, 0x0000, 0x8000),
                converted(DType.FLOAT16, 1, 1 + 0x1p-11f, 1 + 0x1p-11f + 0x1p-20f, -1, 65504, 65519, 65520,
                        0x1p-24f, 0x1p-25f, -0x1p-25f));
    }

    @Test
    void everyCodeComesBack() {
        short[] codes = new short[1 << 16];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (short) i;
        }
        for (DType type : new DType[] {DType.BFLOAT16, DType.FLOAT16}) {
            float[] numbers = new float[codes.length];
            Conversions.convert(MemorySegment.ofArray(codes), type, of(numbers), DType.FLOAT32);
            short[] nearest = converted(type, numbers);
            short[] stochastic = new short[codes.length];
            Conversions.convertStochastically(of(numbers), DType.FLOAT32, MemorySegment.ofArray(stochastic), type, 7);
            for (int i = 0; i < codes.length; i++) {
                float number = type == DType.FLOAT16
                        ? Float.float16ToFloat(codes[i])
                        : Float.intBitsToFloat(codes[i] << 16);
                assertEquals(number, numbers[i], type + " " + i);
                if (!Float.isNaN(number)) {
                    assertEquals(codes[i], nearest[i], type + " " + i);
                    assertEquals(codes[i], stochastic[i], type + " " + i);
                }
            }
        }
    }

    @Test
    void betweenTheSmallTypes() {
        short[] result = new short[3];
        Conversions.convert(MemorySegment.ofArray(codes(0x3F80, 0x4780, 0x3300)), DType.BFLOAT16,
                MemorySegment.ofArray(result), DType.FLOAT16);
        assertArrayEquals(codes(0x3C00, 0x7C00, 0x0000), result);
    }

    @Test
    void ofOneTypeTheBitsStay() {
        int[] bits = {0x7F800001, 0xFFC12345, 1};
        int[] result = new int[3];
        Conversions.convert(MemorySegment.ofArray(bits), DType.FLOAT32, MemorySegment.ofArray(result), DType.FLOAT32);
        assertArrayEquals(bits, result);
    }

    /** Of numbers a quarter of the way between two levels, a quarter is rounded up. */
    @Test
    void byChanceTheMeanStays() {
        float[] numbers = new float[100_000];
        Arrays.fill(numbers, 1 + 0x1p-9f);
        short[] result = new short[numbers.length];
        Conversions.convertStochastically(of(numbers), DType.FLOAT32, MemorySegment.ofArray(result), DType.BFLOAT16, 1);
        int up = 0;
        for (short code : result) {
            assertTrue(code == 0x3F80 || code == 0x3F81);
            up += code - 0x3F80;
        }
        assertEquals(25_000, up, 600, "four standard deviations");
        short[] again = new short[numbers.length];
        Conversions.convertStochastically(of(numbers), DType.FLOAT32, MemorySegment.ofArray(again), DType.BFLOAT16, 1);
        assertArrayEquals(result, again);
        Conversions.convertStochastically(of(numbers), DType.FLOAT32, MemorySegment.ofArray(again), DType.BFLOAT16, 2);
        assertFalse(Arrays.equals(result, again));
    }

    /** The conversion gives the bits of the copy that an optimizer writes. */
    @Test
    void asTheCopyOfAStep() {
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        short[] copy = new short[values.length];
        Parameter parameter = Parameter.builder(of(values), of(new float[values.length]))
                .copy(MemorySegment.ofArray(copy), DType.FLOAT16).build();
        try (Optimizer optimizer = Adam.builder().parameter(parameter).build()) {
            optimizer.step();
            assertArrayEquals(converted(DType.FLOAT16, values), copy);
        }
    }

    @Test
    void whatCannotBe() throws InterruptedException {
        float[] numbers = {1, 2};
        short[] result = {5, 5};
        MemorySegment from = of(numbers);
        MemorySegment to = MemorySegment.ofArray(result);
        refused(from, to.asSlice(2), "has 2 bytes", "need 4");
        refused(from.asSlice(2), to, "multiple of 4");
        refused(from, to.asReadOnly(), "read-only");
        refused(from, MemorySegment.ofArray(new byte[4]), "misaligned");
        refused(from, from.asSlice(4), "overlaps");
        refused(from.asReadOnly(), from.asSlice(0, 4), "overlaps");
        Arena arena = Arena.ofConfined();
        MemorySegment confined = arena.allocate(ValueLayout.JAVA_FLOAT, 2);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> refused(confined, to, "confined to another thread"));
        thread.setUncaughtExceptionHandler((ignored, e) -> thrown.set(e));
        thread.start();
        thread.join();
        assertNull(thrown.get());
        arena.close();
        refused(confined, to, "closed");
        assertArrayEquals(codes(5, 5), result);
    }

    private static void refused(MemorySegment from, MemorySegment to, Object... parts) {
        Misuse.refused(InvalidParameterException.class,
                () -> Conversions.convert(from, DType.FLOAT32, to, DType.BFLOAT16), parts);
        Misuse.refused(InvalidParameterException.class,
                () -> Conversions.convertStochastically(from, DType.FLOAT32, to, DType.BFLOAT16, 1), parts);
    }
}
