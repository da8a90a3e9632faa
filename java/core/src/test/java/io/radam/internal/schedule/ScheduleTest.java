package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.AdamSettings;
import io.radam.AdamW;
import io.radam.Coefficients;
import io.radam.Coefficients.Mode;
import io.radam.EpsilonPlacement;
import io.radam.Hyperparameters;
import io.radam.RAdam;
import io.radam.RAdamSettings;
import io.radam.Unrectified;
import io.radam.WeightDecay;
import java.math.BigDecimal;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schedule in Java against exact formulas. {@link SameScheduleTest} says that the native one is no different. */
class ScheduleTest {
    /** Unit roundoff of double, and of float. */
    private static final double U = 0x1p-53;
    private static final double FLOAT_U = 0x1p-24;

    private static final double[] BETA2S = {0.67, 0.7, 0.75, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999, 0.999999};

    /** All of the first steps, then fewer and fewer, up to ten million. */
    private static int[] steps() {
        return IntStream.iterate(1, t -> t <= 10_000_000, t -> t + 1 + t / 8).toArray();
    }

    private static Coefficients.Adam at(Hyperparameters h, long step) {
        return (Coefficients.Adam) StepCoefficients.at(h, step);
    }

    private static Hyperparameters.Builder draft(Hyperparameters h, double beta2) {
        Hyperparameters.Builder draft = h.toBuilder();
        draft.set(AdamSettings.BETA2, beta2);
        return draft;
    }

    /**
     * What rho may err: it is a difference of two numbers as large as its limit, each the result of a handful of
     * correctly rounded operations.
     */
    private static double rhoBound(double beta2) {
        return 8 * U * ExactSchedule.rhoInfinity(beta2).doubleValue();
    }

    /** What r may err, relative to itself: its own dozen roundings, and what the error of rho does to three factors. */
    private static double rectificationBound(double beta2, double rho) {
        return 16 * U + rhoBound(beta2) * (1 / (rho - 4) + 1 / (rho - 2) + 1 / rho);
    }

    private static void close(BigDecimal exact, double actual, double bound, String what) {
        double error = exact.subtract(new BigDecimal(actual)).abs().doubleValue();
        assertTrue(error <= bound, () -> what + ": " + actual + " is " + error + " from " + exact + ", more than "
                + bound);
    }

