package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.child.PullbackProbe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of momentum where parameters take the slow weights of Lookahead. */
@Tag("vectors")
class LookaheadMomentumTest {
    private static final int LENGTH = 1500;

    static Hyperparameters with(Hyperparameters h, long steps, double alpha, LookaheadMomentum momentum) {
        return h.toBuilder().set(Hyperparameters.LOOKAHEAD_STEPS, steps).set(Hyperparameters.LOOKAHEAD_ALPHA, alpha)
                .set(Hyperparameters.LOOKAHEAD_MOMENTUM, momentum).build();
    }

    private static SGD.Builder sgd(LookaheadMomentum momentum) {
        return SGD.builder().learningRate(1).momentum(0.5).lookahead(2, 0.5).lookaheadMomentum(momentum);
    }

    private static Parameter parameter(float... values) {
        float[] gradient = new float[values.length];
        Arrays.fill(gradient, 1);
        return Parameter.of(values, gradient);
    }

    private static float[] floats(Optimizer optimizer, Parameter parameter, String buffer) {
        return optimizer.state(parameter).buffer(buffer).elements().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** All that have momentum, a rule of the user among them. */
    static Stream<Hyperparameters> algorithms() {
        return LookaheadTest.algorithms().filter(h -> h.state().stream().anyMatch(b -> b != null && b.isMomentum()));
    }

    // -------------------------------------------------------------------------------------------------- what it does

    /** Two steps of a gradient of 1, with a momentum of 0.5: it is 1 and 1.5; and two more. */
    @Test
    void inNumbers() {
        for (Backend backend : Backend.available()) {
            for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
                Parameter parameter = parameter(8);
                try (Optimizer optimizer = sgd(momentum).backend(backend).parameter(parameter).build()) {
                    List<Float> momenta = new ArrayList<>();
                    for (int step = 0; step < 4; step++) {
                        optimizer.step();
                        momenta.add(floats(optimizer, parameter, "momentum_buffer")[0]);
                    }
                    assertEquals(switch (momentum) {
                        case KEEP -> List.of(1f, 1.5f, 1.75f, 1.875f);
                        case RESET -> List.of(1f, 0f, 1f, 0f);
                        // The slow momentum is 0.75, and then half of the way to 1 + (1 + 0.75 / 2) / 2.
                        case PULLBACK -> List.of(1f, 0.75f, 1.375f, 1.21875f);
                    }, momenta, momentum + " on " + backend);
                }
            }
        }
    }

