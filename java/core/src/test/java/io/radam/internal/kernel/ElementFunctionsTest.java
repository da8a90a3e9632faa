package io.radam.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** By the Vector API, the functions of elements have the bits that they have one by one. */
@Tag("only-vectors")
class ElementFunctionsTest {
    private static final int COUNT = 4096;
    private static final int ROUNDS = 500;
    private static final float[] SPECIAL = {Float.NaN, 0, -0f, Float.MIN_VALUE, 0x1p-126f, 0x1p-125f, 0x1p126f,
        Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -1, 1, Math.nextDown(1f), Math.nextUp(1f)};

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment from = arena.allocate(COUNT * 4L, 64);
    private final MemorySegment to = arena.allocate(COUNT * 4L, 64);
    private final SplittableRandom random = new SplittableRandom(1);

    /** Any float, whatever its bits. */
    @Test
    void powersOfAnyFloat() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < COUNT; i++) {
                put(i, round == 0 ? SPECIAL[i % SPECIAL.length] : Float.intBitsToFloat(random.nextInt()));
            }
            boolean third = round % 2 == 0;
            float high = third ? MadgradRule.THIRD : random.nextFloat();
            float low = third ? MadgradRule.REST_OF_THIRD : 0;
            ElementFunctionsVectors.power(COUNT, from.address(), high, low, to.address());
            for (int i = 0; i < COUNT; i++) {
                assertBits(ElementFunctions.power(get(from, i), high, low), i);
            }
        }
    }

    @Test
    void powersOfTwo() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < COUNT; i++) {
                put(i, i == 0 ? Float.NaN : i < 254 ? i - 127 : random.nextFloat(-126, 127));
            }
            ElementFunctionsVectors.exp2(COUNT, from.address(), to.address());
            for (int i = 0; i < COUNT; i++) {
                assertBits(ElementFunctions.exp2(get(from, i)), i);
            }
        }
    }

    private void put(int i, float x) {
        from.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
    }

    private static float get(MemorySegment segment, int i) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }

    /** To which all NaN are one. */
    private void assertBits(float expected, int i) {
        assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(get(to, i)), () -> "of " + get(from, i));
    }
}
