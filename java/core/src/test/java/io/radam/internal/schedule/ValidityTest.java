package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameter;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.RandomHyperparameters;
import io.radam.internal.ffi.RadamH;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Java rejects exactly the hyperparameters that the native library rejects, and blames the same one. */
class ValidityTest {
    private static final int DRAFTS = 100_000;
    private static final double[] DOUBLES = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0,
        -1, -Double.MIN_VALUE, Double.MIN_VALUE, 1e-50, 0x1p-150, Math.nextUp(0x1p-150), 1e-40, 0.5, 2 / 3.0,
        Math.nextUp(2 / 3.0), 0.6, Math.nextDown(1.0), 1, Math.nextUp(1.0), Math.nextDown(4.0), 4, 5, 1999,
        Math.nextDown(1 - 1e-8), 1 - 1e-8, Math.nextUp(1 - 1e-8), 0x1p63, Math.nextUp(0x1p63), 1e19, 3e37,
        Float.MAX_VALUE, 0x1.ffffffp127, Math.nextDown(0x1.ffffffp127), 1e39, 1e200, Double.MAX_VALUE};
    private static final long[] LONGS = {Long.MIN_VALUE, -1, 0, 1, 1L << 40, Long.MAX_VALUE};

    /** The message that goes with a status. */
    private static final Map<Integer, Pattern> MESSAGES = Map.ofEntries(
            Map.entry(RadamH.RADAM_ERROR_LEARNING_RATE(),
                    Pattern.compile("(without gradAveraging, )?learningRate (must|/).*")),
            Map.entry(RadamH.RADAM_ERROR_BETA1(), Pattern.compile("beta1 .*")),
            Map.entry(RadamH.RADAM_ERROR_BETA2(), Pattern.compile("beta2 .*")),
            Map.entry(RadamH.RADAM_ERROR_EPSILON(), Pattern.compile("epsilon .*")),
            Map.entry(RadamH.RADAM_ERROR_WEIGHT_DECAY(), 
                    Pattern.compile("(learningRate (/ [(]1 - momentum[)] )?[*] )?weightDecay .*")),
            Map.entry(RadamH.RADAM_ERROR_GRAD_SCALE(), Pattern.compile("gradientScale .*")),
            Map.entry(RadamH.RADAM_ERROR_RHO_THRESHOLD(), Pattern.compile("rhoThreshold .*")),
            Map.entry(RadamH.RADAM_ERROR_WARMUP_STEPS(), Pattern.compile("warmupSteps .*")),
            Map.entry(RadamH.RADAM_ERROR_FROZEN_STEPS(), Pattern.compile("frozenSteps .*")),
            Map.entry(RadamH.RADAM_ERROR_NEVER_RECTIFIES(), Pattern.compile("with beta2 .*")),
            Map.entry(RadamH.RADAM_ERROR_MOMENTUM(), Pattern.compile("momentum .*")),
            Map.entry(RadamH.RADAM_ERROR_DAMPENING(), Pattern.compile("dampening .*")),
            Map.entry(RadamH.RADAM_ERROR_NESTEROV(), Pattern.compile("nesterov .*")),
            Map.entry(RadamH.RADAM_ERROR_MOMENTUM_DECAY(), Pattern.compile("momentumDecay .*")),
            Map.entry(RadamH.RADAM_ERROR_ALPHA(), Pattern.compile("alpha .*")),
            Map.entry(RadamH.RADAM_ERROR_RHO(), Pattern.compile("rho .*")),
            Map.entry(RadamH.RADAM_ERROR_LEARNING_RATE_DECAY(), Pattern.compile("learningRateDecay .*")),
            Map.entry(RadamH.RADAM_ERROR_INITIAL_ACCUMULATOR(), Pattern.compile("initialAccumulator .*")),
            Map.entry(RadamH.RADAM_ERROR_FINAL_LEARNING_RATE(), Pattern.compile("finalLearningRate .*")),
            Map.entry(RadamH.RADAM_ERROR_BASE_LEARNING_RATE(), Pattern.compile("baseLearningRate .*")),
            Map.entry(RadamH.RADAM_ERROR_GAMMA(), Pattern.compile("gamma .*")),
            Map.entry(RadamH.RADAM_ERROR_PARTIAL(), Pattern.compile("partial .*")),
            Map.entry(RadamH.RADAM_ERROR_R(), Pattern.compile("r .*")),
            Map.entry(RadamH.RADAM_ERROR_WEIGHT_LR_POWER(), Pattern.compile("weightLrPower .*")),
            Map.entry(RadamH.RADAM_ERROR_INNER_MOMENTUM(), Pattern.compile("innerMomentum .*")),
            Map.entry(RadamH.RADAM_ERROR_MAX_PARAM_NORM(), Pattern.compile("maxParamNorm .*")),
            Map.entry(RadamH.RADAM_ERROR_CLIP_THRESHOLD(), Pattern.compile("clipThreshold .*")),
            Map.entry(RadamH.RADAM_ERROR_TRUST_COEFFICIENT(), Pattern.compile("trustCoefficient .*")),
            Map.entry(RadamH.RADAM_ERROR_HYPERGRAD_LR(), Pattern.compile("hypergradLr .*")),
            Map.entry(RadamH.RADAM_ERROR_BETA(), Pattern.compile("beta .*")),
            Map.entry(RadamH.RADAM_ERROR_CURV_WIN_WIDTH(), Pattern.compile("curvWinWidth .*")),
            Map.entry(RadamH.RADAM_ERROR_AUTO_CLIP_FACTOR(), Pattern.compile("autoClipFactor .*")),
            Map.entry(RadamH.RADAM_ERROR_DELTA(), Pattern.compile("delta .*")),
            Map.entry(RadamH.RADAM_ERROR_WD_RATIO(), Pattern.compile("wdRatio .*")),
            Map.entry(RadamH.RADAM_ERROR_NU(), Pattern.compile("nu .*")),
            Map.entry(RadamH.RADAM_ERROR_NU1(), Pattern.compile("nu1 .*")),
            Map.entry(RadamH.RADAM_ERROR_NU2(), Pattern.compile("nu2 .*")),
            Map.entry(RadamH.RADAM_ERROR_BETA3(), Pattern.compile("beta3 .*")),
            Map.entry(RadamH.RADAM_ERROR_ALPHA_WARMUP_STEPS(), Pattern.compile("alphaWarmupSteps .*")),
            Map.entry(RadamH.RADAM_ERROR_BETA3_WARMUP_STEPS(), Pattern.compile("beta3WarmupSteps .*")));

    @Test
    void bothRejectTheSame() {
        RandomGenerator random = new SplittableRandom(0xbad);
        Map<Integer, Integer> seen = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (int i = 0; i < DRAFTS; i++) {
                Hyperparameters valid = RandomHyperparameters.any(random);
                Hyperparameters.Builder draft = valid.toBuilder();
                HyperparameterStruct.write(valid, library.hyperparameters);
                int changes = random.nextInt(4);
                for (int j = 0; j < changes; j++) {
                    spoil(valid.algorithm(), draft, library.hyperparameters, random);
                }
                int status = library.check();
                String failure = failure(draft);
                assertTrue(status == RadamH.RADAM_OK() ? failure == null : failure != null && agree(status, failure),
                        () -> valid.algorithm() + ": status " + status + ", but Java says: " + failure);
                if (failure == null) {
                    requireFinite(draft.build());
                }
                seen.merge(status, 1, Integer::sum);
            }
        }
        assertEquals(MESSAGES.size() + 1, seen.size(), () -> "a status that no draft had: " + seen);
    }

    /** Neither the largest step nor the last of a warm-up overflows, so that no step can fail. */
    private static void requireFinite(Hyperparameters h) {
        long warmupSteps = h.algorithm().hyperparameters().stream().filter(each -> each.type() == Long.class)
                .mapToLong(each -> (Long) h.get(each)).max().orElse(0);
        for (long step : new long[] {1, warmupSteps - 1, warmupSteps, Long.MAX_VALUE}) {
            Coefficients c = StepCoefficients.at(h, Math.max(1, step));
            for (RecordComponent component : c.getClass().getRecordComponents()) {
                if (component.getType() == float.class) {
                    requireFinite(c, component, h);
                }
            }
        }
    }

    private static void requireFinite(Coefficients c, RecordComponent component, Hyperparameters h) {
        try {
            float coefficient = (float) component.getAccessor().invoke(c);
            assertTrue(Float.isFinite(coefficient), () -> component.getName() + " is " + coefficient + " in step "
                    + c.step() + " of " + h);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean agree(int status, String failure) {
        return MESSAGES.containsKey(status) && MESSAGES.get(status).matcher(failure).matches();
    }

    /** Why Java rejects the draft; null if it does not. */
    private static String failure(Hyperparameters.Builder draft) {
        try {
            draft.build();
            return null;
        } catch (InvalidHyperparameterException e) {
            return e.getMessage();
        }
    }

    /** Sets one field to a value that may be out of its range, in both languages. */
    private static void spoil(Algorithm algorithm, Hyperparameters.Builder draft, MemorySegment struct,
            RandomGenerator random) {
        List<Hyperparameter<?>> fields = random.nextBoolean()
                ? List.of(Hyperparameters.LEARNING_RATE, Hyperparameters.WEIGHT_DECAY, Hyperparameters.GRADIENT_SCALE)
                : algorithm.hyperparameters();
        spoil(algorithm, fields.get(random.nextInt(fields.size())), draft, struct, random);
    }

    private static <T> void spoil(Algorithm algorithm, Hyperparameter<T> field, Hyperparameters.Builder draft,
            MemorySegment struct, RandomGenerator random) {
        Object value;
        if (field.type() == Double.class) {
            value = DOUBLES[random.nextInt(DOUBLES.length)];
        } else if (field.type() == Long.class) {
            value = LONGS[random.nextInt(LONGS.length)];
        } else if (field.type() == Boolean.class) {
            value = random.nextBoolean();
        } else {
            value = field.type().getEnumConstants()[random.nextInt(field.type().getEnumConstants().length)];
        }
        draft.set(field, field.type().cast(value));
        HyperparameterStruct.write(algorithm, field, value, struct);
    }
}
