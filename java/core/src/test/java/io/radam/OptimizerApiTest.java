package io.radam;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a user can set, do and look at. */
class OptimizerApiTest {
    private static Parameter parameter(long seed) {
        return Parameter.of(Numbers.random(seed, 23), Numbers.random(seed + 1, 23));
    }

    @Test
    void aGroupTakesWhatItDoesNotSetFromTheOptimizer() {
        // The optimizer's settings are set last, because the order does not matter.
        try (Optimizer optimizer = RAdam.builder()
                .group(group -> group.parameter(parameter(1)).learningRate(0.5).betas(0.8, 0.99).amsgrad(true))
                .group(group -> group.parameters(List.of(parameter(2), parameter(3))).weightDecay(0.25).maximize(true))
                .parameter(parameter(4))
                .learningRate(0.125).epsilon(1e-3).gradientScale(2).warmupSteps(4)
                .build()) {
            assertEquals(List.of(1, 1, 2),
                    optimizer.groups().stream().map(group -> group.parameters().size()).toList());
            Hyperparameters own = optimizer.groups().get(0).hyperparameters();
            Hyperparameters first = optimizer.groups().get(1).hyperparameters();
            Hyperparameters second = optimizer.groups().get(2).hyperparameters();
            assertEquals(List.of(0.125, 0.5, 0.125),
                    List.of(own.learningRate(), first.learningRate(), second.learningRate()));
            assertEquals(List.of(0.9, 0.8, 0.9), Stream.of(own, first, second).map(h -> h.get(AdamSettings.BETA1)).toList());
            assertEquals(List.of(0.0, 0.0, 0.25),
                    List.of(own.weightDecay(), first.weightDecay(), second.weightDecay()));
            assertEquals(List.of(false, false, true), List.of(own.maximize(), first.maximize(), second.maximize()));
            for (Hyperparameters each : List.of(own, first, second)) {
                assertEquals(1e-3, each.get(AdamSettings.EPSILON));
                assertEquals(2, each.gradientScale());
                assertEquals(4, each.get(AdamSettings.WARMUP_STEPS));
            }
            assertEquals(List.of(false, true, false),
                    optimizer.groups().stream().map(group -> group.hyperparameters().get(AdamSettings.AMSGRAD)).toList());
        }
    }

    @Test
    void aBuilderSettingReachesEachHyperparameter() {
        RAdam.Builder builder = RAdam.builder().parameter(parameter(1))
                .learningRate(0.1).betas(0.2, 0.75).epsilon(0.3).epsilonPlacement(EpsilonPlacement.BIAS_CORRECTED)
                .weightDecay(0.4).weightDecayMode(WeightDecay.L2).maximize(true).gradientScale(0.5)
                .unrectified(Unrectified.MOMENTUM).rhoThreshold(6).rectifyAtThreshold(false).warmupSteps(7)
                .amsgrad(true);
        try (Optimizer optimizer = builder.build()) {
            Map<String, String> expected = new TreeMap<>(Map.of(
                    "rectify", "true", "learningRate", "0.1", "beta1", "0.2", "beta2", "0.75", "epsilon", "0.3",
                    "epsilonPlacement", "BIAS_CORRECTED", "weightDecay", "0.4", "weightDecayMode", "L2",
                    "maximize", "true", "gradientScale", "0.5"));
            expected.putAll(Map.of("unrectified", "MOMENTUM", "rhoThreshold", "6.0", "rectifyAtThreshold", "false",
                    "warmupSteps", "7", "frozenSteps", "0", "amsgrad", "true"));
            assertEquals(expected, new TreeMap<>(optimizer.groups().getFirst().hyperparameters().toText()));
        }
        try (Optimizer optimizer = Adam.builder().parameter(parameter(1)).frozenSteps(9).build()) {
            assertEquals(9, optimizer.groups().getFirst().hyperparameters().get(AdamSettings.FROZEN_STEPS));
        }
    }

