package io.radam;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Numbers for tests: the same in every run. */
final class Numbers {
    private static final float[] MAGNITUDES = {1e-6f, 1e-4f, 1e-3f, 1e-2f, 0.1f, 1, 10, 1000};

    private Numbers() {
    }

    /** Numbers of many magnitudes, with zeros among them. */
    static float[] random(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            float magnitude = MAGNITUDES[random.nextInt(MAGNITUDES.length)];
            numbers[i] = random.nextInt(8) == 0 ? 0 : (random.nextFloat() - 0.5f) * magnitude;
        }
        return numbers;
    }

    /** Copies numbers into memory of any kind. */
    static void put(float[] numbers, MemorySegment segment) {
        MemorySegment.copy(numbers, 0, segment, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, numbers.length);
    }

    /** The bits of floats: unlike floats, they can be compared with no exception for zeros and NaNs. */
    static int[] bits(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    static int[] bits(float[] numbers) {
        return bits(MemorySegment.ofArray(numbers));
    }
}