    @ParameterizedTest
    @EnumSource
    void rhoAndRectification(RAdam.Preset preset) {
        for (double beta2 : BETA2S) {
            Hyperparameters h = draft(preset.hyperparameters(), beta2).build();
            for (int t : steps()) {
                Coefficients.Adam c = at(h, t);
                String what = "beta2 " + beta2 + ", step " + t;
                BigDecimal rho = ExactSchedule.rho(beta2, t);
                close(rho, c.rho(), rhoBound(beta2), what + ", rho");
                assertEquals(reached(h, rho), c.rectified(), what);
                if (c.rectified()) {
                    BigDecimal r = ExactSchedule.rectification(beta2, t);
                    close(r, c.rectification(), r.doubleValue() * rectificationBound(beta2, rho.doubleValue()),
                            what + ", r");
                } else {
                    assertEquals(0, c.rectification(), what);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9, 0.999})
    void stepSizeAndEpsilon(double beta1) {
        Hyperparameters[] bases = {RAdam.Preset.PYTORCH.hyperparameters(), RAdam.Preset.OPTAX.hyperparameters(),
            RAdam.Preset.PAPER.hyperparameters(), Adam.Preset.PYTORCH.hyperparameters(),
            AdamW.Preset.AUTHORS.hyperparameters()};
        for (double beta2 : BETA2S) {
            for (Hyperparameters base : bases) {
                Hyperparameters.Builder draft = draft(base, beta2);
                draft.set(AdamSettings.BETA1, beta1);
                draft.set(Hyperparameters.LEARNING_RATE, 0.0123);
                draft.set(AdamSettings.EPSILON, 1e-6);
                Hyperparameters h = draft.build();
                for (int t : steps()) {
                    stepSizeAndEpsilon(h, t);
                }
            }
        }
    }

    private static void stepSizeAndEpsilon(Hyperparameters h, int t) {
        Coefficients.Adam c = at(h, t);
        String what = "step " + t + " of " + h;
        BigDecimal rho = ExactSchedule.rho(h.get(AdamSettings.BETA2), t);
        boolean adaptive = !h.get(RAdamSettings.RECTIFY) || reached(h, rho);
        assertEquals(adaptive ? Mode.ADAPTIVE : Mode.MOMENTUM, c.mode(), what);

        BigDecimal exact = ExactSchedule.momentumStepSize(h.learningRate(), h.get(AdamSettings.BETA1), t);
        double bound = 16 * U;
        if (adaptive) {
            BigDecimal r = h.get(RAdamSettings.RECTIFY) ? ExactSchedule.rectification(h.get(AdamSettings.BETA2), t) : BigDecimal.ONE;
            exact = ExactSchedule.adaptiveStepSize(h.learningRate(), h.get(AdamSettings.BETA1), h.get(AdamSettings.BETA2), t, r);
            bound += h.get(RAdamSettings.RECTIFY) ? rectificationBound(h.get(AdamSettings.BETA2), rho.doubleValue()) : 0;
        }
        close(exact, c.stepSize(), exact.doubleValue() * (FLOAT_U + bound), what + ", step size");

        double epsilon = h.get(AdamSettings.EPSILON_PLACEMENT) == EpsilonPlacement.PLAIN
                ? h.get(AdamSettings.EPSILON)
                : h.get(AdamSettings.EPSILON) * Math.sqrt(ExactSchedule.correction(h.get(AdamSettings.BETA2), t).doubleValue());
        assertEquals(epsilon, c.epsilon(), epsilon * (FLOAT_U + 16 * U), what + ", epsilon");
    }

    private static boolean reached(Hyperparameters h, BigDecimal rho) {
        int sign = rho.compareTo(new BigDecimal(h.get(RAdamSettings.RHO_THRESHOLD)));
        return h.get(RAdamSettings.RECTIFY_AT_THRESHOLD) ? sign >= 0 : sign > 0;
    }

    @ParameterizedTest
    @EnumSource
    void firstRectifiedStepIsTheExactOne(RAdam.Preset preset) {
        for (double beta2 : BETA2S) {
            Hyperparameters h = draft(preset.hyperparameters(), beta2).build();
            int exact = IntStream.iterate(1, t -> t + 1).filter(t -> reached(h, ExactSchedule.rho(beta2, t)))
                    .findFirst().orElseThrow();
            for (int t = 1; t <= exact + 1000; t++) {
                assertEquals(t >= exact, at(h, t).rectified(), "beta2 " + beta2 + ", step " + t);
            }
        }
    }

    /** The numbers that users know. */
    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0.999, 0.9999, 0.99999})
    void firstRectifiedStepOfTheUsualBetas(double beta2) {
        for (RAdam.Preset preset : RAdam.Preset.values()) {
            Hyperparameters h = draft(preset.hyperparameters(), beta2).build();
            int first = preset == RAdam.Preset.PAPER ? 5 : 6;
            assertFalse(at(h, first - 1).rectified(), preset.name());
            assertTrue(at(h, first).rectified(), preset.name());
        }
    }

    @Test
    void rectifiesAtTheThresholdOrAboveIt() {
        Hyperparameters.Builder draft = RAdam.Preset.AUTHORS.hyperparameters().toBuilder();
        double rho = at(draft.build(), 20).rho();
        draft.set(RAdamSettings.RHO_THRESHOLD, rho);
        assertTrue(at(draft.build(), 20).rectified());
        draft.set(RAdamSettings.RECTIFY_AT_THRESHOLD, false);
        assertFalse(at(draft.build(), 20).rectified());
        draft.set(RAdamSettings.RHO_THRESHOLD, Math.nextDown(rho));
        assertTrue(at(draft.build(), 20).rectified());
        draft.set(RAdamSettings.RECTIFY_AT_THRESHOLD, true);
        draft.set(RAdamSettings.RHO_THRESHOLD, Math.nextUp(rho));
        assertFalse(at(draft.build(), 20).rectified());
    }

    /** Why it is done in double: in float the same formula, with the power kept as a product, rectifies at step 3. */
    @ParameterizedTest
    @ValueSource(floats = {0.9999f, 0.99999f})
    void floatWouldRectifyAtTheWrongStep(float beta2) {
        float limit = 2 / (1 - beta2) - 1;
        float power = 1;
        int t = 0;
        do {
            t++;
            power *= beta2;
        } while (limit - 2 * t * power / (1 - power) < 5);
        assertEquals(3, t);
    }