    @Test
    void aPresetIsWhereABuilderStarts() {
        for (RAdam.Preset preset : RAdam.Preset.values()) {
            try (Optimizer optimizer = RAdam.builder(preset).parameter(parameter(1)).build()) {
                assertEquals(preset.hyperparameters(), optimizer.groups().getFirst().hyperparameters());
            }
        }
        for (Adam.Preset preset : Adam.Preset.values()) {
            try (Optimizer optimizer = Adam.builder(preset).parameter(parameter(1)).build()) {
                assertEquals(preset.hyperparameters(), optimizer.groups().getFirst().hyperparameters());
            }
        }
        for (AdamW.Preset preset : AdamW.Preset.values()) {
            try (Optimizer optimizer = AdamW.builder(preset).parameter(parameter(1)).build()) {
                assertEquals(preset.hyperparameters(), optimizer.groups().getFirst().hyperparameters());
            }
        }
    }

    @Test
    void oneBuilderBuildsManyOptimizers() {
        Parameter parameter = parameter(1);
        RAdam.Builder builder = RAdam.builder().parameter(parameter).group(group -> group.parameter(parameter(2)));
        try (Optimizer first = builder.build(); Optimizer second = builder.learningRate(0.5).build()) {
            assertEquals(2, first.groups().size());
            assertEquals(2, second.groups().size());
            assertEquals(1e-3, first.groups().getFirst().hyperparameters().learningRate());
            assertEquals(0.5, second.groups().getFirst().hyperparameters().learningRate());
            first.step();
            assertEquals(1, first.state(parameter).step());
            assertEquals(0, second.state(parameter).step());
        }
    }

    @Test
    void theCollectionsAreImmutable() {
        try (Optimizer optimizer = RAdam.builder().parameter(parameter(1)).build()) {
            assertThrows(UnsupportedOperationException.class, () -> optimizer.groups().removeFirst());
            assertThrows(UnsupportedOperationException.class,
                    () -> optimizer.groups().getFirst().parameters().removeFirst());
        }
    }

    @Test
    void theLearningRateOfTheNextStep() {
        Parameter parameter = Parameter.of(new float[] {1}, new float[] {1});
        try (Optimizer optimizer = Adam.builder().parameter(parameter).learningRate(0.25).epsilon(0).build()) {
            // With one and the same gradient, Adam moves by the learning rate (Kingma and Ba, section 2.1).
            optimizer.step();
            assertEquals(0.75, parameter.values().get(JAVA_FLOAT, 0), 1e-6);
            optimizer.setLearningRateFactor(2);
            optimizer.step();
            assertEquals(0.25, parameter.values().get(JAVA_FLOAT, 0), 1e-6);
            optimizer.groups().getFirst().setLearningRate(0);
            optimizer.step();
            assertEquals(0.25, parameter.values().get(JAVA_FLOAT, 0), 1e-6);
            assertEquals(3, optimizer.state(parameter).step());
        }
    }

    @Test
    void theLearningRateOfOneGroup() {
        try (Training training = Training.begun()) {
            training.optimizer.groups().getFirst().setLearningRate(0.75);
            assertEquals(List.of(0.75, 0.1), training.optimizer.groups().stream()
                    .map(group -> group.hyperparameters().learningRate()).toList());
            training.optimizer.setLearningRateFactor(0.5);
            assertEquals(0.5, training.optimizer.learningRateFactor());
            assertEquals(List.of(0.75, 0.1), training.optimizer.groups().stream()
                    .map(group -> group.hyperparameters().learningRate()).toList());
        }
    }

    @Test
    void allHyperparametersOfTheNextStep() {
        Parameter changing = parameter(1);
        Parameter fresh = parameter(1);
        Hyperparameters pytorch = RAdam.Preset.PYTORCH.hyperparameters().withWeightDecay(0.5).withGradientScale(3);
        try (Optimizer optimizer = RAdam.builder().parameter(changing).build();
                Optimizer reference = RAdam.builder(RAdam.Preset.PYTORCH).weightDecay(0.5).gradientScale(3)
                        .parameter(fresh).build()) {
            optimizer.groups().getFirst().setHyperparameters(pytorch);
            assertSame(pytorch, optimizer.groups().getFirst().hyperparameters());
            for (int i = 0; i < 8; i++) {
                optimizer.step();
                reference.step();
            }
            Snapshot.of(reference).assertSame(Snapshot.of(optimizer));
        }
    }

