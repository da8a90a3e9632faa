package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lookahead around every algorithm, and Ranger. */
@Tag("vectors")
class LookaheadTest {
    private static final int LENGTH = 1500;
    private static final String SLOW = "slow_param";

    static List<Backend> backends() {
        return Backend.available();
    }

    /** One of each that matters to storage, a rule of the user, and Ranger's. */
    static Stream<Hyperparameters> algorithms() {
        return Stream.concat(MixedSameBitsTest.algorithms().stream(), Stream.of(OwnAdaBelief.ALGORITHM.defaults(),
                Ranger.hyperparameters()));
    }

    private static Hyperparameters with(Hyperparameters h, long steps, double alpha) {
        return h.toBuilder().set(Hyperparameters.LOOKAHEAD_STEPS, steps).set(Hyperparameters.LOOKAHEAD_ALPHA, alpha)
                .build();
    }

    private static float[] gradient(int step) {
        return Numbers.random(100 + step, LENGTH);
    }

    private static float[] slow(Optimizer optimizer, Parameter parameter) {
        return optimizer.state(parameter).buffer(SLOW).elements().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The paper's algorithm as a loop around an optimizer that knows nothing of it. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void asALoopAroundTheOptimizer(Hyperparameters h) {
        int k = 3;
        float alpha = 0.3f;
        for (Backend backend : Backend.available()) {
            float[] gradient = new float[LENGTH];
            float[] expected = Numbers.random(1, LENGTH);
            float[] actual = expected.clone();
            float[] slow = expected.clone();
            Parameter parameter = Parameter.of(actual, gradient);
            try (Optimizer inner = Optimizer.builder(with(h, 0, 0.5)).backend(backend)
                            .parameter(Parameter.of(expected, gradient)).build();
                    Optimizer lookahead = Optimizer.builder(with(h, k, alpha)).backend(backend).parameter(parameter)
                            .build()) {
                for (int step = 1; step <= 7; step++) {
                    System.arraycopy(gradient(step), 0, gradient, 0, LENGTH);
                    inner.step();
                    for (int i = 0; step % k == 0 && i < LENGTH; i++) {
                        slow[i] = Math.fma(alpha, expected[i] - slow[i], slow[i]);
                        expected[i] = slow[i];
                    }
                    lookahead.step();
                    assertArrayEquals(expected, actual, backend + ", step " + step);
                    assertArrayEquals(slow, slow(lookahead, parameter), backend + ", slow, step " + step);
                }
            }
        }
    }

    private static MixedModel.Kind withoutAverage(MixedModel.Kind kind) {
        return new MixedModel.Kind(kind.valuesType(), kind.rounding(), kind.gradientType(), kind.copyType(), false,
                kind.heap());
    }

    static Stream<MixedModel.Kind> kinds() {
        return MixedSameBitsTest.kinds().stream().map(LookaheadTest::withoutAverage);
    }

