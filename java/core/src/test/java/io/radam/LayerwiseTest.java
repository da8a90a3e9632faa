package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layer-wise algorithms: what depends on a whole parameter, as users meet it. {@link SameBitsTest} has the rules. */
@Tag("vectors")
class LayerwiseTest {
    /** Several pieces of sums, of which the last is short. */
    private static final int LENGTH = 3 * 8192 + 77;
    private static final int STEPS = 4;

    static Stream<Hyperparameters> algorithms() {
        return Stream.of(LAMB.Preset.NVIDIA.hyperparameters(), LAMB.Preset.CYBERTRONAI.hyperparameters(),
                // so that the updates of numbers that are not small are above it
                Algorithm.STABLEADAMW.defaults().with(StableAdamWSettings.CLIP_THRESHOLD, 0.5),
                LARS.Preset.BARLOWTWINS.hyperparameters().withWeightDecay(0.01),
                LARS.Preset.TIMM.hyperparameters().withWeightDecay(0.01),
                Algorithm.CAUTIOUS_ADAMW.defaults().withWeightDecay(0.01),
                Algorithm.CAUTIOUS_LION.defaults().withWeightDecay(0.01),
                Algorithm.NOVOGRAD.defaults().withWeightDecay(0.01),
                Algorithm.NOVOGRAD.defaults().with(NovoGradSettings.AMSGRAD, true)
                        .with(NovoGradSettings.GRAD_AVERAGING, true));
    }