    @Test
    void aStepOfOneGroupOrOneParameter() {
        try (Training training = Training.begun()) {
            Optimizer optimizer = training.optimizer;
            Parameter a = training.parameters.get(0);
            Parameter b = training.parameters.get(1);
            Parameter c = training.parameters.get(2);

            Snapshot others = Snapshot.of(List.of(a, b));
            int[] before = Numbers.bits(c.values());
            optimizer.step(optimizer.groups().getLast());
            others.assertSame(Snapshot.of(List.of(a, b)));
            assertFalse(Arrays.equals(before, Numbers.bits(c.values())));
            assertEquals(List.of(7L, 7L, 8L), steps(training));

            others = Snapshot.of(List.of(a, c));
            before = Numbers.bits(b.values());
            optimizer.step(b);
            others.assertSame(Snapshot.of(List.of(a, c)));
            assertFalse(Arrays.equals(before, Numbers.bits(b.values())));
            assertEquals(List.of(7L, 8L, 8L), steps(training));

            optimizer.step();
            assertEquals(List.of(8L, 9L, 9L), steps(training));
        }
    }

    private static List<Long> steps(Training training) {
        return training.parameters.stream().map(parameter -> training.optimizer.state(parameter).step()).toList();
    }

    @Test
    void eachParameterGoesByItsOwnStepNumber() {
        // One by one, all, and as many optimizers as parameters: the same steps, so the same bits.
        List<Parameter> together = List.of(parameter(1), parameter(2), parameter(3));
        List<Parameter> apart = List.of(parameter(1), parameter(2), parameter(3));
        int[] ahead = {0, 5, 2};
        try (Optimizer optimizer = RAdam.builder().parameters(together).build()) {
            for (int i = 0; i < ahead.length; i++) {
                for (int k = 0; k < ahead[i]; k++) {
                    optimizer.step(together.get(i));
                }
            }
            for (int k = 0; k < 4; k++) {
                optimizer.step();
            }
            for (int i = 0; i < ahead.length; i++) {
                try (Optimizer alone = RAdam.builder().parameter(apart.get(i)).build()) {
                    for (int k = 0; k < ahead[i] + 4; k++) {
                        alone.step();
                    }
                    assertArrayEquals(Numbers.bits(apart.get(i).values()), Numbers.bits(together.get(i).values()));
                    assertEquals(alone.state(apart.get(i)).step(), optimizer.state(together.get(i)).step());
                    assertEquals(alone.coefficients(apart.get(i)), optimizer.coefficients(together.get(i)));
                }
            }
        }
    }

    @Test
    void zeroGradientsZeroesThemInPlace() {
        try (Training training = Training.begun()) {
            Snapshot state = Snapshot.ofState(training.optimizer);
            List<int[]> values = training.parameters.stream().map(p -> Numbers.bits(p.values())).toList();
            training.optimizer.zeroGradients();
            for (int i = 0; i < values.size(); i++) {
                Parameter parameter = training.parameters.get(i);
                assertArrayEquals(new int[values.get(i).length], Numbers.bits(parameter.gradient()));
                assertArrayEquals(values.get(i), Numbers.bits(parameter.values()));
            }
            state.assertSame(Snapshot.ofState(training.optimizer));
        }
    }

