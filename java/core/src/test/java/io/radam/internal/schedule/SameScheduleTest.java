package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdEMAMixSettings;
import io.radam.AdamSettings;
import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.NAdamSettings;
import io.radam.RAdamSettings;
import io.radam.RandomHyperparameters;
import io.radam.ScheduleFreeAdamWSettings;
import io.radam.Unrectified;
import io.radam.YellowFinSettings;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_coefficients;
import io.radam.internal.ffi.radam_sums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The schedule in Java gives the bits of the native one. */
class SameScheduleTest {
    private static final int SETTINGS = 40_000;

    /** Floats in the union of all algorithms' coefficients. */
    private static final int COEFFICIENTS = 16;

    private final Map<Algorithm, StepCoefficients> ofAlgorithm = new HashMap<>();
    private final MemorySegment struct = radam_coefficients.allocate(Arena.ofAuto());

    @Test
    void coefficientsAreTheSameBits() {
        RandomGenerator random = new SplittableRandom(0x5c4ed);
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (int i = 0; i < SETTINGS; i++) {
                Hyperparameters h = RandomHyperparameters.any(random);
                compare(library, h, 1 + i % 30);
                for (long end : new long[] {3000, 10_000_000, 1L << 40}) {
                    compare(library, h, random.nextLong(1, end + 1));
                }
            }
        }
    }

    /** Betas at the ends of their range: powers that underflow, and powers that stay near 1. */
    @Test
    void coefficientsAreTheSameBitsAtTheEnds() {
        RandomGenerator random = new SplittableRandom(0xe2d5);
        double[] betas = {0, Double.MIN_VALUE, 1e-300, 1e-160, 1e-20, 0x1p-53, Math.nextDown(0.5), 0.5, 2 / 3.0,
            Math.nextUp(2 / 3.0), 0.75, 1 - 0x1p-30, 1 - 0x1p-52, 1 - 0x1p-53};
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (double beta1 : betas) {
                for (double beta2 : betas) {
                    Hyperparameters adam = RandomHyperparameters.of(Algorithm.ADAM, random).toBuilder()
                            .set(AdamSettings.BETA1, beta1).set(AdamSettings.BETA2, beta2)
                            // or some would never rectify, and so not be valid
                            .set(RAdamSettings.UNRECTIFIED, Unrectified.MOMENTUM).build();
                    for (int power = 0; power < 63; power++) {
                        for (long near = -1; near <= 1; near++) {
                            compare(library, adam, Math.max(1, (1L << power) + near));
                        }
                    }
                    compare(library, adam, Long.MAX_VALUE);
                }
            }
        }
    }

    /** Momenta that stay at half of beta1, that reach beta1 at once, and all between; steps forth and back. */
    @Test
    void coefficientsOfNAdamAreTheSameBitsAtTheEnds() {
        RandomGenerator random = new SplittableRandom(0x4ada);
        double[] betas = {0, Double.MIN_VALUE, 1e-20, 0.5, 0.9, 1 - 0x1p-30, 1 - 0x1p-53};
        double[] decays = {0, Double.MIN_VALUE, 1e-20, 1e-6, 4e-3, 0.1, 0.75, 10, 400, 900, 2e4, Double.MAX_VALUE};
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (double beta1 : betas) {
                for (double decay : decays) {
                    Hyperparameters nadam = RandomHyperparameters.of(Algorithm.NADAM, random).toBuilder()
                            .set(NAdamSettings.BETA1, beta1).set(NAdamSettings.MOMENTUM_DECAY, decay).build();
                    for (long step = 1; step < 700; step++) {
                        compare(library, nadam, step);
                        compare(library, nadam, random.nextLong(1, 700));
                    }
                    for (int power = 0; power < 63; power++) {
                        compare(library, nadam, 1L << power);
                    }
                    compare(library, nadam, Long.MAX_VALUE);
                }
            }
        }
    }

    /** Half-lives from those of one end of the range to those of the other, in all that a warm-up may be long. */
    @Test
    void coefficientsOfAdEMAMixAreTheSameBitsAtTheEnds() {
        double[] betas = {0, 1e-300, 1e-9, 1e-3, 0.25, 0.5, 0.71, 0.9, 0.999, 0.9999, 1 - 1e-6, 1 - 1.1e-8};
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (double beta1 : betas) {
                for (double beta3 : betas) {
                    for (long warmup : new long[] {2, 7, 100_000, 1L << 40, Long.MAX_VALUE}) {
                        Hyperparameters h = Algorithm.ADEMAMIX.defaults().toBuilder()
                                .set(AdEMAMixSettings.BETA1, beta1).set(AdEMAMixSettings.BETA3, beta3)
                                .set(AdEMAMixSettings.ALPHA_WARMUP_STEPS, warmup)
                                .set(AdEMAMixSettings.BETA3_WARMUP_STEPS, warmup).build();
                        for (long k = 0; k <= 64; k++) {
                            compare(library, h, 1 + (warmup - 1) / 64 * k);
                        }
                        compare(library, h, warmup);
                    }
                }
            }
        }
    }

    /** Rectifications whose rho has a limit just above 4, so that steps before it are many. */
    @Test
    void coefficientsOfScheduleFreeRAdamAreTheSameBitsAtTheEnd() {
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (double beta2 : new double[] {Math.nextUp(0.6), 0.600000000001, 0.6000001, 0.605, 0.65, 0.67}) {
                for (double power : new double[] {0.3, 2, 16}) {
                    Hyperparameters h = Algorithm.SCHEDULEFREE_ADAMW.defaults().toBuilder()
                            .set(ScheduleFreeAdamWSettings.BETA2, beta2).set(ScheduleFreeAdamWSettings.RECTIFY, true)
                            .set(ScheduleFreeAdamWSettings.SILENT_SGD_PHASE, true)
                            .set(ScheduleFreeAdamWSettings.WEIGHT_LR_POWER, power).build();
                    for (long step = 1; step < 300; step++) {
                        compare(library, h, step);
                    }
                    compare(library, h, Long.MAX_VALUE);
                }
            }
        }
    }

    private void compare(NativeSchedule library, Hyperparameters h, long step) {
        library.compute(h, step);
        MemorySegment c = library.coefficients;
        StepCoefficients java = ofAlgorithm.computeIfAbsent(h.algorithm(), StepCoefficients::new);
        java.configure(h);
        java.compute(step);
        java.write(struct);
        try {
            Coefficients coefficients = java.schedule().coefficients();
            same(radam_coefficients.learning_rate(c), coefficients.learningRate(), "learning_rate");
            if (coefficients instanceof Coefficients.Adam adam) {
                assertEquals(radam_coefficients.rectified(c), adam.rectified() ? 1 : 0, "rectified");
                same(radam_coefficients.rho(c), adam.rho(), "rho");
                same(radam_coefficients.rectification(c), adam.rectification(), "rectification");
            }
            for (int i = 0; i < COEFFICIENTS; i++) {
                float actual = radam_coefficients.of.values(radam_coefficients.of(struct), i);
                if (java.isLayerwise() && actual == Float.POSITIVE_INFINITY) {
                    continue; // what is not limited; the comparison of all bytes has it too
                }
                same(radam_coefficients.of.values(radam_coefficients.of(c), i), actual, "coefficient " + i);
            }
            assertEquals(-1, withoutInformation(struct).mismatch(withoutInformation(c)),
                    "first byte at which the struct that Java writes differs");
            if (java.isLayerwise()) {
                compareReduced(library, java, step);
            }
        } catch (AssertionError e) {
            throw new AssertionError("step " + step + " of " + h + ": " + e.getMessage(), e);
        }
    }

    /** Of tensors of zeros, usual ones, and such that leave the range. */
    private void compareReduced(NativeSchedule library, StepCoefficients java, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        double[] sums = {0, 1e-300, random.nextDouble(), 1000 * random.nextDouble(), 1e300, Double.POSITIVE_INFINITY,
            Double.NaN};
        double[] drawn = new double[RadamH.RADAM_MAX_SUMS()];
        Arrays.setAll(drawn, i -> sums[random.nextInt(sums.length)]);
        double[] kept = {0, 1e-320, random.nextDouble(), 1e300};
        double[] numbers = new double[RadamH.RADAM_MAX_NUMBERS()];
        boolean alike = random.nextBoolean(); // of many numbers one would nearly always be odd
        Arrays.setAll(numbers, i -> alike ? kept[2] : kept[random.nextInt(kept.length)]);
        compareReduced(library, java, random.nextInt(1000), drawn, numbers);
    }

    private void compareReduced(NativeSchedule library, StepCoefficients java, long length, double[] sums,
            double[] numbers) {
        for (int i = 0; i < sums.length; i++) {
            radam_sums.values(library.sums, i, sums[i]);
        }
        MemorySegment.copy(numbers, 0, library.numbers, ValueLayout.JAVA_DOUBLE, 0, numbers.length);
        MemorySegment reduced = library.reduced;
        assertEquals(RadamH.RADAM_OK(), RadamH.radam_coefficients_reduce(library.coefficients, length, library.sums,
                library.numbers, reduced));
        for (int i = 0; i < 2; i++) { // the second time as the first
            double[] replaced = numbers.clone();
            java.reduce(length, sums, replaced);
            assertArrayEquals(library.numbers.toArray(ValueLayout.JAVA_DOUBLE), replaced);
            java.write(struct);
            assertEquals(-1, withoutInformation(struct).mismatch(withoutInformation(reduced)),
                    "first byte at which the reduced struct that Java writes differs, for sums "
                            + Arrays.toString(sums) + " of " + length);
        }
    }

    /** A training, each step of which begins with the numbers of the one before. */
    @Test
    void yellowFinIsTunedWithTheSameBits() {
        RandomGenerator random = new SplittableRandom(1);
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (int i = 0; i < 64; i++) {
                Hyperparameters h = Algorithm.YELLOWFIN.defaults().toBuilder()
                        .set(YellowFinSettings.BETA, i % 3 == 0 ? 0.5 : 0.99)
                        .set(YellowFinSettings.CURV_WIN_WIDTH, 1L + i % 25)
                        .set(YellowFinSettings.CLIP_THRESHOLD, i % 4 == 0 ? 0.5 : 0)
                        .set(YellowFinSettings.AUTO_CLIP_FACTOR, i % 4 == 1 ? 0.5 : 0)
                        .set(YellowFinSettings.ADAPT_CLIP, i % 2 == 0)
                        .set(YellowFinSettings.ZERO_DEBIAS, i / 4 % 2 == 0)
                        .set(YellowFinSettings.LOG_SMOOTH, i / 8 % 2 == 0).set(Hyperparameters.WEIGHT_DECAY, 0.1)
                        .build();
                library.compute(h, 1);
                StepCoefficients java = new StepCoefficients(Algorithm.YELLOWFIN);
                java.configure(h);
                java.compute(1);
                double[] numbers = new double[RadamH.RADAM_MAX_NUMBERS()];
                for (int step = 1; step <= 100; step++) {
                    double size = Math.exp(10 * random.nextDouble() - 5);
                    double[] sums = {size * random.nextDouble(), random.nextDouble() - 0.5, size};
                    compareReduced(library, java, 9, sums, numbers);
                    MemorySegment.copy(library.numbers, ValueLayout.JAVA_DOUBLE, 0, numbers, 0, numbers.length);
                }
                assertEquals(100, numbers[0]);
            }
        }
    }

    /** The struct up to what no kernel reads. */
    private static MemorySegment withoutInformation(MemorySegment c) {
        return c.asSlice(0, radam_coefficients.of$offset() + radam_coefficients.of.layout().byteSize());
    }

    /** To the sign of a zero. A coefficient that is not finite would be a defect in both. */
    private static void same(double expected, double actual, String what) {
        assertTrue(Double.isFinite(actual), () -> what + " is " + actual);
        assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual),
                () -> what + ": native " + Double.toHexString(expected) + ", Java " + Double.toHexString(actual));
    }
}