    /** Also those whose parameters move a learning rate of all, each by some percents here. */
    static Stream<Hyperparameters> all() {
        return Stream.concat(algorithms(), Stream.of(
                Algorithm.SGD_HD.defaults().with(SgdHDSettings.HYPERGRAD_LR, 1e-7).withWeightDecay(0.01),
                SgdHD.Preset.AUTHORS_NESTEROV.hyperparameters().with(SgdHDSettings.HYPERGRAD_LR, 1e-8)
                        .withWeightDecay(0.01),
                Algorithm.YELLOWFIN.defaults().withWeightDecay(0.01),
                Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-8)));
    }

    private static float[] train(Hyperparameters h, Consumer<OptimizerBuilder<?, ?>> settings, int parameters) {
        float[] values = Numbers.random(1, LENGTH);
        float[] gradient = new float[LENGTH];
        OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm()).hyperparameters(h);
        int length = LENGTH / parameters;
        for (int i = 0; i < parameters; i++) {
            long bytes = 4L * (i < parameters - 1 ? length : LENGTH - i * length);
            builder.parameter(Parameter.of(MemorySegment.ofArray(values).asSlice(4L * i * length, bytes),
                    MemorySegment.ofArray(gradient).asSlice(4L * i * length, bytes)));
        }
        settings.accept(builder);
        try (Optimizer optimizer = builder.build()) {
            for (int step = 0; step < STEPS; step++) {
                System.arraycopy(Numbers.random(100 + step, LENGTH), 0, gradient, 0, LENGTH);
                optimizer.step();
            }
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("all")
    void sameBitsOnEveryBackendAndAnyThreads(Hyperparameters h) {
        float[] expected = train(h, builder -> builder.backend(Backend.named("java")).sequential(), 1);
        try (ForkJoinPool pool = new ForkJoinPool(5)) {
            for (Backend backend : Backend.available()) {
                String by = backend.name();
                assertArrayEquals(expected, train(h, builder -> builder.backend(backend).sequential(), 1), by);
                assertArrayEquals(expected, train(h, builder -> builder.backend(backend).pool(pool), 1), by);
            }
        }
    }

    /** A parameter is a layer: halves of it are adapted each by itself. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void dependsOnWhatIsOneParameter(Hyperparameters h) {
        assertFalse(Arrays.equals(train(h, _ -> { }, 1), train(h, _ -> { }, 2)));
    }

    /** Each parameter of a group has a ratio of its own, whatever the others are. */
    @Test
    void isOfEachParameter() {
        float[] alone = {3, 4};
        float[] other = {30, 40};
        float[] beside = {3, 4};
        float[] gradient = {1, -1};
        try (Optimizer one = LAMB.builder().weightDecay(0).adapt(Adaptation.ALWAYS)
                        .parameter(Parameter.of(alone, gradient)).build();
                Optimizer both = LAMB.builder().weightDecay(0).adapt(Adaptation.ALWAYS)
                        .parameter(Parameter.of(other, gradient))
                        .parameter(Parameter.of(beside, gradient.clone())).build()) {
            for (int step = 0; step < STEPS; step++) {
                one.step();
                both.step();
            }
        }
        assertArrayEquals(alone, beside);
        // The ratio is in proportion to the norm, which is ten times as large.
        assertEquals(10, (30 - other[0]) / (3 - alone[0]), 1e-3);
    }

    /** In numbers: |p| is 5, and the first update of Adam is 1 and -1, of a norm of the root of 2. */
    @Test
    void firstStepByHand() {
        float[] values = {3, 4};
        try (Optimizer optimizer = LAMB.builder().learningRate(0.1).epsilon(0).weightDecay(0).adapt(Adaptation.ALWAYS)
                .parameter(Parameter.of(values, new float[] {7, -9})).build()) {
            optimizer.step();
        }
        double moved = 0.1 * 5 / Math.sqrt(2);
        assertArrayEquals(new float[] {(float) (3 - moved), (float) (4 + moved)}, values, 1e-6f);
    }

    /** In numbers: |p| is 5, and |g| is the root of 72 once the gradient is clipped to 6. */
    @Test
    void clipsBeforeItAdapts() {
        for (Backend backend : Backend.available()) {
            float[] values = {3, 4};
            float[] gradient = {100, -8};
            try (Optimizer optimizer = LARS.builder(LARS.Preset.BARLOWTWINS).learningRate(1).trustCoefficient(0.5)
                    .backend(backend).parameter(Parameter.of(values, gradient)).build()) {
                optimizer.step(StepOptions.NONE.withMaxGradientValue(6));
                float moved = (float) (0.5 * 5 / Math.sqrt(72) * 6);
                assertArrayEquals(new float[] {3 - moved, 4 + moved}, values, 1e-6f);
            }
        }
    }

    /** Of a learning rate of 0 the ratio is its limit of 1, and so the momentum has the gradient, however 0 is signed. */
    @Test
    void clipsTheRatioWithoutALearningRate() {
        for (Backend backend : Backend.available()) {
            for (double zero : new double[] {0, -0.0}) {
                Parameter parameter = Parameter.of(new float[] {3, 4}, new float[] {100, -8});
                try (Optimizer optimizer = LARS.builder(LARS.Preset.BARLOWTWINS).learningRate(zero).trustClip(true)
                        .backend(backend).parameter(parameter).build()) {
                    optimizer.step();
                    assertArrayEquals(new float[] {100, -8}, optimizer.state(parameter).buffer("momentum_buffer")
                            .elements().toArray(ValueLayout.JAVA_FLOAT), backend.name());
                }
            }
        }
    }

    /** The second gradient is eight times what the second moment knows. */
    @Test
    void goesSlowerWhereGradientsAreUnexpected() {
        float[] stable = {1, 1};
        float[] plain = {1, 1};
        float[] gradient = {1, 1};
        try (Optimizer one = StableAdamW.builder().betas(0.9, 0.99).weightDecay(0)
                        .parameter(Parameter.of(stable, gradient)).build();
                Optimizer other = StableAdamW.builder().betas(0.9, 0.99).weightDecay(0).clipThreshold(1e6)
                        .parameter(Parameter.of(plain, gradient)).build()) {
            one.step();
            other.step();
            assertArrayEquals(plain, stable);
            float before = stable[0];
            Arrays.fill(gradient, 8);
            one.step();
            other.step();
            // v = (1 - 1/1.99) 64 + ..., by QHAdam's rate: the average of 1 and 64 with weights 0.99 and 1
            double v = (0.99 * 1 + 64) / 1.99;
            assertEquals(8 / Math.sqrt(v), (before - plain[0]) / (before - stable[0]), 1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void stepsOfSkippedGradientsChangeNothing(Hyperparameters h) {
        float[] values = {1, 2, 3};
        float[] gradient = {1, Float.NaN, 1};
        float[] others = {1, 2, 3};
        float[] finite = {1, 2, 1};
        try (Optimizer optimizer = Contestant.builder(h.algorithm()).hyperparameters(h)
                        .parameter(Parameter.of(values, gradient)).build();
                Optimizer expected = Contestant.builder(h.algorithm()).hyperparameters(h)
                        .parameter(Parameter.of(others, finite)).build()) {
            for (int step = 0; step < 3; step++) {
                gradient[1] = Float.NaN;
                assertFalse(optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
                gradient[1] = 2;
                optimizer.step();
                expected.step();
                assertArrayEquals(others, values);
            }
        }
    }

    /** A group of another algorithm in the same step, and parameters at other step numbers. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void besideOtherGroupsAndSteps(Hyperparameters h) {
        float[][] values = {Numbers.random(1, LENGTH), Numbers.random(2, 300), Numbers.random(3, LENGTH)};
        float[][] alone = {values[0].clone(), values[1].clone(), values[2].clone()};
        float[][] gradients = {Numbers.random(4, LENGTH), Numbers.random(5, 300), Numbers.random(6, LENGTH)};
        List<Parameter> parameters = Stream.of(0, 1, 2).map(i -> Parameter.of(values[i], gradients[i])).toList();
        try (ForkJoinPool pool = new ForkJoinPool(3);
                Optimizer together = Contestant.builder(h.algorithm()).hyperparameters(h).pool(pool)
                        .parameter(parameters.get(0)).parameter(parameters.get(1))
                        .group(Algorithm.RMSPROP.defaults(), group -> group.parameter(parameters.get(2))).build()) {
            together.step(parameters.get(0));
            together.step();
            together.step();
        }
        for (int i = 0; i < 3; i++) {
            Hyperparameters each = i == 2 ? Algorithm.RMSPROP.defaults() : h;
            try (Optimizer optimizer = Contestant.builder(each.algorithm()).hyperparameters(each).sequential()
                    .parameter(Parameter.of(alone[i], gradients[i])).build()) {
                for (int step = 0; step < (i == 0 ? 3 : 2); step++) {
                    optimizer.step();
                }
            }
            assertArrayEquals(alone[i], values[i], "parameter " + i);
        }
    }

    /** Coefficients of a step number that are used again, by another parameter or after a restore, know no ratio. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void stepNumbersThatComeAgain(Hyperparameters h) {
        for (Backend backend : Backend.available()) {
            float[][] values = {Numbers.random(1, 500), Numbers.random(2, 500), Numbers.random(3, 500)};
            for (int i = 0; i < 500; i++) {
                values[0][i] *= 1000; // so that its ratio is far from the others'
            }
            float[][] alone = {values[0].clone(), values[1].clone(), values[2].clone()};
            float[][] gradients = {Numbers.random(4, 500), Numbers.random(5, 500), Numbers.random(6, 500)};
            List<Parameter> parameters = Stream.of(0, 1, 2).map(i -> Parameter.of(values[i], gradients[i])).toList();
            try (Optimizer together = Contestant.builder(h.algorithm()).hyperparameters(h).backend(backend)
                    .parameters(parameters).build()) {
                OptimizerSnapshot before = together.snapshot();
                parameters.forEach(together::step);
                together.restore(before);
                for (int i = 0; i < 3; i++) {
                    System.arraycopy(alone[i], 0, values[i], 0, 500);
                    together.step(parameters.get(i));
                }
                together.remove(parameters.get(2));
                System.arraycopy(alone[2], 0, values[2], 0, 500);
                together.add(together.groups().getFirst(), parameters.get(2));
                together.step(parameters.get(2));
            }
            for (int i = 0; i < 3; i++) {
                try (Optimizer optimizer = Contestant.builder(h.algorithm()).hyperparameters(h).sequential()
                        .parameter(Parameter.of(alone[i], gradients[i])).build()) {
                    optimizer.step();
                }
                assertArrayEquals(alone[i], values[i], "parameter " + i + " by " + backend.name());
            }
        }
    }

    /** In numbers: of four elements two have an average with the sign of the gradient, and go twice as far. */
    @Test
    void cautiousStepsOfWhatAgrees() {
        for (Backend backend : Backend.available()) {
            float[] values = {8, 8, 8, 8};
            float[] gradient = {1, 1, -1, -1};
            try (Optimizer lion = CautiousLion.builder().learningRate(0.25).weightDecay(0.5).betas(0.75, 0.5)
                    .backend(backend).parameter(Parameter.of(values, gradient)).build()) {
                lion.step();
                assertArrayEquals(new float[] {6.75f, 6.75f, 7.25f, 7.25f}, values, "all agree by " + backend.name());
                Arrays.fill(values, 8);
                gradient[1] = -0.125f; // 0.75 * 0.5 - 0.25 * 0.125 is above 0
                gradient[2] = 0;
                lion.step();
                assertArrayEquals(new float[] {6.5f, 7, 7, 7.5f}, values, backend.name());
            }
        }
    }

    /** Of one in 3000 elements the share counts as a thousandth, however few they are; the decay is of all. */
    @Test
    void cautiousStepsOfOneElement() {
        for (Backend backend : Backend.available()) {
            float[] values = new float[3000];
            float[] gradient = new float[3000];
            gradient[7] = -1;
            try (Optimizer adamW = CautiousAdamW.builder().learningRate(0x1p-10).epsilon(1).weightDecay(0.25)
                    .correctBias(false).betas(0, 0).backend(backend)
                    .parameter(Parameter.of(values, gradient)).build()) {
                adamW.step();
                assertEquals(1000 * 0x1p-10 * 1 / 2, values[7], 1e-6, backend.name());
                assertEquals(0, values[8]);
            }
        }
    }

    /** A NaN becomes one in its value alone, and is none of the elements that are counted. */
    @ParameterizedTest
    @EnumSource(names = {"CAUTIOUS_ADAMW", "CAUTIOUS_LION"})
    void cautiousStepsWithNan(Algorithm.Kind kind) {
        Algorithm algorithm = kind == Algorithm.Kind.CAUTIOUS_LION ? Algorithm.CAUTIOUS_LION : Algorithm.CAUTIOUS_ADAMW;
        for (Backend backend : Backend.available()) {
            float[] values = {3, 4, 5, 6};
            try (Optimizer optimizer = Contestant.builder(algorithm).learningRate(1).backend(backend)
                    .parameter(Parameter.of(values, new float[] {Float.NaN, 2, 0, 0})).build()) {
                optimizer.step();
            }
            assertArrayEquals(new float[] {Float.NaN, 0, 5, 6}, values, 1e-4f, backend.name());
        }
    }

    /** timm clips the ratio of 1 of a parameter of zeros too. */
    @Test
    void trustClipOfZeros() {
        for (Backend backend : Backend.available()) {
            float[] values = {0, 0};
            try (Optimizer optimizer = LARS.builder().learningRate(2).trustClip(true).adapt(Adaptation.ALWAYS)
                    .backend(backend).parameter(Parameter.of(values, new float[] {1, -1})).build()) {
                optimizer.step();
            }
            assertArrayEquals(new float[] {-1, 1}, values, backend.name());
        }
    }

    /** Snapshots, state types and Lookahead are those of all algorithms. */
    @ParameterizedTest
    @MethodSource("all")
    void goesOnAfterARestore(Hyperparameters h) {
        float[] values = Numbers.random(1, 1000);
        float[] gradient = Numbers.random(2, 1000);
        Consumer<OptimizerBuilder<?, ?>> settings = builder -> builder.hyperparameters(h).lookahead(2, 0.5)
                .stateType(StateType.BLOCK8);
        OptimizerBuilder<?, ?> first = Contestant.builder(h.algorithm());
        settings.accept(first);
        try (Optimizer optimizer = first.parameter(Parameter.of(values, gradient)).build()) {
            optimizer.step();
            OptimizerSnapshot saved = optimizer.snapshot();
            float[] copy = values.clone();
            OptimizerBuilder<?, ?> second = Contestant.builder(h.algorithm());
            settings.accept(second);
            try (Optimizer restored = second.parameter(Parameter.of(copy, gradient)).build()) {
                restored.restore(saved);
                for (int step = 0; step < 3; step++) {
                    optimizer.step();
                    restored.step();
                }
            }
            assertArrayEquals(values, copy);
        }
    }

    /** Memory that only the caller may use. */
    @ParameterizedTest
    @MethodSource("all")
    void inConfinedMemory(Hyperparameters h) {
        float[] expected = train(h, OptimizerBuilder::sequential, 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L * LENGTH, 4)
                    .copyFrom(MemorySegment.ofArray(Numbers.random(1, LENGTH)));
            MemorySegment gradient = arena.allocate(4L * LENGTH, 4);
            try (Optimizer optimizer = Contestant.builder(h.algorithm()).hyperparameters(h)
                    .parameter(Parameter.of(values, gradient)).build()) {
                for (int step = 0; step < STEPS; step++) {
                    gradient.copyFrom(MemorySegment.ofArray(Numbers.random(100 + step, LENGTH)));
                    optimizer.step();
                }
            }
            assertEquals(-1, values.mismatch(MemorySegment.ofArray(expected)));
        }
    }

    /** In numbers: the squares of the gradients add up to 25, 100 and 0. */
    @Test
    void keepsAnAverageOfSquaresForEachParameter() {
        for (Backend backend : Backend.available()) {
            float[] values = {1, 1};
            float[] gradient = {3, -4};
            Parameter parameter = Parameter.of(values, gradient);
            Parameter other = Parameter.of(new float[1], new float[1]);
            try (Optimizer optimizer = NovoGrad.builder().learningRate(1).betas(0, 0.75).epsilon(0).amsgrad(true)
                    .backend(backend).parameter(parameter).parameter(other).build()) {
                assertEquals(Map.of("exp_avg_sq", 0.0, "max_exp_avg_sq", 0.0), optimizer.state(parameter).numbers());
                optimizer.step();
                assertEquals(25, optimizer.state(parameter).numbers().get("exp_avg_sq"));
                assertArrayEquals(new float[] {1 - 3 / 5f, 1 + 4 / 5f}, values, 1e-6f);
                gradient[0] = 6;
                gradient[1] = -8;
                optimizer.step();
                assertEquals(0.75 * 25 + 0.25 * 100, optimizer.state(parameter).numbers().get("exp_avg_sq"));
                Arrays.fill(gradient, 0);
                ParameterState before = optimizer.state(parameter);
                optimizer.step();
                assertEquals(Map.of("exp_avg_sq", 0.75 * 43.75, "max_exp_avg_sq", 43.75),
                        optimizer.state(parameter).numbers());
                assertEquals(43.75, before.numbers().get("exp_avg_sq")); // which was a copy
                assertEquals(0, optimizer.state(other).numbers().get("exp_avg_sq"));
            }
        }
    }

    /** The library's own steps come before; but no step was made, and none is counted. */
    @Test
    void numbersStayWhereARuleOfTheUserFails() {
        CustomAlgorithm failing = CustomAlgorithm.builder("own.failing").coefficients((step, h, c) -> { })
                .rule((count, c, values, gradient, state) -> {
                    throw new IllegalStateException("no");
                }).build();
        Parameter parameter = Parameter.of(new float[2], new float[] {3, 4});
        try (Optimizer optimizer = NovoGrad.builder().parameter(parameter).group(failing.defaults(),
                group -> group.parameter(Parameter.of(new float[1], new float[1]))).build()) {
            Misuse.refused(IllegalStateException.class, optimizer::step, "no");
            assertEquals(0.0, optimizer.state(parameter).numbers().get("exp_avg_sq"));
            assertEquals(0, optimizer.stepCount(parameter));
        }
    }

    /** Steps that are skipped or refused, and those of other parameters. */
    @Test
    void numbersChangeInStepsAlone() {
        float[] gradient = {3, 4};
        Parameter parameter = Parameter.of(new float[2], gradient);
        Parameter other = Parameter.of(new float[1], new float[] {1});
        Parameter closed;
        try (Optimizer optimizer = NovoGrad.builder().parameter(parameter).parameter(other).build()) {
            optimizer.step();
            gradient[0] = Float.NaN;
            assertFalse(optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
            gradient[0] = 10;
            optimizer.step(other);
            try (Arena arena = Arena.ofConfined()) {
                closed = Parameter.of(arena.allocate(4, 4), arena.allocate(4, 4));
                optimizer.add(optimizer.groups().getFirst(), closed);
            }
            Misuse.refused(InvalidParameterException.class, optimizer::step, "closed");
            optimizer.remove(closed);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> optimizer.step(StepOptions.NONE.withMaxGradientNorm(1e-60)), "gradientScale");
            assertEquals(25, optimizer.state(parameter).numbers().get("exp_avg_sq"));
            gradient[0] = Float.NaN; // in a step: the other elements go on by what is known
            optimizer.step();
            assertEquals(25, optimizer.state(parameter).numbers().get("exp_avg_sq"));
            assertEquals(1, optimizer.stepCount(other) - 2);
        }
    }

    @Test
    void statesWithoutTheirNumbersAreRefused() {
        Parameter parameter = Parameter.of(new float[2], new float[] {3, 4});
        try (Optimizer optimizer = NovoGrad.builder().parameter(parameter).build()) {
            optimizer.step();
            ParameterState state = optimizer.snapshot().groups().getFirst().parameters().getFirst().state();
            optimizer.step();
            for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
                Misuse.refused(InvalidParameterException.class, () -> optimizer.restore(parameter,
                        new ParameterState(1, state.type(), state.buffers(),
                                Map.of("exp_avg_sq", 1.0, "max_exp_avg_sq", wrong))), "max_exp_avg_sq", wrong);
            }
            Misuse.refused(InvalidParameterException.class, () -> optimizer.restore(parameter,
                    new ParameterState(1, state.type(), state.buffers())), "[exp_avg_sq, max_exp_avg_sq]");
            assertEquals(2, optimizer.stepCount(parameter));
            optimizer.restore(parameter, state);
            assertEquals(Map.of("exp_avg_sq", 25.0, "max_exp_avg_sq", 0.0), optimizer.state(parameter).numbers());
        }
    }

    @Test
    void coefficientsAreShown() {
        Parameter parameter = Parameter.of(new float[] {1}, new float[] {1});
        try (Optimizer optimizer = LAMB.builder().parameter(parameter).build()) {
            Coefficients.LAMB c = assertInstanceOf(Coefficients.LAMB.class, optimizer.coefficients(parameter));
            assertTrue(c.adapts());
            assertEquals(0.01f, c.weightDecay());
            assertEquals(0, c.l2());
            assertNotEquals(0, c.updateScale());
        }
    }

    @Test
    void settingsOfBuildersAndGroups() {
        Parameter weights = Parameter.of(new float[1], new float[1]);
        Parameter bias = Parameter.of(new float[1], new float[1]);
        try (Optimizer optimizer = LAMB.builder().maxParamNorm(10).biasCorrection(false).gradAveraging(false)
                .trustClip(true).decayApart(true).parameter(weights)
                .group(group -> group.adapt(Adaptation.NEVER).parameter(bias)).build()) {
            Hyperparameters h = optimizer.groups().getFirst().hyperparameters();
            assertEquals(10, h.get(LambSettings.MAX_PARAM_NORM));
            assertEquals(List.of(false, false, true, true), List.of(h.get(LambSettings.BIAS_CORRECTION),
                    h.get(LambSettings.GRAD_AVERAGING), h.get(LambSettings.TRUST_CLIP),
                    h.get(LambSettings.DECAY_APART)));
            assertEquals(Adaptation.NEVER, optimizer.groups().getLast().hyperparameters().get(LambSettings.ADAPT));
        }
    }

    @Test
    void refusesWhatIsOutOfRange() {
        Parameter parameter = Parameter.of(new float[1], new float[1]);
        for (double wrong : new double[] {0, -1, Double.NaN, 1e-50}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> LAMB.builder().parameter(parameter).maxParamNorm(wrong).build(), "maxParamNorm", wrong);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> StableAdamW.builder().parameter(parameter).clipThreshold(wrong).build(), "clipThreshold",
                    wrong);
        }
        for (double wrong : new double[] {0, -1, Double.NaN, 1e-50, Double.POSITIVE_INFINITY}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> LARS.builder().parameter(parameter).trustCoefficient(wrong).build(), "trustCoefficient",
                    wrong);
        }
        Misuse.refused(InvalidHyperparameterException.class,
                () -> LARS.builder().parameter(parameter).nesterov(true).build(), "nesterov");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> StableAdamW.builder().parameter(parameter).clipThreshold(Double.POSITIVE_INFINITY).build(),
                "clipThreshold", "Infinity");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> LAMB.builder().parameter(parameter).learningRate(1e37).betas(0.9, 0.99).gradAveraging(false)
                        .build(),
                "learningRate / (1 - beta1)^2", 1e37);
        for (double wrong : new double[] {1, -0.1, Double.NaN}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> NovoGrad.builder().parameter(parameter).betas(wrong, 0.9).build(), "beta1", wrong);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> NovoGrad.builder().parameter(parameter).betas(0.9, wrong).build(), "beta2", wrong);
        }
        Misuse.refused(InvalidHyperparameterException.class,
                () -> NovoGrad.builder().parameter(parameter).epsilon(-1).build(), "epsilon", -1.0);
        assertThrows(InvalidHyperparameterException.class,
                () -> LAMB.builder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.L2));
        String message = assertThrows(InvalidHyperparameterException.class,
                () -> LARS.builder().set(LambSettings.ADAPT, Adaptation.ALWAYS)).getMessage();
        assertTrue(message.startsWith("this adapt is not that of lars"), message);
    }
}
