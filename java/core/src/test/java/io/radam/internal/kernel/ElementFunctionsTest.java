package io.radam.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Over arrays, and by the Vector API where it is there, functions have the bits that {@code radam.h} documents. */
@Tag("vectors")
class ElementFunctionsTest {
    private static final int COUNT = BlockKernel.MOST;
    private static final int ROUNDS = 2000;
    private static final float[] SPECIAL = {Float.NaN, 0, -0f, Float.MIN_VALUE, 0x1p-126f, 0x1p-125f, 0x1p126f,
        Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -1, 1, Math.nextDown(1f), Math.nextUp(1f)};

    private final float[] numbers = new float[COUNT];
    private final float[] results = new float[COUNT];
    private final float[] byVectors = new float[COUNT];
    private final MemorySegment memory = Arena.ofAuto().allocate(4L * COUNT, 64);
    private final SplittableRandom random = new SplittableRandom(1);

    /** Of any float, whatever its bits. */
    @Test
    void powers() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < COUNT; i++) {
                numbers[i] = round < 2 ? SPECIAL[i % SPECIAL.length] : Float.intBitsToFloat(random.nextInt());
            }
            boolean third = round % 2 == 0;
            float high = third ? MadgradRule.THIRD : random.nextFloat();
            float low = third ? MadgradRule.REST_OF_THIRD : 0;
            System.arraycopy(numbers, 0, results, 0, COUNT);
            ElementFunctions.power(COUNT, high, low, results);
            if (VectorRule.available()) {
                fill();
                ElementFunctionsVectors.power(COUNT, memory.address(), high, low, memory.address());
            }
            take();
            for (int i = 0; i < COUNT; i++) {
                assertBits(PlainFunctions.power(numbers[i], high, low), i);
            }
        }
    }

    @Test
    void powersOfTwo() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < COUNT; i++) {
                numbers[i] = i == 0 ? Float.NaN : i < 255 ? i - 127 : random.nextFloat(-126, 127);
            }
            System.arraycopy(numbers, 0, results, 0, COUNT);
            ElementFunctions.exp2(COUNT, results);
            if (VectorRule.available()) {
                fill();
                ElementFunctionsVectors.exp2(COUNT, memory.address(), memory.address());
            }
            take();
            for (int i = 0; i < COUNT; i++) {
                assertBits(PlainFunctions.exp2(numbers[i]), i);
            }
        }
    }

    private void fill() {
        MemorySegment.copy(numbers, 0, memory, ValueLayout.JAVA_FLOAT, 0, COUNT);
    }

    private void take() {
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 0, byVectors, 0, COUNT);
    }

    /** To which all NaN are one. */
    private void assertBits(float expected, int i) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(results[i]), () -> "of " + numbers[i]);
        if (VectorRule.available()) {
            assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(byVectors[i]), () -> "of " + numbers[i]);
        }
    }
}
