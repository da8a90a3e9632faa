package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hyperparameters as values: what they hold, how they compare, and their text. */
class HyperparametersTest {
    @ParameterizedTest
    @MethodSource("io.radam.Algorithm#values")
    void theirTextBringsThemBackExactly(Algorithm algorithm) {
        RandomGenerator random = new SplittableRandom(0x7e87);
        for (int i = 0; i < 1000; i++) {
            Hyperparameters h = RandomHyperparameters.of(algorithm, random);
            Hyperparameters read = Hyperparameters.parse(algorithm, h.toText());
            assertEquals(h, read);
            assertEquals(h.hashCode(), read.hashCode());
            assertEquals(h.toString(), read.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("io.radam.Algorithm#values")
    void eachOneIsShownAndCompared(Algorithm algorithm) {
        Hyperparameters h = algorithm.defaults();
        assertSame(algorithm, h.algorithm());
        assertSame(algorithm, Algorithm.named(algorithm.toString()));
        assertEquals(algorithm.hyperparameters().stream().map(Hyperparameter::name).toList(),
                List.copyOf(h.toText().keySet()));
        for (Hyperparameter<?> one : algorithm.hyperparameters()) {
            assertTrue(h.toString().contains(one.name() + "=" + h.get(one)), h::toString);
            Map<String, String> text = new HashMap<>(h.toText());
            text.put(one.name(), other(h, one));
            if (one.name().equals("nesterov")) {
                text.computeIfPresent("momentum", (name, none) -> "0.9"); // without one there is no nesterov
            }
            Hyperparameters changed = Hyperparameters.parse(algorithm, text);
            assertNotEquals(h, changed, one.name());
            assertEquals(text.get(one.name()), changed.get(one).toString());
        }
    }

    /** Another value that is in range. */
    private static String other(Hyperparameters h, Hyperparameter<?> one) {
        return switch (h.get(one)) {
            case Double ignored -> one == RAdamSettings.RHO_THRESHOLD ? "6.0" : "0.5";
            case Long ignored -> "3";
            case Boolean flag -> Boolean.toString(!flag);
            case Enum<?> choice -> one.type().getEnumConstants()[choice.ordinal() == 0 ? 1 : 0].toString();
            default -> throw new AssertionError(one);
        };
    }

    @Test
    void algorithmsDifferEvenWhereTheirValuesAreAlike() {
        assertNotEquals(Algorithm.ADAM.defaults(), Algorithm.SGD.defaults());
        assertNotEquals(Algorithm.LION.defaults(), null);
    }

    @Test
    void whatIsMissingHasItsDefault() {
        assertEquals(Algorithm.LION.defaults(), Hyperparameters.parse(Algorithm.LION, Map.of()));
        assertEquals(1e-4, Algorithm.LION.defaults().learningRate());
        assertEquals(0.25, Hyperparameters.parse(Algorithm.SGD, Map.of("learningRate", "0.25")).learningRate());
    }

    @Test
    void textThatIsNotTheirs() {
        refused(Map.of("epsilom", "1"), "epsilom", "adam");
        refused(Map.of("momentum", "0.9"), "momentum", "adam");
        refused(Map.of("learningRate", "fast"), "learningRate", "fast");
        refused(Map.of("learningRate", "-1"), "learningRate", -1.0);
        refused(Map.of("warmupSteps", "1.5"), "warmupSteps", "1.5");
        refused(Map.of("amsgrad", "yes"), "amsgrad", "yes");
        refused(Map.of("unrectified", "LEAP"), "unrectified", "LEAP", "SKIP", "MOMENTUM");
        Misuse.refused(IllegalArgumentException.class, () -> Algorithm.named("adagrat"), "adagrat", "lion");
    }

    private static void refused(Map<String, String> text, Object... parts) {
        Misuse.refused(InvalidHyperparameterException.class, () -> Hyperparameters.parse(Algorithm.ADAM, text), parts);
    }

    @Test
    void severalCanBeChangedThatWouldNotBeValidAlone() {
        Hyperparameters authors = RAdam.Preset.AUTHORS.hyperparameters();
        assertThrows(InvalidHyperparameterException.class, () -> authors.with(AdamSettings.BETA2, 0.5));
        Hyperparameters both = authors.toBuilder().set(AdamSettings.BETA2, 0.5)
                .set(RAdamSettings.UNRECTIFIED, Unrectified.MOMENTUM).build();
        assertEquals(0.5, both.get(AdamSettings.BETA2));
    }

    @Test
    void theStateThatTheyWant() {
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.ADAM.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
                names(Algorithm.ADAM.defaults().with(AdamSettings.AMSGRAD, true)));
        assertEquals(List.of(), names(Algorithm.SGD.defaults()));
        assertEquals(List.of("momentum_buffer"), names(Algorithm.SGD.defaults().with(SgdSettings.MOMENTUM, 0.9)));
        assertEquals(List.of("exp_avg"), names(Algorithm.LION.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.NADAM.defaults()));
        Hyperparameters rmsprop = Algorithm.RMSPROP.defaults();
        assertEquals(List.of("square_avg"), names(rmsprop));
        assertEquals(List.of("square_avg", "momentum_buffer"), names(rmsprop.with(RMSpropSettings.MOMENTUM, 0.9)));
        assertEquals(List.of("square_avg", "grad_avg"), names(rmsprop.with(RMSpropSettings.CENTERED, true)));
        assertEquals(List.of("sum"), names(Algorithm.ADAGRAD.defaults()));
        assertEquals(List.of("exp_avg", "exp_inf"), names(Algorithm.ADAMAX.defaults()));
        assertEquals(List.of("square_avg", "acc_delta"), names(Algorithm.ADADELTA.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.ADOPT.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.YOGI.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.QHADAM.defaults()));
        assertEquals(List.of("exp_avg_fast", "exp_avg_slow", "exp_avg_sq"), names(Algorithm.ADEMAMIX.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "exp_avg_lr"), names(Algorithm.ADAMOD.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"), names(Algorithm.ADABOUND.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "previous_grad"), names(Algorithm.DIFFGRAD.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq"), names(Algorithm.PADAM.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq"),
                names(Algorithm.PADAM.defaults().with(PadamSettings.AMSGRAD, false)));
        assertEquals(List.of("grad_sum_sq", "s", "x0_minus_param"), names(Algorithm.MADGRAD.defaults()));
        assertEquals(List.of("z_minus_param"), names(Algorithm.SCHEDULEFREE_SGD.defaults()));
        assertEquals(List.of("z_minus_param", "exp_avg_sq"), names(Algorithm.SCHEDULEFREE_ADAMW.defaults()));
        assertEquals(List.of("z_minus_param", "exp_avg_sq", "exp_avg"),
                names(Algorithm.SCHEDULEFREE_ADAMW.defaults().with(ScheduleFreeAdamWSettings.INNER_MOMENTUM, 0.9)));
        assertEquals(List.of("sum_negative_gradients", "grad_norm_sum", "L", "reward"),
                names(Algorithm.COCOB.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq"),
                names(AdaBound.Preset.AMSBOUND.hyperparameters()));
        assertEquals(List.of("momentum_buffer"), names(Algorithm.QHM.defaults()));
        assertEquals(List.of("exp_avg", "exp_avg_sq", "exp_avg_diff", "neg_pre_grad"),
                names(Algorithm.ADAN.defaults()));
        Hyperparameters adabelief = Algorithm.ADABELIEF.defaults();
        assertEquals(List.of("exp_avg", "exp_avg_var"), names(adabelief.with(AdaBeliefSettings.AMSGRAD, true)));
        assertEquals(List.of("exp_avg", "exp_avg_var", "max_exp_avg_var"),
                names(adabelief.with(AdaBeliefSettings.AMSGRAD, true).with(AdaBeliefSettings.RECTIFY, false)));
    }

    private static List<String> names(Hyperparameters h) {
        return h.state().stream().filter(Objects::nonNull).map(StateBuffer::name).toList();
    }

    /** AdaBound's final learning rate is in proportion to the one that its builder was given. */
    @Test
    void learningRateOfAdaBoundIsTheBaseOfTheFinalOne() {
        Parameter first = Parameter.of(new float[2], new float[2]);
        Parameter second = Parameter.of(new float[2], new float[2]);
        Parameter third = Parameter.of(new float[2], new float[2]);
        try (Optimizer optimizer = AdaBound.builder().learningRate(0.02).parameter(first)
                .group(group -> group.parameter(second).learningRate(0.5))
                .group(Algorithm.ADABOUND.defaults(), group -> group.parameter(third).learningRate(0.7).learningRate(0))
                .build()) {
            for (ParameterGroup group : optimizer.groups()) {
                group.setHyperparameters(group.hyperparameters().withLearningRate(1e-5));
            }
            assertEquals(List.of(0.02, 0.5, 0.7), optimizer.groups().stream()
                    .map(group -> group.hyperparameters().get(AdaBoundSettings.BASE_LEARNING_RATE)).toList());
        }
    }

    /** A group's builder has the settings of its optimizer's, whatever the algorithm. */
    @Test
    void groupsHaveTheSettingsOfTheirOptimizer() {
        Parameter parameter = Parameter.of(new float[2], new float[2]);
        try (Optimizer optimizer = RAdam.builder().group(group -> group.parameter(parameter).rhoThreshold(6)
                .unrectified(Unrectified.MOMENTUM).rectifyAtThreshold(false).frozenSteps(2)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(6, h.get(RAdamSettings.RHO_THRESHOLD));
            assertEquals(Unrectified.MOMENTUM, h.get(RAdamSettings.UNRECTIFIED));
            assertEquals(2, h.get(AdamSettings.FROZEN_STEPS));
            assertSame(Algorithm.ADAM, optimizer.algorithm());
        }
        try (Optimizer optimizer = SGD.builder(SGD.Preset.SGDW).momentum(0.9).weightDecay(0.1)
                .group(group -> group.parameter(parameter).nesterov(true)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(0.9, h.get(SgdSettings.MOMENTUM));
            assertTrue(h.get(SgdSettings.NESTEROV));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = Lion.builder().group(group -> group.parameter(parameter).betas(0.5, 0.75)).build()) {
            assertEquals(0.75, optimizer.groups().getFirst().hyperparameters().get(LionSettings.BETA2));
        }
        try (Optimizer optimizer = NAdam.builder(NAdam.Preset.NADAMW).momentumDecay(0.5).betas(0.8, 0.7)
                .group(group -> group.parameter(parameter).epsilon(1e-6)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6, 0.5), List.of(h.get(NAdamSettings.BETA1), h.get(NAdamSettings.BETA2),
                    h.get(NAdamSettings.EPSILON), h.get(NAdamSettings.MOMENTUM_DECAY)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = RMSprop.builder().alpha(0.8).epsilon(1e-6).epsilonInRoot(true).momentum(0.9)
                .group(group -> group.parameter(parameter).centered(true).weightDecayMode(WeightDecay.DECOUPLED))
                .build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 1e-6, 0.9), List.of(h.get(RMSpropSettings.ALPHA), h.get(RMSpropSettings.EPSILON),
                    h.get(RMSpropSettings.MOMENTUM)));
            assertTrue(h.get(RMSpropSettings.EPSILON_IN_ROOT) && h.get(RMSpropSettings.CENTERED));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = Adagrad.builder().epsilon(1e-6).learningRateDecay(0.5)
                .group(group -> group.parameter(parameter).initialAccumulator(0.25)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(1e-6, 0.5, 0.25), List.of(h.get(AdagradSettings.EPSILON),
                    h.get(AdagradSettings.LEARNING_RATE_DECAY), h.get(AdagradSettings.INITIAL_ACCUMULATOR)));
        }
        try (Optimizer optimizer = Adamax.builder().betas(0.8, 0.7)
                .group(group -> group.parameter(parameter).epsilon(1e-6)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6), List.of(h.get(AdamaxSettings.BETA1), h.get(AdamaxSettings.BETA2),
                    h.get(AdamaxSettings.EPSILON)));
        }
        try (Optimizer optimizer = Adadelta.builder().rho(0.8)
                .group(group -> group.parameter(parameter).epsilon(1e-3)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 1e-3), List.of(h.get(AdadeltaSettings.RHO), h.get(AdadeltaSettings.EPSILON)));
        }
        try (Optimizer optimizer = QHAdam.builder().betas(0.8, 0.7)
                .group(group -> group.parameter(parameter).epsilon(1e-3).nus(0.6, 0.5)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-3, 0.6, 0.5), List.of(h.get(QHAdamSettings.BETA1),
                    h.get(QHAdamSettings.BETA2), h.get(QHAdamSettings.EPSILON), h.get(QHAdamSettings.NU1),
                    h.get(QHAdamSettings.NU2)));
        }
        try (Optimizer optimizer = AdEMAMix.builder().betas(0.8, 0.7, 0.6).alpha(0.5)
                .group(group -> group.parameter(parameter).epsilon(1e-3).warmupSteps(4)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 0.6, 0.5, 1e-3), List.of(h.get(AdEMAMixSettings.BETA1),
                    h.get(AdEMAMixSettings.BETA2), h.get(AdEMAMixSettings.BETA3), h.get(AdEMAMixSettings.ALPHA),
                    h.get(AdEMAMixSettings.EPSILON)));
            assertEquals(List.of(4L, 4L), List.of(h.get(AdEMAMixSettings.ALPHA_WARMUP_STEPS),
                    h.get(AdEMAMixSettings.BETA3_WARMUP_STEPS)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = AdaBound.builder().betas(0.8, 0.7).finalLearningRate(0.3).gamma(0.2).amsgrad(true)
                .group(group -> group.parameter(parameter).epsilon(1e-6).fixedWeightDecay(true)
                        .weightDecayMode(WeightDecay.DECOUPLED)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6, 0.3, 0.2), List.of(h.get(AdaBoundSettings.BETA1),
                    h.get(AdaBoundSettings.BETA2), h.get(AdaBoundSettings.EPSILON),
                    h.get(AdaBoundSettings.FINAL_LEARNING_RATE), h.get(AdaBoundSettings.GAMMA)));
            assertEquals(List.of(true, true), List.of(h.get(AdaBoundSettings.AMSGRAD),
                    h.get(AdaBoundSettings.FIXED_WEIGHT_DECAY)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = DiffGrad.builder().betas(0.8, 0.7).group(group -> group.parameter(parameter)
                .epsilon(1e-6).weightDecayMode(WeightDecay.DECOUPLED)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6), List.of(h.get(DiffGradSettings.BETA1),
                    h.get(DiffGradSettings.BETA2), h.get(DiffGradSettings.EPSILON)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = Padam.builder().betas(0.8, 0.7).partial(0.1).group(group ->
                group.parameter(parameter).epsilon(1e-6).amsgrad(false).weightDecayMode(WeightDecay.DECOUPLED))
                .build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6, 0.1), List.of(h.get(PadamSettings.BETA1),
                    h.get(PadamSettings.BETA2), h.get(PadamSettings.EPSILON), h.get(PadamSettings.PARTIAL)));
            assertEquals(false, h.get(PadamSettings.AMSGRAD));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = COCOB.builder().alpha(30).group(group -> group.parameter(parameter)
                .epsilon(1e-4).weightDecayMode(WeightDecay.DECOUPLED)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(30.0, 1e-4), List.of(h.get(CocobSettings.ALPHA), h.get(CocobSettings.EPSILON)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = ScheduleFreeSGD.builder().momentum(0.8).r(0.5)
                .group(group -> group.parameter(parameter).weightLrPower(1).warmupSteps(7)
                        .weightDecayMode(WeightDecay.DECOUPLED)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.5, 1.0), List.of(h.get(ScheduleFreeSgdSettings.MOMENTUM),
                    h.get(ScheduleFreeSgdSettings.R), h.get(ScheduleFreeSgdSettings.WEIGHT_LR_POWER)));
            assertEquals(7, h.get(ScheduleFreeSgdSettings.WARMUP_STEPS));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = ScheduleFreeAdamW.builder().betas(0.8, 0.7).r(0.5).innerMomentum(0.6)
                .group(group -> group.parameter(parameter).epsilon(1e-4).weightLrPower(1).warmupSteps(7)
                        .weightDecayMode(WeightDecay.L2)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-4, 0.5, 1.0, 0.6), List.of(h.get(ScheduleFreeAdamWSettings.BETA1),
                    h.get(ScheduleFreeAdamWSettings.BETA2), h.get(ScheduleFreeAdamWSettings.EPSILON),
                    h.get(ScheduleFreeAdamWSettings.R), h.get(ScheduleFreeAdamWSettings.WEIGHT_LR_POWER),
                    h.get(ScheduleFreeAdamWSettings.INNER_MOMENTUM)));
            assertEquals(7, h.get(ScheduleFreeAdamWSettings.WARMUP_STEPS));
            assertEquals(WeightDecay.L2, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = ScheduleFreeRAdam.builder().silentSgdPhase(false)
                .group(group -> group.parameter(parameter).rectify(false)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(false, false), List.of(h.get(ScheduleFreeAdamWSettings.RECTIFY),
                    h.get(ScheduleFreeAdamWSettings.SILENT_SGD_PHASE)));
        }
        try (Optimizer optimizer = MADGRAD.builder().momentum(0.8).group(group -> group.parameter(parameter)
                .epsilon(1e-4).weightDecayMode(WeightDecay.DECOUPLED)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 1e-4), List.of(h.get(MadgradSettings.MOMENTUM), h.get(MadgradSettings.EPSILON)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = AdaMod.builder().betas(0.8, 0.7, 0.6)
                .group(group -> group.parameter(parameter).epsilon(1e-3)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 0.6, 1e-3), List.of(h.get(AdaModSettings.BETA1),
                    h.get(AdaModSettings.BETA2), h.get(AdaModSettings.BETA3), h.get(AdaModSettings.EPSILON)));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = QHM.builder().momentum(0.8)
                .group(group -> group.parameter(parameter).nu(0.5)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.5, 1.0), List.of(h.get(QHMSettings.MOMENTUM), h.get(QHMSettings.NU),
                    h.learningRate()));
        }
        try (Optimizer optimizer = Adan.builder().betas(0.8, 0.7, 0.6)
                .group(group -> group.parameter(parameter).epsilon(1e-3).noProx(true)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 0.6, 1e-3), List.of(h.get(AdanSettings.BETA1), h.get(AdanSettings.BETA2),
                    h.get(AdanSettings.BETA3), h.get(AdanSettings.EPSILON)));
            assertTrue(h.get(AdanSettings.NO_PROX));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = Yogi.builder().betas(0.8, 0.7)
                .group(group -> group.parameter(parameter).epsilon(1e-3).initialAccumulator(0.5)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-3, 0.5), List.of(h.get(YogiSettings.BETA1), h.get(YogiSettings.BETA2),
                    h.get(YogiSettings.EPSILON), h.get(YogiSettings.INITIAL_ACCUMULATOR)));
        }
        try (Optimizer optimizer = ADOPT.builder().betas(0.8, 0.7).weightDecayMode(WeightDecay.DECOUPLED)
                .group(group -> group.parameter(parameter).epsilon(1e-3).clip(false)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-3), List.of(h.get(AdoptSettings.BETA1), h.get(AdoptSettings.BETA2),
                    h.get(AdoptSettings.EPSILON)));
            assertEquals(false, h.get(AdoptSettings.CLIP));
            assertEquals(WeightDecay.DECOUPLED, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
        try (Optimizer optimizer = AdaBelief.builder().betas(0.8, 0.7).fixedWeightDecay(true)
                .unrectified(Unrectified.SKIP)
                .group(group -> group.parameter(parameter).epsilon(1e-6).amsgrad(true).rectify(false)
                        .weightDecayMode(WeightDecay.L2)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(List.of(0.8, 0.7, 1e-6), List.of(h.get(AdaBeliefSettings.BETA1),
                    h.get(AdaBeliefSettings.BETA2), h.get(AdaBeliefSettings.EPSILON)));
            assertEquals(List.of(true, true, false), List.of(h.get(AdaBeliefSettings.FIXED_WEIGHT_DECAY),
                    h.get(AdaBeliefSettings.AMSGRAD), h.get(AdaBeliefSettings.RECTIFY)));
            assertEquals(Unrectified.SKIP, h.get(AdaBeliefSettings.UNRECTIFIED));
            assertEquals(WeightDecay.L2, h.get(Hyperparameters.WEIGHT_DECAY_MODE));
        }
    }

    /** A builder for hyperparameters of any algorithm, with those groups. */
    @Test
    void buildersOfAnyAlgorithm() {
        for (Algorithm algorithm : Algorithm.values()) {
            Hyperparameters h = algorithm.defaults().withLearningRate(0.25);
            Parameter parameter = Parameter.of(new float[2], new float[2]);
            Parameter another = Parameter.of(new float[2], new float[2]);
            try (Optimizer optimizer = Optimizer.builder(h).parameter(parameter)
                    .group(group -> group.learningRate(0.5).parameter(another)).build()) {
                assertEquals(algorithm, optimizer.algorithm());
                assertEquals(h, optimizer.groups().getFirst().hyperparameters());
                Hyperparameters ofGroup = h.withLearningRate(0.5);
                assertEquals(algorithm != Algorithm.ADABOUND ? ofGroup
                        : ofGroup.with(AdaBoundSettings.BASE_LEARNING_RATE, 0.5),
                        optimizer.groups().getLast().hyperparameters());
            }
        }
    }
}
