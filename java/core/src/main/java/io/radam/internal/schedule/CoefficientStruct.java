package io.radam.internal.schedule;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.radam.Algorithm;
import io.radam.internal.ffi.radam_coefficients;
import java.lang.foreign.MemorySegment;

/**
 * Writes the coefficients of a {@link Schedule} as {@code radam_coefficients}.
 *
 * <p>The struct is put together in an array and copied at once. Setting its fields one by one would take as long as the
 * rest of a small step, for the thousands of steps until the just-in-time compiler has optimized it.
 */
final class CoefficientStruct {
    private static final int STRUCT_SIZE = index(radam_coefficients.struct_size$offset());
    private static final int ALGORITHM = index(radam_coefficients.algorithm$offset());
    private static final int MODE = index(radam_coefficients.mode$offset());
    private static final int GRAD_SCALE = index(radam_coefficients.grad_scale$offset());
    private static final int OF = index(radam_coefficients.of$offset());
    private static final int END = OF + index(radam_coefficients.of.layout().byteSize());

    /** The struct from its beginning to the last field that a kernel reads. */
    private final int[] words = new int[END];
    private int next;

    CoefficientStruct(Algorithm algorithm) {
        words[STRUCT_SIZE] = (int) radam_coefficients.sizeof();
        words[ALGORITHM] = StepCoefficients.nativeId(algorithm);
    }

    private static int index(long offset) {
        return (int) (offset / Integer.BYTES);
    }

    /** Sets the next coefficient of an algorithm's own struct. */
    void add(float coefficient) {
        words[next++] = Float.floatToRawIntBits(coefficient);
    }

    /** Writes every field that a kernel reads. */
    void write(Schedule schedule, MemorySegment struct) {
        words[MODE] = schedule.mode();
        words[GRAD_SCALE] = Float.floatToRawIntBits(schedule.gradScale);
        next = OF;
        schedule.write(this);
        MemorySegment.copy(words, 0, struct, JAVA_INT, 0, words.length);
    }
}