    static List<byte[]> run(MixedModel.Kind kind, Hyperparameters h, StepOptions options,
            UnaryOperator<OptimizerBuilder<?, ?>> settings) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel model = new MixedModel(kind, arena);
            OptimizerBuilder<?, ?> builder = Optimizer.builder(h).parameters(model.parameters).seed(5);
            try (Optimizer optimizer = settings.apply(builder).build()) {
                for (int step = 0; step < 5; step++) {
                    model.newGradients(step);
                    assertTrue(optimizer.step(options).applied());
                }
                return model.bytes(optimizer);
            }
        }
    }

    /** From Java, native code on every target, and several threads. */
    @ParameterizedTest
    @MethodSource("kinds")
    void sameBits(MixedModel.Kind kind) {
        List<Hyperparameters> algorithms = algorithms().toList();
        List<MixedModel.Kind> kinds = kinds().toList();
        StepOptions clipped = StepOptions.NONE.withMaxGradientValue(0.01).withZeroGradients(true);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (StateType type : StateType.values()) {
                // Every algorithm with every state, but not with every kind of memory, which would take minutes.
                for (int i = kinds.indexOf(kind) % 9; i < algorithms.size(); i += 9) {
                    Hyperparameters h = with(algorithms.get(i), 2, 0.5);
                    StepOptions options = type == StateType.BFLOAT16 ? clipped : StepOptions.NONE;
                    List<byte[]> java = run(kind, h, options, builder -> builder.stateType(type)
                            .backend(Backend.named("java")).sequential());
                    for (Backend backend : Backend.available()) {
                        assertSame(java, run(kind, h, options, builder -> builder.stateType(type).backend(backend)),
                                h.algorithm() + " with " + type + " by " + backend);
                    }
                    assertSame(java, run(kind, h, options, builder -> builder.stateType(type).pool(pool)),
                            h.algorithm() + " with " + type + " by three threads");
                }
            }
        }
    }

    static void assertSame(List<byte[]> expected, List<byte[]> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), what + ", memory " + i);
        }
    }

    /** Values of 16 bits are the slow weights, rounded; split ones are the slow weights themselves. */
    @ParameterizedTest
    @MethodSource("kinds")
    void valuesAreTheSlowWeightsRounded(MixedModel.Kind kind) {
        try (Arena arena = Arena.ofConfined()) {
            MixedModel model = new MixedModel(kind, arena);
            try (Optimizer optimizer = RAdam.builder().learningRate(0.01).lookahead(2, 0.5).sequential()
                    .parameters(model.parameters).build()) {
                for (int step = 0; step < 4; step++) {
                    model.newGradients(step);
                    optimizer.step();
                }
                for (Parameter p : model.parameters) {
                    MemorySegment slow = optimizer.state(p).buffer(SLOW).elements();
                    MemorySegment expected = arena.allocate(p.values().byteSize(), 4);
                    if (p.lowerHalves() != null) {
                        MemorySegment lower = arena.allocate(p.values().byteSize(), 4);
                        Conversions.split(slow, expected, lower);
                        assertEquals(-1, lower.mismatch(p.lowerHalves()));
                    } else if (kind.rounding() == Rounding.NEAREST || p.valuesType() == DType.FLOAT32) {
                        Conversions.convert(slow, DType.FLOAT32, expected, p.valuesType());
                    } else {
                        assertNear(slow, p);
                        continue;
                    }
                    assertEquals(-1, expected.mismatch(p.values()));
                }
            }
        }
    }

    /** To one of the two neighbours. */
    private static void assertNear(MemorySegment slow, Parameter p) {
        float ulp = p.valuesType() == DType.BFLOAT16 ? 0x1p-7f : 0x1p-10f;
        for (int i = 0; i < p.length(); i++) {
            short code = p.values().getAtIndex(ValueLayout.JAVA_SHORT, i);
            float value = p.valuesType() == DType.BFLOAT16 ? Float.intBitsToFloat(code << 16)
                    : Float.float16ToFloat(code);
            float exact = slow.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            assertTrue(Math.abs(value - exact) <= ulp * Math.abs(exact) + 0x1p-24f, value + " of " + exact);
        }
    }

    /** A snapshot, at any place in the cycle, and the state of a parameter alone. */
    @ParameterizedTest
    @MethodSource("kinds")
    void onceResumed(MixedModel.Kind kind) {
        for (int begun : new int[] {0, 1, 3, 4}) {
            for (boolean whole : new boolean[] {true, false}) {
                try (Arena arena = Arena.ofShared()) {
                    MixedModel first = new MixedModel(kind, arena);
                    MixedModel resumed = new MixedModel(kind, arena);
                    UnaryOperator<RAdam.Builder> settings = builder -> builder.lookahead(4, 0.25).seed(9)
                            .stateType(StateType.BLOCK8).unrectified(Unrectified.MOMENTUM);
                    try (Optimizer one = settings.apply(RAdam.builder().parameters(first.parameters)).build();
                            Optimizer two = settings.apply(RAdam.builder().parameters(resumed.parameters)).build()) {
                        for (int step = 0; step < begun; step++) {
                            first.newGradients(step);
                            one.step();
                        }
                        for (int i = 0; i < first.parameters.size(); i++) {
                            Parameter from = first.parameters.get(i);
                            Parameter to = resumed.parameters.get(i);
                            to.values().copyFrom(from.values());
                            if (from.lowerHalves() != null) {
                                to.lowerHalves().copyFrom(from.lowerHalves());
                            }
                            if (!whole) {
                                two.restore(to, one.state(from));
                            }
                        }
                        if (whole) {
                            two.restore(one.snapshot());
                        }
                        for (int step = begun; step < 9; step++) {
                            first.newGradients(step);
                            one.step();
                            resumed.newGradients(step);
                            two.step();
                        }
                        assertSame(first.bytes(one), resumed.bytes(two), "after " + begun);
                    }
                }
            }
        }
    }

    private static Parameter parameter(float... values) {
        float[] gradient = new float[values.length];
        Arrays.fill(gradient, 1);
        return Parameter.of(values, gradient);
    }

    private static SGD.Builder sgd() {
        return SGD.builder().learningRate(1).lookahead(2, 0.5);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void stepsThatAreSkippedDoNotCount(Backend backend) {
        float[] values = {8};
        float[] gradient = {1};
        StepOptions options = StepOptions.NONE.withSkipNonFinite(true);
        try (Optimizer optimizer = sgd().backend(backend).parameter(Parameter.of(values, gradient)).build()) {
            gradient[0] = Float.NaN;
            assertFalse(optimizer.step(options).applied());
            gradient[0] = 1;
            optimizer.step(options);
            assertEquals(7, values[0]);
            gradient[0] = Float.POSITIVE_INFINITY;
            assertFalse(optimizer.step(options).applied());
            assertEquals(7, values[0]);
            gradient[0] = 1;
            optimizer.step(options);
            assertEquals(7, values[0]); // 8 + (6 - 8) / 2
            optimizer.step(options);
            assertEquals(6, values[0]);
        }
    }

    /** Values that were loaded once the optimizer was built count, and so does a parameter's own number of steps. */
    @ParameterizedTest
    @MethodSource("backends")
    void beginsWithTheValuesBeforeTheFirstStep(Backend backend) {
        float[] early = {100};
        float[] late = {16};
        try (Optimizer optimizer = sgd().backend(backend).parameter(parameter(early)).build()) {
            early[0] = 8;
            optimizer.step();
            Parameter added = parameter(late);
            optimizer.add(optimizer.groups().getFirst(), added);
            optimizer.step();
            assertEquals(7, early[0]);
            assertEquals(15, late[0]);
            optimizer.step();
            assertEquals(6, early[0]);
            assertEquals(15, late[0]); // 16 + (14 - 16) / 2
            assertArrayEquals(new float[] {7}, slow(optimizer, optimizer.groups().getFirst().parameters().getFirst()));
        }
    }

    /** In many pieces, from memory of one thread, which others work on. */
    @Test
    void beginsWithValuesOfEachType() {
        int length = 200_003;
        float[] numbers = Numbers.random(7, length);
        for (DType type : DType.values()) {
            for (boolean split : type == DType.BFLOAT16 ? new boolean[] {false, true} : new boolean[] {false}) {
                try (Arena arena = Arena.ofConfined(); ForkJoinPool pool = new ForkJoinPool(3)) {
                    MemorySegment values = arena.allocate((long) type.bytes() * length, 4);
                    Parameter.Builder builder = Parameter.builder(values, MemorySegment.ofArray(new float[length]))
                            .valuesType(type).gradientType(DType.FLOAT32);
                    float[] expected = numbers.clone();
                    if (split) {
                        MemorySegment lower = arena.allocate(values.byteSize(), 4);
                        Conversions.split(MemorySegment.ofArray(numbers), values, lower);
                        builder.split(lower);
                    } else {
                        Conversions.convert(MemorySegment.ofArray(numbers), DType.FLOAT32, values, type);
                        Conversions.convert(values, type, MemorySegment.ofArray(expected), DType.FLOAT32);
                    }
                    Parameter parameter = builder.build();
                    try (Optimizer optimizer = sgd().pool(pool).parameter(parameter).build()) {
                        optimizer.step();
                        assertArrayEquals(expected, slow(optimizer, parameter), type + ", split: " + split);
                    }
                }
            }
        }
    }

    /** A framework that counts by itself says how many steps there were. */
    @Test
    void beginsWhereTheStepCountIsSet() {
        float[] values = {100};
        Parameter parameter = parameter(values);
        try (Optimizer optimizer = sgd().parameter(parameter).build()) {
            values[0] = 8;
            optimizer.setStepCount(parameter, 5);
            values[0] = 7;
            optimizer.step(); // the sixth
            assertEquals(7, values[0]); // 8 + (6 - 8) / 2
            optimizer.setStepCount(parameter, 9); // goes on with the same slow weights
            assertArrayEquals(new float[] {7}, slow(optimizer, parameter));
            optimizer.setStepCount(parameter, 0); // begins anew
            values[0] = 20;
            optimizer.step();
            optimizer.step();
            assertEquals(19, values[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void updateInPlaceOfTheGradient(Backend backend) {
        float[] values = {8, 4};
        float[] gradient = {1, 2};
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                .updateInGradient().build();
        try (Optimizer optimizer = sgd().backend(backend).parameter(parameter).build()) {
            optimizer.step();
            assertArrayEquals(new float[] {1, 2}, gradient);
            values[0] -= gradient[0];
            values[1] -= gradient[1];
            optimizer.step();
            assertArrayEquals(new float[] {8, 4}, new float[] {slow(optimizer, parameter)[0] + 1,
                slow(optimizer, parameter)[1] + 2});
            assertArrayEquals(new float[] {0, 0}, gradient); // 7 - (8 + (6 - 8) / 2), 2 - (4 + (0 - 4) / 2)
            assertArrayEquals(new float[] {7, 2}, values);
        }
    }

    /** Also in a group of its own, beside others that have none. */
    @Test
    void groups() {
        float[] with = {8};
        float[] without = {8};
        float[] other = {8};
        try (Optimizer optimizer = SGD.builder().learningRate(1).parameter(parameter(without))
                .group(group -> group.lookahead(2, 0.5).parameter(parameter(with)))
                .group(with(Algorithm.LION.defaults().withLearningRate(1), 3, 0.5),
                        group -> group.parameter(parameter(other)))
                .build()) {
            for (int step = 0; step < 3; step++) {
                optimizer.step();
            }
            assertEquals(5, without[0]);
            assertEquals(6, with[0]);
            assertEquals(6.5f, other[0]);
            // How often and how far can change, whether there is Lookahead cannot.
            ParameterGroup group = optimizer.groups().get(1);
            group.setHyperparameters(with(group.hyperparameters(), 4, 1));
            optimizer.step();
            assertEquals(5, with[0]);
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> group.setHyperparameters(with(group.hyperparameters(), 0, 1)), SLOW);
            ParameterGroup plain = optimizer.groups().getFirst();
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> plain.setHyperparameters(with(plain.hyperparameters(), 4, 1)), SLOW);
        }
    }

    @Test
    void memoryOfTheCaller() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slow = arena.allocate(8, 4);
            float[] values = {8, 4};
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(values),
                    MemorySegment.ofArray(new float[] {1, 1})).state(SLOW, slow).build();
            try (Optimizer optimizer = sgd().stateType(StateType.BLOCK8).parameter(parameter).build()) {
                optimizer.step();
                optimizer.step();
                assertArrayEquals(new float[] {7, 3}, slow.toArray(ValueLayout.JAVA_FLOAT));
            }
            // Another goes on with it.
            try (Optimizer optimizer = sgd().parameter(parameter).build()) {
                slow.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 15);
                optimizer.setStepCount(parameter, 3);
                optimizer.step();
                assertArrayEquals(new float[] {10.5f, 2.5f}, values);
            }
            Parameter scaled = Parameter.builder(MemorySegment.ofArray(values)).state(SLOW, slow)
                    .stateScales(SLOW, slow).build();
            Misuse.refused(InvalidParameterException.class,
                    () -> sgd().stateType(StateType.BLOCK8).parameter(scaled).build(), SLOW, StateType.FLOAT32);
            Parameter small = Parameter.builder(MemorySegment.ofArray(values)).state(SLOW, slow.asSlice(4)).build();
            Misuse.refused(InvalidParameterException.class, () -> sgd().parameter(small).build(), SLOW, 4, 8);
            Misuse.refused(InvalidParameterException.class,
                    () -> SGD.builder().parameter(parameter).build(), SLOW);
        }
    }

    /** Values whose memory is closed cannot be where slow weights begin. */
    @Test
    void valuesThatAreClosed() {
        Arena arena = Arena.ofConfined();
        Parameter parameter = Parameter.builder(arena.allocate(8, 4)).build();
        try (Optimizer optimizer = sgd().parameter(parameter).build()) {
            arena.close();
            assertThrows(InvalidParameterException.class, () -> optimizer.setStepCount(parameter, 3));
            assertEquals(0, optimizer.stepCount(parameter));
        }
    }

    /** The lower halves of split values are values, too. */
    @Test
    void lowerHalvesThatAreClosed() {
        Arena arena = Arena.ofConfined();
        MemorySegment values = Arena.ofAuto().allocate(4, 2);
        Parameter parameter = Parameter.builder(values).valuesType(DType.BFLOAT16).split(arena.allocate(4, 2)).build();
        try (Optimizer optimizer = sgd().parameter(parameter).build()) {
            arena.close();
            Misuse.refused(InvalidParameterException.class, () -> optimizer.setStepCount(parameter, 3), "lowerHalves");
            assertEquals(0, optimizer.stepCount(parameter));
        }
    }

    /** Slow weights of before begin with the values; those of an out-of-range count do not. */
    @Test
    void aCountThatIsRefusedBeginsNothing() {
        Parameter parameter = parameter(7);
        try (Optimizer optimizer = sgd().parameter(parameter).build()) {
            assertThrows(InvalidParameterException.class, () -> optimizer.setStepCount(parameter, -1));
            assertArrayEquals(new float[] {0}, slow(optimizer, parameter));
            optimizer.setStepCount(parameter, 1);
            assertArrayEquals(new float[] {7}, slow(optimizer, parameter));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void inFiles(@TempDir(factory = StateOnDiskTest.BesideClasses.class) Path folder) {
        int length = 700_001;
        List<float[]> results = new ArrayList<>();
        for (boolean onDisk : new boolean[] {false, true}) {
            float[] values = Numbers.random(3, length);
            Parameter parameter = Parameter.of(values, Numbers.random(4, length));
            RAdam.Builder builder = Ranger.builder().lookahead(2, 0.5).stateType(StateType.BFLOAT16)
                    .parameter(parameter);
            try (Optimizer optimizer = (onDisk ? builder.stateOnDisk(folder, 1 << 20) : builder).build()) {
                for (int step = 0; step < 5; step++) {
                    optimizer.step();
                }
                results.add(values);
                results.add(slow(optimizer, parameter));
            }
        }
        assertArrayEquals(results.get(0), results.get(2));
        assertArrayEquals(results.get(1), results.get(3));
    }

    /** State of another type has the same slow weights. */
    @Test
    void convertedState() {
        Parameter parameter = parameter(1, 2, 3);
        try (Arena arena = Arena.ofConfined();
                Optimizer optimizer = Ranger.builder().lookahead(1, 0.5).parameter(parameter).build()) {
            optimizer.step();
            ParameterState state = optimizer.state(parameter);
            ParameterState small = Conversions.convert(state, Algorithm.ADAM, StateType.BLOCK8, arena);
            assertEquals(state.buffers().keySet(), small.buffers().keySet());
            assertEquals(-1, state.buffer(SLOW).elements().mismatch(small.buffer(SLOW).elements()));
            assertTrue(state.buffer(SLOW).elements().asOverlappingSlice(small.buffer(SLOW).elements()).isEmpty());
            try (Optimizer other = Ranger.builder().stateType(StateType.BLOCK8).parameter(parameter(0, 0, 0)).build()) {
                Parameter to = other.groups().getFirst().parameters().getFirst();
                other.restore(to, small);
                assertArrayEquals(slow(optimizer, parameter), slow(other, to));
            }
            ParameterState cut = new ParameterState(1, StateType.FLOAT32,
                    Map.of(SLOW, new ParameterState.Buffer(arena.allocate(7))));
            Misuse.refused(InvalidParameterException.class,
                    () -> Conversions.convert(cut, Algorithm.ADAM, StateType.BLOCK8, arena), SLOW, 7);
        }
    }

    /** What Ranger's author has. */
    @Test
    void ranger() {
        Hyperparameters h = Ranger.hyperparameters();
        assertEquals("adam[learningRate=0.001, beta1=0.95, beta2=0.999, epsilon=1.0E-5, epsilonPlacement=PLAIN, "
                + "weightDecay=0.0, weightDecayMode=DECOUPLED, maximize=false, gradientScale=1.0, amsgrad=false, "
                + "rectify=true, unrectified=MOMENTUM, rhoThreshold=5.0, rectifyAtThreshold=false, warmupSteps=0, "
                + "frozenSteps=0, lookaheadSteps=6, lookaheadAlpha=0.5]", h.toString());
        Parameter parameter = parameter(1, 2);
        try (Optimizer optimizer = Ranger.builder().parameter(parameter).build()) {
            assertEquals(h, optimizer.groups().getFirst().hyperparameters());
            assertEquals(List.of("exp_avg", "exp_avg_sq", SLOW),
                    List.copyOf(optimizer.state(parameter).buffers().keySet()));
        }
    }

    // -------------------------------------------------------------------------------------------------- as settings

    @Test
    void settingsAsText() {
        Hyperparameters h = with(Algorithm.SGD.defaults(), 5, 0.8);
        assertEquals(h, Hyperparameters.parse(Algorithm.SGD, h.toText()));
        assertEquals("5", h.toText().get("lookaheadSteps"));
        assertNotEquals(h, with(h, 5, 0.5));
        Hyperparameters off = with(h, 0, 0.8); // an alpha without Lookahead is none
        assertEquals(Algorithm.SGD.defaults(), off);
        assertFalse(off.toText().containsKey("lookaheadSteps") || off.toText().containsKey("lookaheadAlpha"));
        assertEquals(Arrays.asList(new StateBuffer[] {null}), off.state());
        assertEquals(Arrays.asList(null, StateBuffer.SLOW_PARAM), h.state());
    }

    @Test
    void badSettings() {
        for (long steps : new long[] {0, -1, Long.MIN_VALUE}) {
            Misuse.refused(InvalidHyperparameterException.class, () -> SGD.builder().lookahead(steps, 0.5),
                    "lookaheadSteps", steps);
        }
        Misuse.refused(InvalidHyperparameterException.class, () -> with(Algorithm.SGD.defaults(), -3, 0.5),
                "lookaheadSteps", -3);
        for (double alpha : new double[] {0, -0.5, 1e-60, Math.nextUp(1.0), Double.NaN, Double.POSITIVE_INFINITY}) {
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> SGD.builder().lookahead(5, alpha).parameter(parameter(1)).build(), "lookaheadAlpha", alpha);
            Misuse.refused(InvalidHyperparameterException.class, () -> with(Algorithm.SGD.defaults(), 0, alpha),
                    "lookaheadAlpha", alpha);
        }
        Misuse.refused(InvalidHyperparameterException.class,
                () -> Hyperparameters.parse(Algorithm.LION, Map.of("lookaheadSteps", "often")), "lookaheadSteps",
                "often");
    }

    /** A snapshot with Lookahead is none of an optimizer without it, and the other way round. */
    @Test
    void snapshotsOfOthers() {
        float[] values = {8};
        try (Optimizer with = sgd().parameter(parameter(values)).build();
                Optimizer without = SGD.builder().learningRate(1).parameter(parameter(8)).build()) {
            OptimizerSnapshot one = with.snapshot();
            OptimizerSnapshot other = without.snapshot();
            Misuse.refused(InvalidSnapshotException.class, () -> without.restore(one), SLOW);
            with.step();
            Misuse.refused(InvalidSnapshotException.class, () -> with.restore(other), SLOW);
            with.step();
            assertEquals(7, values[0]);
        }
    }

    @Test
    void anAverageBeside() {
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[2]))
                .average(MemorySegment.ofArray(new float[2]), AverageDecay.constant(0.9)).build();
        Misuse.refused(InvalidParameterException.class, () -> sgd().parameter(parameter).build(), "average",
                "Lookahead");
    }

    /** Such names would be taken for those of Lookahead. */
    @Test
    void namesOfARuleOfOnesOwn() {
        for (Hyperparameter<?> h : new Hyperparameter<?>[] {Hyperparameter.steps("lookaheadSteps"),
            Hyperparameter.rate("lookaheadAlpha", 0.5)}) {
            Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder("own").hyperparameters(h)
                    .coefficients((step, settings, c) -> { }).rule((count, c, p, g, state) -> { }).build(), h.name(),
                    "Lookahead");
        }
        Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder("own").state(SLOW, true), SLOW);
    }
}