    @Test
    void coefficientsShowWhatRAdamDoes() {
        Parameter parameter = parameter(1);
        try (Optimizer optimizer = RAdam.builder().learningRate(0.01).parameter(parameter).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            // Before any step, these are the coefficients of the first step.
            assertEquals(group.coefficients(1), optimizer.coefficients(parameter));
            int[] untouched = Numbers.bits(parameter.values());
            for (int step = 1; step <= 8; step++) {
                optimizer.step();
                Coefficients.Adam coefficients = (Coefficients.Adam) optimizer.coefficients(parameter);
                assertEquals(group.coefficients(step), coefficients);
                assertEquals(step, coefficients.step());
                // With beta2 = 0.999, rho is a little less than the step number: 4.996 at step 5, 5.994 at step 6.
                assertEquals(step, coefficients.rho(), 0.02);
                assertEquals(step >= 6, coefficients.rectified());
                assertEquals(step >= 6, coefficients.rectification() > 0);
                assertEquals(step >= 6 ? Coefficients.Mode.ADAPTIVE : Coefficients.Mode.MOMENTS_ONLY,
                        coefficients.mode());
                assertEquals(step < 6, Arrays.equals(untouched, Numbers.bits(parameter.values())));
                assertEquals(0.01, coefficients.learningRate());
            }
            double r = ((Coefficients.Adam) optimizer.coefficients(parameter)).rectification();
            double expected = 0.01 * Math.sqrt(1 - Math.pow(0.999, 8)) * r / (1 - Math.pow(0.9, 8));
            assertEquals(expected, optimizer.coefficients(parameter).stepSize(), 1e-8);
            assertTrue(((Coefficients.Adam) group.coefficients(1_000_000)).rectification() > 0.999);
            Misuse.refused(IllegalArgumentException.class, () -> group.coefficients(0), 0);
        }
    }

    @Test
    void coefficientsOfAdam() {
        Parameter parameter = parameter(1);
        try (Optimizer optimizer = Adam.builder().parameter(parameter).maximize(true).gradientScale(0.5).build()) {
            Coefficients.Adam coefficients = (Coefficients.Adam) optimizer.coefficients(parameter);
            assertTrue(coefficients.rectified());
            assertEquals(1, coefficients.rectification());
            assertEquals(-0.5f, coefficients.gradientScale());
        }
        try (Optimizer optimizer = Adam.builder(Adam.Preset.ADAM_2K).parameter(parameter).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            assertEquals(Coefficients.Mode.SECOND_MOMENT_ONLY, ((Coefficients.Adam) group.coefficients(2000)).mode());
            assertEquals(Coefficients.Mode.ADAPTIVE, ((Coefficients.Adam) group.coefficients(2001)).mode());
        }
    }

    @Test
    void theStateCanBeReadAndNotWritten() {
        try (Training training = Training.begun()) {
            ParameterState plain = training.optimizer.state(training.parameters.get(1));
            assertEquals(7, plain.step());
            assertEquals(37 * 4, AdamState.expAvg(plain).byteSize());
            assertEquals(37 * 4, AdamState.expAvgSq(plain).byteSize());
            assertNull(AdamState.maxExpAvgSq(plain));
            ParameterState amsgrad = training.optimizer.state(training.parameters.get(2));
            assertNotNull(AdamState.maxExpAvgSq(amsgrad));
            for (MemorySegment segment : List.of(
                    AdamState.expAvg(plain), AdamState.expAvgSq(plain), AdamState.expAvg(amsgrad), AdamState.expAvgSq(amsgrad), AdamState.maxExpAvgSq(amsgrad))) {
                assertTrue(segment.isReadOnly());
            }
            // The state has views: a step changes their contents.
            int[] before = Numbers.bits(AdamState.expAvg(plain));
            training.steps(1);
            assertFalse(Arrays.equals(before, Numbers.bits(AdamState.expAvg(plain))));
            assertEquals(7, plain.step());
        }
    }

    @Test
    void theFirstMomentsAreWhatThePaperSays() {
        Parameter parameter = Parameter.of(new float[] {1, 1}, new float[] {2, -4});
        try (Optimizer optimizer = RAdam.builder().betas(0.5, 0.75).parameter(parameter).build()) {
            optimizer.step();
            assertArrayEquals(new float[] {1, -2}, AdamState.expAvg(optimizer.state(parameter)).toArray(JAVA_FLOAT));
            assertArrayEquals(new float[] {1, 4}, AdamState.expAvgSq(optimizer.state(parameter)).toArray(JAVA_FLOAT));
        }
    }