    /** The length of the average approaches 5 from below there, and one neighbour of 2/3 reaches it. */
    @Test
    void aroundTwoThirds() {
        double above = Math.nextUp(2 / 3.0);
        assertTrue(ExactSchedule.rhoInfinity(2 / 3.0).compareTo(BigDecimal.valueOf(5)) < 0);
        assertTrue(ExactSchedule.rhoInfinity(above).compareTo(BigDecimal.valueOf(5)) > 0);

        Hyperparameters.Builder draft = draft(RAdam.Preset.PYTORCH.hyperparameters(), 2 / 3.0);
        for (int t : steps()) {
            Coefficients.Adam c = at(draft.build(), t);
            assertEquals(Mode.MOMENTUM, c.mode(), "step " + t);
            assertEquals(0, c.rectification(), "step " + t);
        }
        draft.set(AdamSettings.BETA2, above);
        Coefficients.Adam c = at(draft.build(), 10_000);
        assertTrue(c.rectified());
        assertEquals(1, c.rectification(), 1e-12);
    }

    /** Where the paper's threshold of 4 meets a limit of 4, the rectification would be 0/0. */
    @Test
    void aroundThreeFifths() {
        for (double beta2 : new double[] {Math.nextDown(0.6), 0.6, Math.nextUp(0.6)}) {
            Hyperparameters h = draft(RAdam.Preset.PAPER.hyperparameters(), beta2).build();
            for (int t : steps()) {
                Coefficients.Adam c = at(h, t);
                assertTrue(c.rectification() >= 0 && c.rectification() <= 1, () -> "r is " + c.rectification());
                assertTrue(Float.isFinite(c.stepSize()), () -> "the step size is " + c.stepSize());
            }
        }
    }

    @Test
    void skippedStepsMoveOnlyTheMoments() {
        Hyperparameters.Builder draft = RAdam.Preset.AUTHORS.hyperparameters().toBuilder();
        draft.set(Hyperparameters.WEIGHT_DECAY, 0.1);
        assertEquals(Mode.MOMENTS_ONLY, at(draft.build(), 5).mode());
        assertEquals(Mode.ADAPTIVE, at(draft.build(), 6).mode());
        draft.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.L2);
        assertEquals(Mode.MOMENTS_ONLY, at(draft.build(), 5).mode());
        draft.set(RAdamSettings.UNRECTIFIED, Unrectified.MOMENTUM);
        assertEquals(Mode.MOMENTUM, at(draft.build(), 5).mode());
    }

    /** Decay of every step is made although the update is skipped. */
    @Test
    void skippedStepsDecayWhereAllDo() {
        Hyperparameters.Builder draft = RAdam.Preset.AUTHORS.hyperparameters().toBuilder();
        draft.set(Hyperparameters.LEARNING_RATE, 0.25);
        draft.set(Hyperparameters.WEIGHT_DECAY, 0.5);
        draft.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED);
        Coefficients.Adam c = at(draft.build(), 5);
        assertEquals(0, c.stepSize());
        assertEquals(0.125f, c.decay());
        assertEquals(Mode.MOMENTUM, c.mode());
    }

    @Test
    void warmUpIsThatOfTheAuthors() {
        Hyperparameters.Builder draft = AdamW.Preset.AUTHORS.hyperparameters().toBuilder();
        draft.set(Hyperparameters.LEARNING_RATE, 0.5);
        draft.set(Hyperparameters.WEIGHT_DECAY, 0.1);
        draft.set(AdamSettings.WARMUP_STEPS, 10L);
        for (int t = 1; t <= 12; t++) {
            Coefficients.Adam c = at(draft.build(), t);
            double expected = t < 10 ? 1e-8 + t * 0.5 / 10 : 0.5;
            assertEquals(expected, c.learningRate(), "step " + t);
            assertEquals((float) (expected * 0.1), c.decay(), "step " + t);
        }
    }

    @Test
    void frozenStepsCount() {
        Hyperparameters.Builder draft = Adam.Preset.ADAM_2K.hyperparameters().toBuilder();
        draft.set(Hyperparameters.WEIGHT_DECAY, 0.1);
        draft.set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.L2);
        Coefficients.Adam frozen = at(draft.build(), 2000);
        assertEquals(Mode.SECOND_MOMENT_ONLY, frozen.mode());
        assertEquals(0, frozen.l2(), "the gradient of a frozen step has no decay in it");
        Coefficients.Adam free = at(draft.build(), 2001);
        assertEquals(Mode.ADAPTIVE, free.mode());
        assertEquals(0.1f, free.l2());
    }
}
