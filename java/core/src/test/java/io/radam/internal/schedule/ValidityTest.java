package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.HyperparameterDraft;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_hyperparameters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
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
        Math.nextUp(2 / 3.0), 0.6, Math.nextDown(1.0), 1, Math.nextUp(1.0), Math.nextDown(4.0), 4, 5, 1999, 1e19, 3e37,
        Float.MAX_VALUE, 0x1.ffffffp127, Math.nextDown(0x1.ffffffp127), 1e39, 1e200, Double.MAX_VALUE};
    private static final long[] LONGS = {Long.MIN_VALUE, -1, 0, 1, 1L << 40, Long.MAX_VALUE};

    /** The message that goes with a status. */
    private static final Map<Integer, Pattern> MESSAGES = Map.of(
            RadamH.RADAM_ERROR_LEARNING_RATE(), Pattern.compile("learningRate (must|/).*"),
            RadamH.RADAM_ERROR_BETA1(), Pattern.compile("beta1 .*"),
            RadamH.RADAM_ERROR_BETA2(), Pattern.compile("beta2 .*"),
            RadamH.RADAM_ERROR_EPSILON(), Pattern.compile("epsilon .*"),
            RadamH.RADAM_ERROR_WEIGHT_DECAY(), Pattern.compile("(learningRate [*] )?weightDecay .*"),
            RadamH.RADAM_ERROR_GRAD_SCALE(), Pattern.compile("gradientScale .*"),
            RadamH.RADAM_ERROR_RHO_THRESHOLD(), Pattern.compile("rhoThreshold .*"),
            RadamH.RADAM_ERROR_WARMUP_STEPS(), Pattern.compile("warmupSteps .*"),
            RadamH.RADAM_ERROR_FROZEN_STEPS(), Pattern.compile("frozenSteps .*"),
            RadamH.RADAM_ERROR_NEVER_RECTIFIES(), Pattern.compile("with beta2 .*"));

    private final JavaSchedule schedule = new JavaSchedule();

    @Test
    void bothRejectTheSame() {
        RandomGenerator random = new SplittableRandom(0xbad);
        Map<Integer, Integer> seen = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            NativeSchedule library = new NativeSchedule(arena);
            for (int i = 0; i < DRAFTS; i++) {
                Hyperparameters valid = HyperparameterDraft.randomValid(random);
                HyperparameterDraft draft = new HyperparameterDraft(valid);
                HyperparameterStruct.write(valid, library.hyperparameters);
                int changes = random.nextInt(4);
                for (int j = 0; j < changes; j++) {
                    spoil(draft, library.hyperparameters, random);
                }
                int status = library.check();
                String failure = failure(draft);
                assertTrue(status == RadamH.RADAM_OK() ? failure == null : failure != null && agree(status, failure),
                        () -> "status " + status + ", but Java says: " + failure);
                if (failure == null) {
                    requireFinite(draft.build());
                }
                seen.merge(status, 1, Integer::sum);
            }
        }
        assertEquals(MESSAGES.size() + 1, seen.size(), () -> "a status that no draft had: " + seen);
    }

    /** Neither the largest step nor the last of a warm-up overflows, so that no step can fail. */
    private void requireFinite(Hyperparameters h) {
        for (long step : new long[] {1, h.warmupSteps() - 1, h.warmupSteps(), Long.MAX_VALUE}) {
            schedule.compute(h, Math.max(1, step));
            for (float coefficient : new float[] {schedule.gradScale, schedule.l2, schedule.stepSize, schedule.epsilon,
                schedule.decay}) {
                assertTrue(Float.isFinite(coefficient), () -> coefficient + " in step " + step + " of " + h);
            }
        }
    }

    private static boolean agree(int status, String failure) {
        return MESSAGES.containsKey(status) && MESSAGES.get(status).matcher(failure).matches();
    }

    /** Why Java rejects the draft; null if it does not. */
    private static String failure(HyperparameterDraft draft) {
        try {
            draft.build();
            return null;
        } catch (InvalidHyperparameterException e) {
            return e.getMessage();
        }
    }

    /** Sets one field to a value that may be out of its range, in both languages. */
    private static void spoil(HyperparameterDraft draft, MemorySegment struct, RandomGenerator random) {
        double value = DOUBLES[random.nextInt(DOUBLES.length)];
        long steps = LONGS[random.nextInt(LONGS.length)];
        switch (random.nextInt(9)) {
            case 0 -> radam_hyperparameters.learning_rate(struct, draft.learningRate = value);
            case 1 -> radam_hyperparameters.beta1(struct, draft.beta1 = value);
            case 2 -> radam_hyperparameters.beta2(struct, draft.beta2 = value);
            case 3 -> radam_hyperparameters.epsilon(struct, draft.epsilon = value);
            case 4 -> radam_hyperparameters.weight_decay(struct, draft.weightDecay = value);
            case 5 -> radam_hyperparameters.grad_scale(struct, draft.gradientScale = value);
            case 6 -> radam_hyperparameters.rho_threshold(struct, draft.rhoThreshold = value);
            case 7 -> radam_hyperparameters.warmup_steps(struct, draft.warmupSteps = steps);
            default -> radam_hyperparameters.frozen_steps(struct, draft.frozenSteps = steps);
        }
    }
}