    /** A loop around an optimizer that knows nothing of Lookahead, and whose state is in memory of the caller. */
    @ParameterizedTest
    @MethodSource("algorithms")
    void asALoopAroundTheOptimizer(Hyperparameters h) {
        for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
            for (Backend backend : Backend.available()) {
                try (Arena arena = Arena.ofConfined()) {
                    asALoop(with(h, 0, 0.5, LookaheadMomentum.KEEP), momentum, backend, arena);
                }
            }
        }
    }

    private static void asALoop(Hyperparameters h, LookaheadMomentum momentum, Backend backend, Arena arena) {
        int k = 3;
        float alpha = 0.3f;
        float[] gradient = new float[LENGTH];
        float[] expected = Numbers.random(1, LENGTH);
        float[] actual = expected.clone();
        float[] slow = expected.clone();
        Map<String, MemorySegment> state = new LinkedHashMap<>();
        Map<String, float[]> slowMomenta = new LinkedHashMap<>();
        Parameter.Builder inner = Parameter.builder(MemorySegment.ofArray(expected), MemorySegment.ofArray(gradient));
        h.state().stream().filter(Objects::nonNull).forEach(buffer -> {
            state.put(buffer.name(), arena.allocate(LENGTH * 4L, 4));
            inner.state(buffer.name(), state.get(buffer.name()));
            if (buffer.isMomentum()) {
                slowMomenta.put(buffer.name(), new float[LENGTH]);
            }
        });
        Parameter parameter = Parameter.of(actual, gradient);
        try (Optimizer plain = Optimizer.builder(h).backend(backend).parameter(inner.build()).build();
                Optimizer lookahead = Optimizer.builder(with(h, k, alpha, momentum)).backend(backend)
                        .parameter(parameter).build()) {
            for (int step = 1; step <= 7; step++) {
                System.arraycopy(Numbers.random(100 + step, LENGTH), 0, gradient, 0, LENGTH);
                plain.step();
                for (int i = 0; step % k == 0 && i < LENGTH; i++) {
                    slow[i] = Math.fma(alpha, expected[i] - slow[i], slow[i]);
                    expected[i] = slow[i];
                    for (Map.Entry<String, float[]> each : slowMomenta.entrySet()) {
                        MemorySegment buffer = state.get(each.getKey());
                        float m = buffer.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                        float s = each.getValue()[i];
                        each.getValue()[i] = Math.fma(alpha, m - s, s);
                        buffer.setAtIndex(ValueLayout.JAVA_FLOAT, i, switch (momentum) {
                            case KEEP -> m;
                            case RESET -> 0;
                            case PULLBACK -> each.getValue()[i];
                        });
                    }
                }
                lookahead.step();
                String what = momentum + " on " + backend + ", step " + step + ", ";
                assertArrayEquals(expected, actual, what + "values");
                state.forEach((name, memory) -> assertArrayEquals(memory.toArray(ValueLayout.JAVA_FLOAT),
                        floats(lookahead, parameter, name), what + name));
                slowMomenta.forEach((name, floats) -> {
                    if (momentum == LookaheadMomentum.PULLBACK) {
                        assertArrayEquals(floats, floats(lookahead, parameter, "slow_" + name), what + "slow " + name);
                    }
                });
            }
        }
    }

    /** Of smaller types, the momentum is the slow one rounded to nearest, as conversions round. */
    @ParameterizedTest
    @EnumSource(StateType.class)
    void smallMomentumIsTheSlowOneRounded(StateType type) {
        for (Rounding rounding : Rounding.values()) {
            Parameter parameter = Parameter.of(Numbers.random(1, LENGTH), Numbers.random(2, LENGTH));
            try (Arena arena = Arena.ofConfined();
                    Optimizer optimizer = Adam.builder().lookahead(2, 0.5).stateType(type).stateRounding(rounding)
                            .lookaheadMomentum(LookaheadMomentum.PULLBACK).parameter(parameter).build()) {
                for (int step = 0; step < 4; step++) {
                    optimizer.step();
                }
                ParameterState state = optimizer.state(parameter);
                assertEquals(List.of("exp_avg", "exp_avg_sq", "slow_param", "slow_exp_avg"),
                        List.copyOf(state.buffers().keySet()));
                MemorySegment slow = state.buffer("slow_exp_avg").elements();
                assertEquals(LENGTH * 4L, slow.byteSize());
                ParameterState exact = new ParameterState(4, StateType.FLOAT32,
                        Map.of("exp_avg", new ParameterState.Buffer(slow)));
                ParameterState.Buffer rounded =
                        Conversions.convert(exact, Algorithm.ADAM, type, arena).buffer("exp_avg");
                assertEquals(-1, rounded.elements().mismatch(state.buffer("exp_avg").elements()));
                if (type == StateType.BLOCK8) {
                    assertEquals(-1, rounded.scales().mismatch(state.buffer("exp_avg").scales()));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StateType.class)
    void resetIsZeroInEachType(StateType type) {
        Parameter parameter = Parameter.of(Numbers.random(1, LENGTH), Numbers.random(2, LENGTH));
        try (Optimizer optimizer = sgd(LookaheadMomentum.RESET).stateType(type).parameter(parameter).build()) {
            optimizer.step();
            MemorySegment zeros = MemorySegment.ofArray(new byte[LENGTH * type.bytes()]);
            ParameterState.Buffer buffer = optimizer.state(parameter).buffer("momentum_buffer");
            assertNotEquals(-1, zeros.mismatch(buffer.elements()));
            optimizer.step();
            assertEquals(-1, zeros.mismatch(buffer.elements()));
            if (type == StateType.BLOCK8) {
                assertArrayEquals(new byte[(int) buffer.scales().byteSize()],
                        buffer.scales().toArray(ValueLayout.JAVA_BYTE));
            }
            assertEquals(List.of("momentum_buffer", "slow_param"),
                    List.copyOf(optimizer.state(parameter).buffers().keySet()));
        }
    }

    @Test
    void skippedStepsAndUpdatesInGradients() {
        float[] values = {8};
        float[] gradient = {Float.NaN};
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                .updateInGradient().build();
        try (Optimizer optimizer = sgd(LookaheadMomentum.RESET).parameter(parameter).build()) {
            StepOptions options = StepOptions.NONE.withSkipNonFinite(true);
            for (float g : new float[] {1, Float.NaN, 1}) {
                gradient[0] = g;
                if (optimizer.step(options).applied()) {
                    values[0] -= gradient[0];
                } else {
                    assertArrayEquals(new float[] {1}, floats(optimizer, parameter, "momentum_buffer"));
                }
            }
            assertEquals(6.75f, values[0]); // 8 + (5.5 - 8) / 2
            assertArrayEquals(new float[] {0}, floats(optimizer, parameter, "momentum_buffer"));
        }
    }

    // ------------------------------------------------------------------------------------------- as the authors' code

    static List<Path> files(String momentum) throws IOException, URISyntaxException {
        List<Path> files = new ArrayList<>();
        for (Path file : GoldenVectorTest.family()) {
            if (GoldenVector.read(file).isLookaheadOfSgd(momentum)) {
                files.add(file);
            }
        }
        assertFalse(files.isEmpty(), momentum);
        return files;
    }

    /**
     * SGD in double: after each step the parameters.
     *
     * @param aliased whether the slow momentum is the momentum itself, once there is one, as in the authors' code
     */
    private static double[][] inDouble(GoldenVector vector, boolean aliased) {
        Hyperparameters h = vector.lookahead();
        int k = Math.toIntExact(h.get(Hyperparameters.LOOKAHEAD_STEPS));
        double alpha = h.get(Hyperparameters.LOOKAHEAD_ALPHA);
        double[] p = vector.initial();
        double[] slow = p.clone();
        double[] m = new double[p.length];
        double[] slowMomentum = new double[p.length];
        double[][] gradients = vector.gradients();
        double[][] path = new double[gradients.length][];
        for (int t = 1; t <= gradients.length; t++) {
            for (int i = 0; i < p.length; i++) {
                m[i] = h.get(SgdSettings.MOMENTUM) * m[i] + gradients[t - 1][i] + h.weightDecay() * p[i];
                p[i] -= h.learningRate() * m[i];
                if (t % k == 0) {
                    slow[i] = p[i] = alpha * p[i] + (1 - alpha) * slow[i];
                    double before = aliased && t > k ? alpha * m[i] : slowMomentum[i];
                    m[i] = switch (h.get(Hyperparameters.LOOKAHEAD_MOMENTUM)) {
                        case KEEP -> m[i];
                        case RESET -> 0;
                        case PULLBACK -> alpha * m[i] + (1 - alpha) * before;
                    };
                    slowMomentum[i] = m[i];
                }
            }
            path[t - 1] = p.clone();
        }
        return path;
    }

    /** This test's own arithmetic agrees with all files, with the bug in those that have it. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "reset", "pullback"})
    void theOracleIsTheAuthorsCode(String momentum) throws IOException, URISyntaxException {
        for (Path file : files(momentum)) {
            GoldenVector vector = GoldenVector.read(file);
            double[][] expected = vector.parameters();
            double[][] actual = inDouble(vector, true);
            for (int t = 0; t < expected.length; t++) {
                assertArrayEquals(expected[t], actual[t], 1e-12, file + ", step " + (t + 1));
            }
            boolean interpolates = Arrays.deepEquals(actual, inDouble(vector, false));
            assertEquals(!momentum.equals("pullback"), interpolates, "the bug makes no difference");
        }
    }

    /** The library takes the way without the bug. Its rounding errors are those of all vectors. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "reset", "pullback"})
    void takesTheSameWay(String momentum) throws IOException, URISyntaxException {
        for (Path file : files(momentum)) {
            GoldenVector vector = GoldenVector.read(file);
            double[][] gradients = vector.gradients();
            double[][] expected = inDouble(vector, false);
            for (Backend backend : Backend.available()) {
                try (Trajectory trajectory = new Trajectory(file.getFileName() + " on " + backend, vector.initial(),
                        p -> Optimizer.builder(vector.lookahead()).backend(backend).parameter(p).build())) {
                    for (int t = 0; t < gradients.length; t++) {
                        trajectory.step(gradients[t], expected[t]);
                    }
                }
            }
        }
    }

    // --------------------------------------------------------------------------------------------- the same bits

    /** From Java, native code on every target, and several threads. */
    @ParameterizedTest
    @MethodSource("io.radam.LookaheadTest#kinds")
    void sameBits(MixedModel.Kind kind) {
        List<Hyperparameters> all = algorithms().toList();
        int number = LookaheadTest.kinds().toList().indexOf(kind);
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (StateType type : StateType.values()) {
                LookaheadMomentum momentum = (number + type.ordinal()) % 3 == 0 ? LookaheadMomentum.RESET
                        : LookaheadMomentum.PULLBACK;
                // Every algorithm, but not with every kind of memory, which would take minutes.
                for (int i = number % 6; i < all.size(); i += 6) {
                    Hyperparameters h = with(all.get(i), 2, 0.5, momentum);
                    List<byte[]> java = LookaheadTest.run(kind, h, StepOptions.NONE, builder -> builder
                            .stateType(type).backend(Backend.named("java")).sequential());
                    for (Backend backend : Backend.available()) {
                        LookaheadTest.assertSame(java, LookaheadTest.run(kind, h, StepOptions.NONE,
                                builder -> builder.stateType(type).backend(backend)),
                                h.algorithm() + " with " + type + " by " + backend);
                    }
                    LookaheadTest.assertSame(java, LookaheadTest.run(kind, h, StepOptions.NONE,
                            builder -> builder.stateType(type).pool(pool)),
                            h.algorithm() + " with " + type + " by three threads");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StateType.class)
    @EnabledOnOs(OS.LINUX)
    void inFiles(StateType type, @TempDir(factory = StateOnDiskTest.BesideClasses.class) Path folder) {
        int length = 500_001;
        for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
            List<float[]> results = new ArrayList<>();
            for (boolean onDisk : new boolean[] {false, true}) {
                float[] values = Numbers.random(3, length);
                RAdam.Builder builder = Ranger.builder().lookahead(2, 0.5).lookaheadMomentum(momentum)
                        .stateType(type).parameter(Parameter.of(values, Numbers.random(4, length)));
                try (Optimizer optimizer = (onDisk ? builder.stateOnDisk(folder, 1 << 20) : builder).build()) {
                    for (int step = 0; step < 5; step++) {
                        optimizer.step();
                    }
                    results.add(values);
                }
            }
            assertArrayEquals(results.get(0), results.get(1), momentum.toString());
        }
    }

    /** A snapshot, at any place in the cycle. */
    @ParameterizedTest
    @EnumSource(StateType.class)
    void onceResumed(StateType type) {
        for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
            UnaryOperator<RAdam.Builder> settings = builder -> builder.lookahead(3, 0.25).lookaheadMomentum(momentum)
                    .stateType(type).unrectified(Unrectified.MOMENTUM).seed(9);
            for (int begun = 0; begun <= 4; begun++) {
                float[] gradient = new float[LENGTH];
                float[] first = Numbers.random(5, LENGTH);
                float[] resumed = new float[LENGTH];
                try (Optimizer one = settings.apply(RAdam.builder().parameter(Parameter.of(first, gradient))).build();
                        Optimizer two = settings.apply(RAdam.builder().parameter(Parameter.of(resumed, gradient)))
                                .build()) {
                    for (int step = 1; step <= 8; step++) {
                        System.arraycopy(Numbers.random(step, LENGTH), 0, gradient, 0, LENGTH);
                        one.step();
                        if (step == begun) {
                            two.restore(one.snapshot());
                            System.arraycopy(first, 0, resumed, 0, LENGTH);
                        } else if (step > begun) {
                            if (step == 1) {
                                System.arraycopy(Numbers.random(5, LENGTH), 0, resumed, 0, LENGTH);
                            }
                            two.step();
                            assertArrayEquals(first, resumed, momentum + " after " + begun + ", step " + step);
                        }
                    }
                }
            }
        }
    }

    // -------------------------------------------------------------------------------------------------- as settings

    @Test
    void settingsAsText() {
        Hyperparameters kept = with(Algorithm.LION.defaults(), 5, 0.8, LookaheadMomentum.KEEP);
        assertFalse(kept.toText().containsKey("lookaheadMomentum"));
        for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
            Hyperparameters h = with(Algorithm.LION.defaults(), 5, 0.8, momentum);
            assertEquals(h, Hyperparameters.parse(Algorithm.LION, h.toText()));
            assertEquals(momentum == LookaheadMomentum.KEEP, h.equals(kept));
            // Without Lookahead it is none.
            assertEquals(Algorithm.LION.defaults(), with(h, 0, 0.8, momentum));
        }
        assertEquals(List.of("exp_avg", "slow_param", "slow_exp_avg"),
                with(kept, 5, 0.8, LookaheadMomentum.PULLBACK).state().stream().map(StateBuffer::name).toList());
        Misuse.refused(InvalidHyperparameterException.class, () -> Hyperparameters.parse(Algorithm.LION,
                Map.of("lookaheadMomentum", "FORGET")), "lookaheadMomentum", "FORGET");
    }

    @Test
    void momentumOfEachAlgorithm() {
        Map<String, List<String>> momenta = new LinkedHashMap<>();
        for (Algorithm algorithm : Algorithm.values()) {
            momenta.put(algorithm.toString(),
                    algorithm.state().stream().filter(StateBuffer::isMomentum).map(StateBuffer::name).toList());
        }
        assertEquals(List.of("exp_avg"), momenta.get("adam"));
        assertEquals(List.of("momentum_buffer"), momenta.get("sgd"));
        assertEquals(List.of("exp_avg_fast", "exp_avg_slow"), momenta.get("ademamix"));
        assertEquals(List.of("exp_avg", "exp_avg_diff"), momenta.get("adan"));
        assertEquals(List.of("exp_avg"), momenta.get("adamod"));
        assertEquals(List.of("exp_avg"), momenta.get("adabelief"));
        assertEquals(List.of("momentum_buffer"), momenta.get("rmsprop"));
        for (String none : List.of("adagrad", "adadelta", "cocob", "madgrad", "schedulefree_sgd")) {
            assertEquals(List.of(), momenta.get(none), none);
        }
    }

    @Test
    void thereHasToBeMomentum() {
        for (LookaheadMomentum momentum : List.of(LookaheadMomentum.RESET, LookaheadMomentum.PULLBACK)) {
            for (Hyperparameters h : List.of(Algorithm.SGD.defaults(), Algorithm.ADAGRAD.defaults(),
                    Algorithm.SCHEDULEFREE_ADAMW.defaults())) {
                Misuse.refused(InvalidHyperparameterException.class, () -> with(h, 5, 0.5, momentum),
                        "lookaheadMomentum", momentum, h.algorithm());
            }
            SGD.builder().lookaheadMomentum(momentum).parameter(parameter(1)).build().close(); // no Lookahead
        }
        Misuse.refused(NullPointerException.class, () -> SGD.builder().lookaheadMomentum(null), "momentum");
    }

    /** On a GPU the host pulls back, in memory that it needs before the step changes anything. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void withoutMemoryBesideAGpu(@TempDir Path folder) throws Exception {
        ChildJvm.Result result = new ChildJvm(folder).option(ChildJvm.NATIVE_ACCESS,
                "-Dradam.cuda.library.path=" + System.getProperty("radam.cuda.library.path")).run(PullbackProbe.class);
        result.assertContains("second", "no memory for a copy of " + (64 << 20) + " bytes of momentum");
        assertEquals("1", result.get("steps"));
        assertEquals("true", result.get("same"));
        assertEquals("true", result.get("moved"));
    }

    /** Slow momenta are state, which does not change once it is built; what is done without them may. */
    @Test
    void changesBetweenSteps() {
        Parameter parameter = parameter(8);
        try (Optimizer optimizer = sgd(LookaheadMomentum.KEEP).parameter(parameter).build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            optimizer.step();
            group.setHyperparameters(group.hyperparameters().with(Hyperparameters.LOOKAHEAD_MOMENTUM,
                    LookaheadMomentum.RESET));
            optimizer.step();
            assertArrayEquals(new float[] {0}, floats(optimizer, parameter, "momentum_buffer"));
            Misuse.refused(InvalidHyperparameterException.class, () -> group.setHyperparameters(group.hyperparameters()
                    .with(Hyperparameters.LOOKAHEAD_MOMENTUM, LookaheadMomentum.PULLBACK)), "slow_momentum_buffer");
        }
    }

    @Test
    void snapshotsOfOthers() {
        try (Optimizer pulled = sgd(LookaheadMomentum.PULLBACK).parameter(parameter(8)).build();
                Optimizer kept = sgd(LookaheadMomentum.KEEP).parameter(parameter(8)).build()) {
            OptimizerSnapshot one = pulled.snapshot();
            OptimizerSnapshot other = kept.snapshot();
            Misuse.refused(InvalidSnapshotException.class, () -> kept.restore(one), "slow_momentum_buffer");
            Misuse.refused(InvalidSnapshotException.class, () -> pulled.restore(other), "slow_momentum_buffer");
        }
    }

    /** Memory of the caller, which is float32 whatever the type of state. */
    @Test
    void memoryOfTheCaller() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slow = arena.allocate(8, 4);
            slow.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 3);
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[2]),
                    MemorySegment.ofArray(new float[] {1, 1})).state("slow_momentum_buffer", slow).build();
            try (Optimizer optimizer = sgd(LookaheadMomentum.PULLBACK).stateType(StateType.BFLOAT16)
                    .parameter(parameter).build()) {
                optimizer.step();
                optimizer.step();
                assertArrayEquals(new float[] {0.75f, 2.25f}, slow.toArray(ValueLayout.JAVA_FLOAT));
            }
            Parameter none = Parameter.builder(MemorySegment.ofArray(new float[2])).state("slow_momentum_buffer", slow)
                    .build();
            Misuse.refused(InvalidParameterException.class,
                    () -> sgd(LookaheadMomentum.RESET).parameter(none).build(), "slow_momentum_buffer");
        }
    }

    @Test
    void namesOfARuleOfOnesOwn() {
        Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder("own").state("slow_exp_avg", true),
                "slow_exp_avg", "Lookahead");
    }
}