    @Test
    void interruptedTrainingGivesTheSameBits() {
        for (Backend backend : Backend.available()) {
            try (Training uninterrupted = new Training(RAdam.Builder::sequential);
                    Training resumed = new Training(builder -> builder.backend(backend))) {
                uninterrupted.steps(4);
                uninterrupted.optimizer.step(uninterrupted.parameters.get(1));
                for (int i = 0; i < resumed.parameters.size(); i++) {
                    Parameter from = uninterrupted.parameters.get(i);
                    Parameter to = resumed.parameters.get(i);
                    to.values().copyFrom(from.values());
                    to.gradient().copyFrom(from.gradient());
                    resumed.optimizer.restore(to, saved(uninterrupted.optimizer.state(from)));
                }
                uninterrupted.snapshot().assertSame(resumed.snapshot());
                for (int k = 0; k < 6; k++) {
                    uninterrupted.optimizer.step();
                    resumed.optimizer.step();
                }
                uninterrupted.snapshot().assertSame(resumed.snapshot());
            }
        }
    }

    /** A state in arrays, as if it had been read from a checkpoint. */
    private static ParameterState saved(ParameterState state) {
        return AdamState.of(state.step(), copy(AdamState.expAvg(state)), copy(AdamState.expAvgSq(state)),
                AdamState.maxExpAvgSq(state) == null ? null : copy(AdamState.maxExpAvgSq(state)));
    }

    private static MemorySegment copy(MemorySegment segment) {
        return MemorySegment.ofArray(segment.toArray(JAVA_FLOAT));
    }

    @Test
    void stateCanBeResetAndCopiedFromOptimizerToOptimizer() {
        try (Training from = Training.begun(); Training to = new Training(builder -> { })) {
            for (int i = 0; i < from.parameters.size(); i++) {
                to.optimizer.restore(to.parameters.get(i), from.optimizer.state(from.parameters.get(i)));
            }
            Snapshot.ofState(from.optimizer).assertSame(Snapshot.ofState(to.optimizer));

            // An optimizer's own state is a state like any other.
            to.optimizer.restore(to.parameters.get(2), to.optimizer.state(to.parameters.get(2)));
            Snapshot.ofState(from.optimizer).assertSame(Snapshot.ofState(to.optimizer));

            MemorySegment zeros = MemorySegment.ofArray(new float[37]);
            to.optimizer.restore(to.parameters.get(0), AdamState.of(0, zeros, zeros, null));
            assertEquals(0, to.optimizer.state(to.parameters.get(0)).step());
        }
    }

    @Test
    void theBackendIsTheOneAskedFor() {
        for (Backend backend : Backend.available()) {
            try (Optimizer optimizer = RAdam.builder().backend(backend).parameter(parameter(1)).build()) {
                assertSame(backend, optimizer.backend());
                assertSame(backend, Backend.named(backend.name()));
                assertEquals(!backend.name().equals("java"), backend.isNative());
                assertTrue(backend.toString().contains(backend.name()));
                assertTrue(backend.toString().contains(backend.reason()));
            }
        }
        assertEquals("java", Backend.available().getLast().name());
        assertSame(Backend.preferred(), Backend.preferred());
        try (Optimizer optimizer = RAdam.builder().parameter(parameter(1)).build()) {
            assertSame(Backend.preferred(), optimizer.backend());
        }
        Misuse.refused(BackendException.class, () -> Backend.named("quantum"), "quantum", "java");
    }

    @Test
    void anEmptyGroupIsStepped() {
        try (Optimizer optimizer = RAdam.builder().group(group -> { }).group(group -> group.parameter(parameter(1)))
                .group(group -> { }).build()) {
            optimizer.groups().forEach(optimizer::step);
            optimizer.step();
            assertEquals(2, optimizer.state(optimizer.groups().get(1).parameters().getFirst()).step());
        }
    }
}
