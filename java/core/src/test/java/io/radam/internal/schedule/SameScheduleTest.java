package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Coefficients.Mode;
import io.radam.HyperparameterDraft;
import io.radam.Hyperparameters;
import io.radam.Unrectified;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The schedule in Java gives the bits of the native one. */
class SameScheduleTest {
    private static final int SETTINGS = 40_000;

    private final JavaSchedule java = new JavaSchedule();
    private final MemorySegment struct = radam_coefficients.allocate(Arena.ofAuto());

    @Test
    void coefficientsAreTheSameBits() {
        RandomGenerator random = new SplittableRandom(0x5c4ed);
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (int i = 0; i < SETTINGS; i++) {
                Hyperparameters h = HyperparameterDraft.randomValid(random);
                compare(library, h, 1 + i % 30);
                for (long end : new long[] {3000, 10_000_000, 1L << 40}) {
                    compare(library, h, random.nextLong(1, end + 1));
                }
            }
        }
    }

    /** Powers that underflow, or never move: squarings go on where nothing is left to square. */
    @Test
    void coefficientsAreTheSameBitsAtTheEnds() {
        RandomGenerator random = new SplittableRandom(0xe2d5);
        double[] betas = {0, Double.MIN_VALUE, 1e-300, 1e-160, 1e-20, 0x1p-53, Math.nextDown(0.5), 0.5, 2 / 3.0,
            Math.nextUp(2 / 3.0), 0.75, 1 - 0x1p-30, 1 - 0x1p-52, 1 - 0x1p-53};
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (double beta1 : betas) {
                for (double beta2 : betas) {
                    HyperparameterDraft draft = new HyperparameterDraft(HyperparameterDraft.randomValid(random));
                    draft.beta1 = beta1;
                    draft.beta2 = beta2;
                    draft.unrectified = Unrectified.MOMENTUM; // or some would never rectify, and so not be valid
                    for (int power = 0; power < 63; power++) {
                        for (long near = -1; near <= 1; near++) {
                            compare(library, draft.build(), Math.max(1, (1L << power) + near));
                        }
                    }
                    compare(library, draft.build(), Long.MAX_VALUE);
                }
            }
        }
    }

    private void compare(NativeSchedule library, Hyperparameters h, long step) {
        java.compute(h, step);
        library.compute(h, step);
        MemorySegment c = library.coefficients;
        try {
            assertEquals(radam_coefficients.mode(c), mode(java.mode), "mode");
            same(radam_coefficients.grad_scale(c), java.gradScale, "grad_scale");
            same(radam_coefficients.l2(c), java.l2, "l2");
            same(radam_coefficients.beta1(c), java.beta1, "beta1");
            same(radam_coefficients.one_minus_beta1(c), java.oneMinusBeta1, "one_minus_beta1");
            same(radam_coefficients.beta2(c), java.beta2, "beta2");
            same(radam_coefficients.one_minus_beta2(c), java.oneMinusBeta2, "one_minus_beta2");
            same(radam_coefficients.step_size(c), java.stepSize, "step_size");
            same(radam_coefficients.epsilon(c), java.epsilon, "epsilon");
            same(radam_coefficients.decay(c), java.decay, "decay");
            assertEquals(radam_coefficients.rectified(c), java.rectified ? 1 : 0, "rectified");
            same(radam_coefficients.rho(c), java.rho, "rho");
            same(radam_coefficients.rectification(c), java.rectification, "rectification");
            same(radam_coefficients.learning_rate(c), java.learningRate, "learning_rate");
            assertEquals(-1, structFromJava(c).mismatch(c), "first byte at which the struct that Java writes differs");
        } catch (AssertionError e) {
            throw new AssertionError("step " + step + " of " + h + ": " + e.getMessage(), e);
        }
    }

    /** What Java writes, and from the native struct only what no kernel reads. */
    private MemorySegment structFromJava(MemorySegment c) {
        struct.fill((byte) 0);
        radam_coefficients.rectified(struct, radam_coefficients.rectified(c));
        radam_coefficients.rho(struct, radam_coefficients.rho(c));
        radam_coefficients.rectification(struct, radam_coefficients.rectification(c));
        radam_coefficients.learning_rate(struct, radam_coefficients.learning_rate(c));
        new CoefficientStruct().write(java, struct);
        return struct;
    }

    private static int mode(Mode mode) {
        return switch (mode) {
            case ADAPTIVE -> RadamH.RADAM_MODE_ADAPTIVE();
            case MOMENTUM -> RadamH.RADAM_MODE_MOMENTUM();
            case MOMENTS_ONLY -> RadamH.RADAM_MODE_MOMENTS_ONLY();
            case SECOND_MOMENT_ONLY -> RadamH.RADAM_MODE_SECOND_MOMENT_ONLY();
        };
    }

    /** To the sign of a zero. A coefficient that is not finite would be a defect in both. */
    private static void same(double expected, double actual, String what) {
        assertTrue(Double.isFinite(actual), () -> what + " is " + actual);
        assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual),
                () -> what + ": native " + Double.toHexString(expected) + ", Java " + Double.toHexString(actual));
    }
}
