package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conversions by the Vector API, against those of Java and {@link Elements}, which go element by element. */
@Tag("only-vectors")
class BlockVectorsTest {
    /** Also the number of 16-bit codes. */
    private static final int COUNT = 1 << 16;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment floats = arena.allocate(COUNT * 4L, 64);
    private final MemorySegment codes = arena.allocate(COUNT * 2L, 64);
    private final int[] words = new int[COUNT];

    @BeforeEach
    void onlyWithLongVectors() {
        assumeTrue(VectorBlocks.of(1, null, List.of()) != null, "needs vectors of eight floats");
    }

    private void putAllCodes() {
        for (int i = 0; i < COUNT; i++) {
            codes.setAtIndex(JAVA_SHORT, i, (short) i);
        }
    }

    /**
     * Floats of any bits, and between them some that are subnormal as binary16, whose random bits round up, or one less
     * would, or one more.
     */
    private void putFloats() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < COUNT; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            int r = random.nextInt(1 << 16);
            if (i % 2 == 1) {
                x = Math.copySign((random.nextInt(128) + (65536 - r) / 65536f) * 0x1p-24f, x);
                r = Math.clamp(r + random.nextInt(-1, 2), 0, 0xFFFF);
            }
            floats.setAtIndex(JAVA_FLOAT, i, x);
            words[i] = r << 16;
        }
    }

    private float number(int i) {
        return floats.getAtIndex(JAVA_FLOAT, i);
    }

    private void assertCode(short expected, int i) {
        assertEquals(expected, codes.getAtIndex(JAVA_SHORT, i),
                () -> Float.toHexString(number(i)) + " with " + (words[i] >>> 16));
    }

    @Test
    void fromBfloat16() {
        putAllCodes();
        BlockVectors.fromBfloat16(COUNT, codes.address(), floats.address());
        for (int i = 0; i < COUNT; i++) {
            assertEquals(Elements.bf16ToFloat((short) i), number(i));
        }
    }

    @Test
    void fromFloat16() {
        putAllCodes();
        BlockVectors.fromFloat16(COUNT, codes.address(), floats.address());
        for (int i = 0; i < COUNT; i++) {
            assertEquals(Float.float16ToFloat((short) i), number(i));
        }
    }

    @Test
    void toNearestBfloat16() {
        putFloats();
        BlockVectors.toBfloat16(COUNT, floats.address(), codes.address());
        for (int i = 0; i < COUNT; i++) {
            assertCode(Elements.bf16Nearest(number(i)), i);
        }
    }

    @Test
    void toNearestFloat16() {
        putFloats();
        BlockVectors.toFloat16(COUNT, floats.address(), codes.address());
        for (int i = 0; i < COUNT; i++) {
            assertCode(Float.floatToFloat16(number(i)), i);
        }
    }

    @Test
    void toStochasticBfloat16() {
        putFloats();
        BlockVectors.toBfloat16(COUNT, floats.address(), words, 16, codes.address());
        for (int i = 0; i < COUNT; i++) {
            assertCode(Elements.bf16Stochastic(number(i), words[i] >>> 16), i);
        }
    }

    @Test
    void toStochasticFloat16() {
        putFloats();
        BlockVectors.toFloat16(COUNT, floats.address(), words, 16, codes.address());
        for (int i = 0; i < COUNT; i++) {
            assertCode(Elements.f16Stochastic(number(i), words[i] >>> 16), i);
        }
    }
}
