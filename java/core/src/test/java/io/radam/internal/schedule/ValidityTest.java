package io.radam.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdaBeliefSettings;
import io.radam.AdadeltaSettings;
import io.radam.AdagradSettings;
import io.radam.AdamSettings;
import io.radam.AdamaxSettings;
import io.radam.AdoptSettings;
import io.radam.Algorithm;
import io.radam.Coefficients;
import io.radam.Hyperparameters;
import io.radam.InvalidHyperparameterException;
import io.radam.LionSettings;
import io.radam.NAdamSettings;
import io.radam.QHAdamSettings;
import io.radam.RAdamSettings;
import io.radam.RMSpropSettings;
import io.radam.RandomHyperparameters;
import io.radam.SgdSettings;
import io.radam.Unrectified;
import io.radam.YogiSettings;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_adabelief;
import io.radam.internal.ffi.radam_adadelta;
import io.radam.internal.ffi.radam_adagrad;
import io.radam.internal.ffi.radam_adam;
import io.radam.internal.ffi.radam_adamax;
import io.radam.internal.ffi.radam_adopt;
import io.radam.internal.ffi.radam_hyperparameters;
import io.radam.internal.ffi.radam_lion;
import io.radam.internal.ffi.radam_nadam;
import io.radam.internal.ffi.radam_qhadam;
import io.radam.internal.ffi.radam_rmsprop;
import io.radam.internal.ffi.radam_sgd;
import io.radam.internal.ffi.radam_yogi;
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
    private static final Map<Integer, Pattern> MESSAGES = Map.ofEntries(
            Map.entry(RadamH.RADAM_ERROR_LEARNING_RATE(), Pattern.compile("learningRate (must|/).*")),
            Map.entry(RadamH.RADAM_ERROR_BETA1(), Pattern.compile("beta1 .*")),
            Map.entry(RadamH.RADAM_ERROR_BETA2(), Pattern.compile("beta2 .*")),
            Map.entry(RadamH.RADAM_ERROR_EPSILON(), Pattern.compile("epsilon .*")),
            Map.entry(RadamH.RADAM_ERROR_WEIGHT_DECAY(), Pattern.compile("(learningRate [*] )?weightDecay .*")),
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
            Map.entry(RadamH.RADAM_ERROR_NU1(), Pattern.compile("nu1 .*")),
            Map.entry(RadamH.RADAM_ERROR_NU2(), Pattern.compile("nu2 .*")));

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
        long warmupSteps = h.algorithm() == Algorithm.ADAM ? h.get(AdamSettings.WARMUP_STEPS) : 0;
        for (long step : new long[] {1, warmupSteps - 1, warmupSteps, Long.MAX_VALUE}) {
            Coefficients c = StepCoefficients.at(h, Math.max(1, step));
            float[] own = switch (c) {
                case Coefficients.Adam adam -> new float[] {adam.epsilon()};
                case Coefficients.NAdam nadam -> new float[] {nadam.epsilon(), nadam.gradientFactor(),
                    nadam.expAvgFactor()};
                case Coefficients.SGD ignored -> new float[0];
                case Coefficients.Lion ignored -> new float[0];
                case Coefficients.RMSprop rmsprop -> new float[] {rmsprop.epsilon(), rmsprop.epsilonInRoot()};
                case Coefficients.Adagrad adagrad -> new float[] {adagrad.epsilon(), adagrad.initialAccumulator()};
                case Coefficients.Adamax adamax -> new float[] {adamax.epsilon()};
                case Coefficients.Adadelta adadelta -> new float[] {adadelta.epsilon()};
                case Coefficients.ADOPT adopt -> new float[] {adopt.epsilon(), adopt.bound()};
                case Coefficients.Yogi yogi -> new float[] {yogi.epsilon(), yogi.initialAccumulator()};
                case Coefficients.QHAdam qhadam -> new float[] {qhadam.beta1(), qhadam.beta2(), qhadam.epsilon()};
                case Coefficients.AdaBelief adabelief -> new float[] {adabelief.varEpsilon(), adabelief.epsilon()};
                case Coefficients.Custom custom -> throw new AssertionError("no rule of the library: " + custom);
            };
            requireFinite(own, step, h);
            requireFinite(new float[] {c.gradientScale(), c.l2(), c.stepSize(), c.decay()}, step, h);
        }
    }

    private static void requireFinite(float[] coefficients, long step, Hyperparameters h) {
        for (float coefficient : coefficients) {
            assertTrue(Float.isFinite(coefficient), () -> coefficient + " in step " + step + " of " + h);
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
        double value = DOUBLES[random.nextInt(DOUBLES.length)];
        switch (random.nextInt(6)) {
            case 0 -> {
                draft.set(Hyperparameters.LEARNING_RATE, value);
                radam_hyperparameters.learning_rate(struct, value);
            }
            case 1 -> {
                draft.set(Hyperparameters.WEIGHT_DECAY, value);
                radam_hyperparameters.weight_decay(struct, value);
            }
            case 2 -> {
                draft.set(Hyperparameters.GRADIENT_SCALE, value);
                radam_hyperparameters.grad_scale(struct, value);
            }
            default -> spoilOwn(algorithm, draft, radam_hyperparameters.of(struct), value, random);
        }
    }

    private static void spoilOwn(Algorithm algorithm, Hyperparameters.Builder draft, MemorySegment of, double value,
            RandomGenerator random) {
        switch (algorithm.kind()) {
            case ADAM -> spoilAdam(draft, of, value, random);
            case SGD -> {
                switch (random.nextInt(3)) {
                    case 0 -> {
                        draft.set(SgdSettings.MOMENTUM, value);
                        radam_sgd.momentum(of, value);
                    }
                    case 1 -> {
                        draft.set(SgdSettings.DAMPENING, value);
                        radam_sgd.dampening(of, value);
                    }
                    default -> {
                        draft.set(SgdSettings.NESTEROV, true);
                        radam_sgd.nesterov(of, 1);
                    }
                }
            }
            case LION -> {
                if (random.nextBoolean()) {
                    draft.set(LionSettings.BETA1, value);
                    radam_lion.beta1(of, value);
                } else {
                    draft.set(LionSettings.BETA2, value);
                    radam_lion.beta2(of, value);
                }
            }
            case NADAM -> spoilNAdam(draft, of, value, random);
            case RMSPROP -> spoilRmsProp(draft, of, value, random);
            case ADAGRAD -> spoilAdagrad(draft, of, value, random);
            case ADAMAX -> spoilAdamax(draft, of, value, random);
            case ADADELTA -> {
                if (random.nextBoolean()) {
                    draft.set(AdadeltaSettings.RHO, value);
                    radam_adadelta.rho(of, value);
                } else {
                    draft.set(AdadeltaSettings.EPSILON, value);
                    radam_adadelta.epsilon(of, value);
                }
            }
            case ADABELIEF -> spoilAdaBelief(draft, of, value, random);
            case ADOPT -> spoilAdopt(draft, of, value, random);
            case YOGI -> spoilYogi(draft, of, value, random);
            case QHADAM -> spoilQHAdam(draft, of, value, random);
        }
    }

    private static void spoilRmsProp(Hyperparameters.Builder draft, MemorySegment rmsprop, double value,
            RandomGenerator random) {
        switch (random.nextInt(3)) {
            case 0 -> {
                draft.set(RMSpropSettings.ALPHA, value);
                radam_rmsprop.alpha(rmsprop, value);
            }
            case 1 -> {
                draft.set(RMSpropSettings.EPSILON, value);
                radam_rmsprop.epsilon(rmsprop, value);
            }
            default -> {
                draft.set(RMSpropSettings.MOMENTUM, value);
                radam_rmsprop.momentum(rmsprop, value);
            }
        }
    }

    private static void spoilAdagrad(Hyperparameters.Builder draft, MemorySegment adagrad, double value,
            RandomGenerator random) {
        switch (random.nextInt(3)) {
            case 0 -> {
                draft.set(AdagradSettings.EPSILON, value);
                radam_adagrad.epsilon(adagrad, value);
            }
            case 1 -> {
                draft.set(AdagradSettings.LEARNING_RATE_DECAY, value);
                radam_adagrad.learning_rate_decay(adagrad, value);
            }
            default -> {
                draft.set(AdagradSettings.INITIAL_ACCUMULATOR, value);
                radam_adagrad.initial_accumulator(adagrad, value);
            }
        }
    }

    private static void spoilAdamax(Hyperparameters.Builder draft, MemorySegment adamax, double value,
            RandomGenerator random) {
        switch (random.nextInt(3)) {
            case 0 -> {
                draft.set(AdamaxSettings.BETA1, value);
                radam_adamax.beta1(adamax, value);
            }
            case 1 -> {
                draft.set(AdamaxSettings.BETA2, value);
                radam_adamax.beta2(adamax, value);
            }
            default -> {
                draft.set(AdamaxSettings.EPSILON, value);
                radam_adamax.epsilon(adamax, value);
            }
        }
    }

    private static void spoilAdaBelief(Hyperparameters.Builder draft, MemorySegment adabelief, double value,
            RandomGenerator random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                draft.set(AdaBeliefSettings.BETA1, value);
                radam_adabelief.beta1(adabelief, value);
            }
            case 1 -> {
                draft.set(AdaBeliefSettings.BETA2, value);
                radam_adabelief.beta2(adabelief, value);
            }
            case 2 -> {
                draft.set(AdaBeliefSettings.EPSILON, value);
                radam_adabelief.epsilon(adabelief, value);
            }
            default -> {
                draft.set(AdaBeliefSettings.UNRECTIFIED, Unrectified.SKIP);
                radam_adabelief.unrectified(adabelief, RadamH.RADAM_UNRECTIFIED_SKIP());
            }
        }
    }

    private static void spoilAdopt(Hyperparameters.Builder draft, MemorySegment adopt, double value,
            RandomGenerator random) {
        switch (random.nextInt(3)) {
            case 0 -> {
                draft.set(AdoptSettings.BETA1, value);
                radam_adopt.beta1(adopt, value);
            }
            case 1 -> {
                draft.set(AdoptSettings.BETA2, value);
                radam_adopt.beta2(adopt, value);
            }
            default -> {
                draft.set(AdoptSettings.EPSILON, value);
                radam_adopt.epsilon(adopt, value);
            }
        }
    }

    private static void spoilQHAdam(Hyperparameters.Builder draft, MemorySegment qhadam, double value,
            RandomGenerator random) {
        switch (random.nextInt(5)) {
            case 0 -> {
                draft.set(QHAdamSettings.BETA1, value);
                radam_qhadam.beta1(qhadam, value);
            }
            case 1 -> {
                draft.set(QHAdamSettings.BETA2, value);
                radam_qhadam.beta2(qhadam, value);
            }
            case 2 -> {
                draft.set(QHAdamSettings.NU1, value);
                radam_qhadam.nu1(qhadam, value);
            }
            case 3 -> {
                draft.set(QHAdamSettings.NU2, value);
                radam_qhadam.nu2(qhadam, value);
            }
            default -> {
                draft.set(QHAdamSettings.EPSILON, value);
                radam_qhadam.epsilon(qhadam, value);
            }
        }
    }

    private static void spoilYogi(Hyperparameters.Builder draft, MemorySegment yogi, double value,
            RandomGenerator random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                draft.set(YogiSettings.BETA1, value);
                radam_yogi.beta1(yogi, value);
            }
            case 1 -> {
                draft.set(YogiSettings.BETA2, value);
                radam_yogi.beta2(yogi, value);
            }
            case 2 -> {
                draft.set(YogiSettings.EPSILON, value);
                radam_yogi.epsilon(yogi, value);
            }
            default -> {
                draft.set(YogiSettings.INITIAL_ACCUMULATOR, value);
                radam_yogi.initial_accumulator(yogi, value);
            }
        }
    }

    private static void spoilNAdam(Hyperparameters.Builder draft, MemorySegment nadam, double value,
            RandomGenerator random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                draft.set(NAdamSettings.BETA1, value);
                radam_nadam.beta1(nadam, value);
            }
            case 1 -> {
                draft.set(NAdamSettings.BETA2, value);
                radam_nadam.beta2(nadam, value);
            }
            case 2 -> {
                draft.set(NAdamSettings.EPSILON, value);
                radam_nadam.epsilon(nadam, value);
            }
            default -> {
                draft.set(NAdamSettings.MOMENTUM_DECAY, value);
                radam_nadam.momentum_decay(nadam, value);
            }
        }
    }

    private static void spoilAdam(Hyperparameters.Builder draft, MemorySegment adam, double value,
            RandomGenerator random) {
        long steps = LONGS[random.nextInt(LONGS.length)];
        switch (random.nextInt(6)) {
            case 0 -> {
                draft.set(AdamSettings.BETA1, value);
                radam_adam.beta1(adam, value);
            }
            case 1 -> {
                draft.set(AdamSettings.BETA2, value);
                radam_adam.beta2(adam, value);
            }
            case 2 -> {
                draft.set(AdamSettings.EPSILON, value);
                radam_adam.epsilon(adam, value);
            }
            case 3 -> {
                draft.set(RAdamSettings.RHO_THRESHOLD, value);
                radam_adam.rho_threshold(adam, value);
            }
            case 4 -> {
                draft.set(AdamSettings.WARMUP_STEPS, steps);
                radam_adam.warmup_steps(adam, steps);
            }
            default -> {
                draft.set(AdamSettings.FROZEN_STEPS, steps);
                radam_adam.frozen_steps(adam, steps);
            }
        }
    }
}
