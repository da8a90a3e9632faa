package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of the user's own: algorithms that the library has, written once more, must have the native bits. */
class CustomAlgorithmTest {
    private static final int STEPS = 4;

    /** The same algorithm twice. */
    private record Twins(Hyperparameters ofLibrary, Hyperparameters own) {
        static Twins of(Hyperparameters ofLibrary, CustomAlgorithm algorithm) {
            Map<String, String> text = new HashMap<>(algorithm.defaults().toText());
            text.replaceAll((name, value) -> ofLibrary.toText().getOrDefault(name, value));
            return new Twins(ofLibrary, Hyperparameters.parse(algorithm, text));
        }
    }

    private static List<Twins> twins() {
        Hyperparameters adam = Algorithm.ADAM.defaults().withLearningRate(0.01);
        Hyperparameters adaBelief = AdaBelief.Preset.AUTHORS.hyperparameters().withWeightDecay(0.01);
        return List.of(Twins.of(adam.with(AdamSettings.AMSGRAD, true).withWeightDecay(0.1), OwnRules.ADAM),
                Twins.of(adam.toBuilder().set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
                        .set(Hyperparameters.WEIGHT_DECAY, 0.1).set(Hyperparameters.MAXIMIZE, true).build(),
                        OwnRules.ADAM),
                Twins.of(Algorithm.LION.defaults().withLearningRate(0.01).withWeightDecay(0.1), OwnRules.LION),
                Twins.of(adaBelief.with(AdaBeliefSettings.RECTIFY, false).toBuilder()
                        .set(AdaBeliefSettings.AMSGRAD, true).set(AdaBeliefSettings.FIXED_WEIGHT_DECAY, true).build(),
                        OwnAdaBelief.ALGORITHM),
                Twins.of(adaBelief, OwnAdaBelief.ALGORITHM));
    }

    static List<MixedModel.Kind> kinds() {
        return MixedSameBitsTest.kinds();
    }

