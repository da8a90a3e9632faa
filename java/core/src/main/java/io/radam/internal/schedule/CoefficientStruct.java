package io.radam.internal.schedule;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.radam.Coefficients.Mode;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_adam_coefficients;
import io.radam.internal.ffi.radam_coefficients;
import java.lang.foreign.MemorySegment;

/**
 * What {@link AdamSchedule} computes, as the C struct.
 *
 * <p>It is put together in an array and copied at once: setting the fields one by one takes as long as the rest of a
 * small step, for the thousands of steps until the just-in-time compiler is done with it.
 */
final class CoefficientStruct {
    private static final int MODE = index(radam_coefficients.mode$offset());
    private static final int GRAD_SCALE = index(radam_coefficients.grad_scale$offset());
    private static final int OF = index(radam_coefficients.of$offset());
    private static final int L2 = OF + index(radam_adam_coefficients.l2$offset());
    private static final int BETA1 = OF + index(radam_adam_coefficients.beta1$offset());
    private static final int ONE_MINUS_BETA1 = OF + index(radam_adam_coefficients.one_minus_beta1$offset());
    private static final int BETA2 = OF + index(radam_adam_coefficients.beta2$offset());
    private static final int ONE_MINUS_BETA2 = OF + index(radam_adam_coefficients.one_minus_beta2$offset());
    private static final int STEP_SIZE = OF + index(radam_adam_coefficients.step_size$offset());
    private static final int EPSILON = OF + index(radam_adam_coefficients.epsilon$offset());
    private static final int DECAY = OF + index(radam_adam_coefficients.decay$offset());

    /** The struct from its beginning to the last field that a kernel reads. */
    private final int[] words = new int[OF + index(radam_adam_coefficients.sizeof())];

    CoefficientStruct() {
        words[index(radam_coefficients.struct_size$offset())] = (int) radam_coefficients.sizeof();
        words[index(radam_coefficients.algorithm$offset())] = RadamH.RADAM_ALGORITHM_ADAM();
    }

    private static int index(long offset) {
        return (int) (offset / Integer.BYTES);
    }

    /** Writes every field that a kernel reads. */
    void write(AdamSchedule schedule, MemorySegment struct) {
        words[MODE] = mode(schedule.mode);
        words[GRAD_SCALE] = Float.floatToRawIntBits(schedule.gradScale);
        words[L2] = Float.floatToRawIntBits(schedule.l2);
        words[BETA1] = Float.floatToRawIntBits(schedule.beta1);
        words[ONE_MINUS_BETA1] = Float.floatToRawIntBits(schedule.oneMinusBeta1);
        words[BETA2] = Float.floatToRawIntBits(schedule.beta2);
        words[ONE_MINUS_BETA2] = Float.floatToRawIntBits(schedule.oneMinusBeta2);
        words[STEP_SIZE] = Float.floatToRawIntBits(schedule.stepSize);
        words[EPSILON] = Float.floatToRawIntBits(schedule.epsilon);
        words[DECAY] = Float.floatToRawIntBits(schedule.decay);
        MemorySegment.copy(words, 0, struct, JAVA_INT, 0, words.length);
    }

    private static int mode(Mode mode) {
        return switch (mode) {
            case ADAPTIVE -> RadamH.RADAM_MODE_ADAPTIVE();
            case MOMENTUM -> RadamH.RADAM_MODE_MOMENTUM();
            case MOMENTS_ONLY -> RadamH.RADAM_MODE_MOMENTS_ONLY();
            case SECOND_MOMENT_ONLY -> RadamH.RADAM_MODE_SECOND_MOMENT_ONLY();
        };
    }
}