    private static List<byte[]> run(MixedModel.Kind kind, Hyperparameters h, StepOptions options,
            Consumer<OptimizerBuilder<?, ?>> settings) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel model = new MixedModel(kind, arena);
            OptimizerBuilder<?, ?> builder = Optimizer.builder(h);
            builder.parameters(model.parameters).gradientScale(0.5).seed(5);
            settings.accept(builder);
            try (Optimizer optimizer = builder.build()) {
                for (int step = 0; step < STEPS; step++) {
                    model.newGradients(step);
                    assertTrue(optimizer.step(options).applied());
                }
                return model.bytes(optimizer);
            }
        }
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", memory " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void haveTheNativeBitsWithAnyTypesAndThreads(MixedModel.Kind kind) {
        StepOptions clipped = StepOptions.NONE.withLossScale(4).withMaxGradientNorm(10).withMaxGradientValue(0.01)
                .withZeroGradients(true);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (int i = 0; i < twins().size(); i++) {
                Twins both = twins().get(i);
                int number = kinds().indexOf(kind) + i;
                StateType type = StateType.values()[number % StateType.values().length];
                StepOptions options = number % 2 == 0 ? StepOptions.NONE : clipped;
                List<byte[]> expected = run(kind, both.ofLibrary, options, builder -> builder.stateType(type));
                String what = both + " with " + type;
                assertSame(expected,
                        run(kind, both.own, options, builder -> builder.stateType(type).sequential()), what);
                assertSame(expected, run(kind, both.own, options, builder -> builder.stateType(type).pool(pool)), what);
                assertSame(expected, run(kind, both.own, options,
                        builder -> builder.stateType(type).backend(Backend.named("java"))), what);
            }
        }
    }

    /** Groups with settings of their own, any memory, partial steps, and settings that change on the way. */
    @Test
    void haveTheNativeBitsInGroupsAndPartialSteps() {
        for (Twins both : twins()) {
            RandomGenerator random = new SplittableRandom(0x0e7);
            try (Arena arena = Arena.ofShared()) {
                List<List<Parameter>> models = new ArrayList<>();
                List<Optimizer> optimizers = new ArrayList<>();
                for (Hyperparameters h : List.of(both.ofLibrary, both.own)) {
                    List<Parameter> parameters = new ArrayList<>();
                    for (int length : new int[] {1, 300, 5000, 256}) {
                        MemorySegment values = SegmentKind.any(random).allocate(arena, length);
                        MemorySegment.copy(MemorySegment.ofArray(Numbers.random(length, length)), 0, values, 0,
                                4L * length);
                        parameters.add(Parameter.of(values, SegmentKind.any(random).allocate(arena, length)));
                    }
                    models.add(parameters);
                    optimizers.add(Optimizer.builder(h).parameters(parameters.subList(0, 2))
                            .group(group -> group.name("slow").parameters(parameters.subList(2, 4)).learningRate(1e-3))
                            .build());
                }
                for (int step = 0; step < 6; step++) {
                    for (int i = 0; i < 2; i++) {
                        for (Parameter parameter : models.get(i)) {
                            int length = (int) parameter.length();
                            parameter.gradient().copyFrom(
                                    MemorySegment.ofArray(Numbers.random(step * 10_000L + length, length)));
                        }
                        Optimizer optimizer = optimizers.get(i);
                        optimizer.setLearningRateFactor(1.0 / (1 + step));
                        optimizer.group("slow").setLearningRate(1e-3 * (1 + step));
                        if (step % 2 == 0) {
                            optimizer.step(models.get(i).get(step / 2));
                        } else {
                            optimizer.step(StepOptions.NONE.withMaxGradientNorm(0.5));
                        }
                    }
                    for (int k = 0; k < 4; k++) {
                        assertArrayEquals(Numbers.bits(models.get(0).get(k).values()),
                                Numbers.bits(models.get(1).get(k).values()),
                                both + ", step " + step + ", parameter " + k);
                    }
                }
                optimizers.forEach(Optimizer::close);
            }
        }
    }

    /** Slices of bfloat16 values and small state, both rounded by chance. */
    @Test
    void slicesHaveTheNativeBitsOfTheWhole() {
        int length = 1800;
        int[] cuts = {0, 256, 1024, length};
        for (Twins both : twins()) {
            Parameter whole = slice(0, length, length);
            List<Parameter> slices = new ArrayList<>();
            for (int i = 0; i + 1 < cuts.length; i++) {
                slices.add(slice(cuts[i], cuts[i + 1], length));
            }
            try (Optimizer one = Optimizer.builder(both.ofLibrary).stateType(StateType.BLOCK8).parameter(whole).build();
                    Optimizer many = Optimizer.builder(both.own).stateType(StateType.BLOCK8).parameters(slices)
                            .build()) {
                for (int step = 0; step < STEPS; step++) {
                    one.step();
                    many.step();
                }
                for (int i = 0; i < slices.size(); i++) {
                    assertArrayEquals(Arrays.copyOfRange(whole.values().toArray(ValueLayout.JAVA_SHORT), cuts[i],
                            cuts[i + 1]), slices.get(i).values().toArray(ValueLayout.JAVA_SHORT), both.toString());
                }
            }
        }
    }

    private static Parameter slice(int from, int to, int length) {
        MemorySegment values = MemorySegment.ofArray(new short[to - from]);
        MixedModel.put(DType.BFLOAT16, values, Arrays.copyOfRange(Numbers.random(1, length), from, to));
        return Parameter.builder(values, MemorySegment.ofArray(Arrays.copyOfRange(Numbers.random(2, length), from, to)))
                .valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC).slice(from, length).randomIndex(3).build();
    }

    @Test
    void theUpdateInPlaceOfTheGradientHasTheNativeBits() {
        for (Twins both : twins()) {
            List<float[]> updates = new ArrayList<>();
            for (Hyperparameters h : List.of(both.ofLibrary, both.own)) {
                float[] values = Numbers.random(1, 3000);
                float[] update = Numbers.random(2, 3000);
                Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(update))
                        .updateInGradient().build();
                try (Optimizer optimizer = Optimizer.builder(h).parameter(parameter).build()) {
                    optimizer.step();
                    assertArrayEquals(Numbers.random(1, 3000), values);
                    updates.add(update);
                }
            }
            assertArrayEquals(updates.get(0), updates.get(1), both.toString());
        }
    }

    @Test
    void aStepThatIsSkippedChangesNothing() {
        float[] values = Numbers.random(1, 1000);
        float[] gradient = Numbers.random(2, 1000);
        gradient[7] = Float.NaN;
        Parameter parameter = Parameter.of(values, gradient);
        try (Optimizer optimizer = Optimizer.builder(OwnRules.ADAM.defaults()).parameter(parameter).build()) {
            assertEquals(false, optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied());
            assertArrayEquals(Numbers.random(1, 1000), values);
            assertEquals(0, optimizer.stepCount(parameter));
        }
    }

    /** A rule gets gradients with scale, sign, clipping and L2 decay, bounded, and its coefficients in their order. */
    @Test
    void whatARuleGets() {
        CustomAlgorithm plain = CustomAlgorithm.builder("own.sgd")
                .coefficients((step, h, c) -> c[0] = h.learningRate() * step, "rate")
                .rule((count, c, values, gradient, state) -> {
                    assertEquals(0, state.length);
                    for (int i = 0; i < count; i++) {
                        values[i] -= c[0] * gradient[i];
                    }
                }).build();
        float[] values = {1, 1, 0, 1};
        Hyperparameters h = plain.defaults().toBuilder().set(Hyperparameters.LEARNING_RATE, 1.0)
                .set(Hyperparameters.WEIGHT_DECAY, 0.5).set(Hyperparameters.MAXIMIZE, true)
                .set(Hyperparameters.GRADIENT_SCALE, 2.0).build();
        try (Optimizer optimizer = Optimizer.builder(h)
                .parameter(Parameter.of(values, new float[] {0.25f, -8, Float.MAX_VALUE, 0})).build()) {
            optimizer.step(StepOptions.NONE.withMaxGradientValue(3));
            assertArrayEquals(new float[] {1 - (-0.5f + 0.5f), 1 - (3 + 0.5f), 3, 0.5f}, values);
            optimizer.step(StepOptions.NONE.withLossScale(4));
            // The gradients as they were, halved and turned around, with half of the values.
            assertEquals(1 - 2 * (-0.125f + 0.5f), values[0]);
            assertEquals(3 + 2 * 0x1p63f, values[2]);
        }
        Coefficients.Custom c = (Coefficients.Custom) Coefficients.of(h, 3);
        assertEquals(new Coefficients.Custom(3, 1.0, -2f, 0.5f, 0f, Map.of("rate", 3f)), c);
        assertEquals(1f, c.stepSize());
    }

    // ------------------------------------------------------------------------------------------------------ AdaBelief

    static List<Path> adaBeliefVectors() throws IOException, java.net.URISyntaxException {
        return GoldenVectorTest.family().stream()
                .filter(file -> file.getFileName().toString().startsWith("adabelief-authors")).toList();
    }

    @ParameterizedTest
    @MethodSource("adaBeliefVectors")
    @Tag("vectors")
    void adaBeliefTakesTheWayOfItsAuthorsWithTheNativeBits(Path file) throws IOException {
        GoldenVector vector = GoldenVector.read(file);
        Twins both = Twins.of(vector.hyperparameters(), OwnAdaBelief.ALGORITHM);
        double[][] gradients = vector.gradients();
        double[][] parameters = vector.parameters();
        Map<String, double[]> state = new HashMap<>(vector.state());
        if (both.own.get(OwnAdaBelief.RECTIFY)) {
            state.remove("max_exp_avg_var"); // the authors keep it, and do not use it
        }
        assertTrue(gradients.length > 0, "the vector has no steps");
        List<Parameter> stepped = new ArrayList<>();
        try (Trajectory ofLibrary = trajectory(file, vector, both.ofLibrary, stepped);
                Trajectory own = trajectory(file, vector, both.own, stepped)) {
            for (int t = 0; t < gradients.length; t++) {
                ofLibrary.step(gradients[t], parameters[t]);
                own.step(gradients[t], parameters[t]);
                assertArrayEquals(Numbers.bits(stepped.get(0).values()), Numbers.bits(stepped.get(1).values()),
                        file.getFileName() + ", step " + (t + 1));
            }
            own.finish(state);
        }
    }

    private static Trajectory trajectory(Path file, GoldenVector vector, Hyperparameters h, List<Parameter> stepped) {
        return new Trajectory(h.algorithm() + " on " + file.getFileName(), vector.initial(), parameter -> {
            stepped.add(parameter);
            return Optimizer.builder(h).parameter(parameter).build();
        });
    }
}
