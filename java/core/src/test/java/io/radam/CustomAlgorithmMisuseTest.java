package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rules of the user's own that cannot be, and such that fail. */
class CustomAlgorithmMisuseTest {
    private static final CustomCoefficients NONE = (step, h, c) -> { };
    private static final CustomRule NOTHING = (count, c, values, gradient, state) -> { };

    private static CustomAlgorithm.Builder builder() {
        return CustomAlgorithm.builder("own.rule").coefficients(NONE).rule(NOTHING);
    }

    @Test
    void names() {
        assertThrows(NullPointerException.class, () -> CustomAlgorithm.builder(null));
        for (String name : new String[] {"", " ", "1st", "two words", "ä", "a\n", "x".repeat(65)}) {
            Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder(name), "\"" + name + "\"");
            Misuse.refused(IllegalArgumentException.class, () -> builder().state(name, true), "\"" + name + "\"");
        }
        assertThrows(NullPointerException.class, () -> Hyperparameter.flag(null));
        for (String name : new String[] {"", "1st", "two words", "\ud800", "x".repeat(65)}) {
            Misuse.refused(IllegalArgumentException.class, () -> Hyperparameter.steps(name), "hyperparameter",
                    "\"" + name + "\"");
        }
        for (String name : new String[] {"step", "exp_avg.scale", "a-b"}) {
            Misuse.refused(IllegalArgumentException.class, () -> builder().state(name, true), "\"" + name + "\"");
        }
        Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder("lion"), "lion");
        Misuse.refused(IllegalArgumentException.class, () -> builder().state("m", true).state("m", false), "m");
        Misuse.refused(IllegalArgumentException.class, () -> builder().coefficients(NONE, "a", "b", "a"), "name a");
        Misuse.refused(IllegalArgumentException.class, () -> builder().hyperparameters(LionSettings.BETA1,
                AdamSettings.BETA1).build(), "beta1");
        Misuse.refused(IllegalArgumentException.class, 
                () -> builder().hyperparameters(Hyperparameters.MAXIMIZE).build(), "maximize");
    }

    @Test
    void whatIsMissingOrTooMuch() {
        Misuse.refused(IllegalArgumentException.class,
                () -> CustomAlgorithm.builder("own.rule").coefficients(NONE).build(), "own.rule", "rule");
        Misuse.refused(IllegalArgumentException.class, () -> CustomAlgorithm.builder("own.rule").rule(NOTHING).build(),
                "own.rule", "coefficients");
        CustomAlgorithm.Builder builder = builder();
        for (int i = 0; i < 6; i++) {
            builder.state("m" + i, i % 2 == 0);
        }
        Misuse.refused(IllegalArgumentException.class, () -> builder.state("m6", true), "6", "m6");
        try (Optimizer optimizer = Optimizer.builder(builder.build().defaults()).stateType(StateType.BLOCK8)
                .parameter(Parameter.of(new float[300], new float[300])).build()) {
            optimizer.step();
        }
    }

    @Test
    void defaultsThatCannotBe() {
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().defaultValue(AdamSettings.BETA1, 0.5).build(), "own.rule", "beta1");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().hyperparameters(Hyperparameter.rate("beta", 1)).build(), "beta", "[0, 1)", "1.0");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().defaultValue(Hyperparameters.LEARNING_RATE, -1.0).build(), "learningRate", "-1");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().build().defaults().with(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED),
                "own.rule", "weightDecayMode");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().build().defaults().withLearningRate(1e39), "learningRate", "1.0E39");
        Misuse.refused(InvalidHyperparameterException.class,
                () -> builder().build().defaults().withGradientScale(0), "gradientScale", "0.0");
    }

    /** A constant whose name is too long for a file. */
    private enum Long101 {
        /** 101 characters. */
        ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJA
    }

    @Test
    void hyperparametersThatCannotBe() {
        assertThrows(NullPointerException.class, () -> Hyperparameter.real("x", 1, null, "any"));
        assertThrows(NullPointerException.class, () -> Hyperparameter.real("x", 1, x -> true, null));
        assertThrows(NullPointerException.class, () -> Hyperparameter.choice("x", (WeightDecay) null));
        Misuse.refused(IllegalArgumentException.class, () -> Hyperparameter.choice("x", Long101.values()[0]), "x",
                "100", "ABCDEFGHIJ");
    }

    /** Coefficients are asked for before anything changes, and again where that has failed. */
    @Test
    void coefficientsThatFail() {
        AtomicInteger calls = new AtomicInteger();
        CustomAlgorithm failing = builder().state("exp_avg", true).coefficients((step, h, c) -> {
            calls.incrementAndGet();
            if (h.weightDecay() == 1) {
                throw new IllegalStateException("no such decay");
            }
            c[0] = 1;
            if (h.weightDecay() == 0) {
                c[1] = h.learningRate() == 0 ? 1e39 : h.learningRate();
            }
        }, "one", "rate").rule((count, c, values, gradient, state) -> {
            for (int i = 0; i < count; i++) {
                values[i] -= c[1] * gradient[i];
                state[0][i] = gradient[i];
            }
        }).build();
        float[] values = new float[2000];
        float[] gradient = new float[2000];
        Arrays.fill(gradient, 1);
        Parameter parameter = Parameter.of(values, gradient);
        try (Optimizer optimizer = Optimizer.builder(failing.defaults().withLearningRate(0.5)).parameter(parameter)
                .build()) {
            ParameterGroup group = optimizer.groups().getFirst();
            for (int attempt = 0; attempt < 2; attempt++) {
                group.update(h -> h.withWeightDecay(1));
                Misuse.refused(IllegalStateException.class, optimizer::step, "no such decay");
                group.update(h -> h.withWeightDecay(2));
                Misuse.refused(InvalidHyperparameterException.class, optimizer::step, "rate", "own.rule", "NaN");
                group.update(h -> h.withWeightDecay(0).withLearningRate(0));
                Misuse.refused(InvalidHyperparameterException.class, optimizer::step, "rate", "1.0E39");
                Misuse.refused(InvalidHyperparameterException.class, optimizer::step, "rate", "1.0E39");
            }
            assertArrayEquals(new float[2000], values);
            assertEquals(0, optimizer.stepCount(parameter));
            assertEquals(8, calls.get());
            group.update(h -> h.withLearningRate(0.5));
            optimizer.step();
            assertEquals(-0.5f, values[1999]);
            assertEquals(1, optimizer.stepCount(parameter));
        }
    }

    /** A function of the user may close memory of the step: then the step fails before it begins. */
    @Test
    void coefficientsThatCloseMemory() {
        Arena arena = Arena.ofShared();
        CustomAlgorithm closing = builder().coefficients((step, h, c) -> arena.close()).build();
        MemorySegment values = arena.allocate(4000, 4);
        try (Optimizer optimizer = Optimizer.builder(closing.defaults())
                .parameter(Parameter.of(values, MemorySegment.ofArray(new float[1000]))).build()) {
            Misuse.refused(InvalidParameterException.class, optimizer::step, "values");
        }
    }

    /** The range of a hyperparameter is asked for after memory was checked: then it is checked again. */
    @Test
    void rangesThatCloseMemory() {
        for (boolean step : new boolean[] {false, true}) {
            Arena arena = Arena.ofConfined();
            boolean[] closes = {false};
            Hyperparameter<Double> closing = Hyperparameter.real("closing", 1, x -> {
                if (closes[0]) {
                    closes[0] = false;
                    arena.close();
                }
                return true;
            }, "");
            CustomAlgorithm own = builder().hyperparameters(closing).build();
            MemorySegment values = arena.allocate(4000, 4);
            try (Optimizer optimizer = Adam.builder().parameter(Parameter.of(values, arena.allocate(4000, 4)))
                    .group(own.defaults(), group -> group.parameter(Parameter.of(new float[9], new float[9])))
                    .build()) {
                optimizer.setLearningRateFactor(0.5);
                closes[0] = true;
                Misuse.refused(InvalidParameterException.class, () -> {
                    if (step) {
                        optimizer.step(StepOptions.NONE.withMaxGradientNorm(1));
                    } else {
                        optimizer.gradientStatistics();
                    }
                }, "closed");
            }
        }
    }

    /** A rule may close memory of another group: that was stepped before. */
    @Test
    void rulesThatCloseMemoryOfOthers() {
        for (boolean alone : new boolean[] {true, false}) {
            Arena arena = Arena.ofConfined();
            MemorySegment values = arena.allocate(4000, 4);
            MemorySegment gradient = arena.allocate(4000, 4);
            gradient.set(ValueLayout.JAVA_FLOAT, 3996, 1);
            float[] seen = {Float.NaN};
            CustomAlgorithm closing = builder().rule((count, c, p, g, state) -> {
                seen[0] = values.get(ValueLayout.JAVA_FLOAT, 3996);
                arena.close();
            }).build();
            Parameter others = Parameter.of(values, gradient);
            var builder = Optimizer.builder(closing.defaults()).parameter(Parameter.of(new float[9], new float[9]))
                    .group(SGD.Preset.PYTORCH.hyperparameters().withLearningRate(1), group -> group.parameter(others));
            try (Optimizer optimizer = (alone ? builder.sequential() : builder).build()) {
                optimizer.step();
                assertEquals(-1, seen[0]);
                assertEquals(1, optimizer.stepCount(others));
                Misuse.refused(InvalidParameterException.class, optimizer::step, "values", "closed");
            }
        }
    }

    /** A rule may close its own memory: the step ends, and does not write there. */
    @Test
    void rulesThatCloseTheirOwnMemory() {
        for (Arena arena : new Arena[] {Arena.ofConfined(), Arena.ofShared()}) {
            CustomAlgorithm closing = builder().rule((count, c, p, g, state) -> arena.close()).build();
            Parameter parameter = Parameter.of(arena.allocate(4000, 4), arena.allocate(4000, 4));
            try (Optimizer optimizer = Optimizer.builder(closing.defaults()).parameter(parameter).build()) {
                Misuse.refused(IllegalStateException.class, optimizer::step, "closed");
                assertEquals(0, optimizer.stepCount(parameter));
            }
        }
    }

    /** State that a rule puts into arrays of its own would be lost: the step ends before anything is stored. */
    @Test
    void rulesThatReplaceArrays() {
        List<CustomRule> wrong = List.of(
                (count, c, values, gradient, state) -> state[0] = null,
                (count, c, values, gradient, state) -> state[2] = new float[count],
                (count, c, values, gradient, state) -> {
                    float[] first = state[0];
                    state[0] = state[1];
                    state[1] = first;
                    values[0] = 1;
                });
        for (CustomRule rule : wrong) {
            CustomAlgorithm own = builder().state("a", true).state("b", true).state("c", true, h -> h.maximize())
                    .rule(rule).build();
            float[] values = new float[10];
            Parameter parameter = Parameter.of(values, new float[10]);
            try (Optimizer optimizer = Optimizer.builder(own.defaults()).parameter(parameter).build()) {
                Misuse.refused(IllegalStateException.class, optimizer::step, "array", "buffer");
                assertArrayEquals(new float[10], values);
                assertEquals(0, optimizer.stepCount(parameter));
            }
        }
    }

    /** What the rule was called for is as it was, no step is counted, and the optimizer can be used. */
    @Test
    void rulesThatFail() {
        CustomAlgorithm failing = builder().state("exp_avg", true).rule((count, c, values, gradient, state) -> {
            for (int i = 0; i < count; i++) {
                values[i]++;
                state[0][i]++;
                if (gradient[i] == 7) {
                    throw new IllegalStateException("seven");
                }
            }
        }).build();
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (boolean sequential : new boolean[] {true, false}) {
                float[] values = new float[100_000];
                float[] gradient = new float[100_000];
                gradient[60_000] = 7;
                Parameter parameter = Parameter.of(values, gradient);
                var builder = Optimizer.builder(failing.defaults()).parameter(parameter);
                try (Optimizer optimizer = (sequential ? builder.sequential() : builder.pool(pool)).build()) {
                    OptimizerSnapshot before = optimizer.snapshot();
                    Misuse.refused(IllegalStateException.class, optimizer::step, "seven");
                    assertEquals(0, optimizer.stepCount(parameter));
                    assertEquals(0, values[60_000], "the elements of the call that failed are as they were");
                    float[] state = optimizer.state(parameter).buffer("exp_avg").elements()
                            .toArray(java.lang.foreign.ValueLayout.JAVA_FLOAT);
                    assertArrayEquals(values, state, "an element's value and state change together");
                    gradient[60_000] = 0;
                    optimizer.restore(before);
                    Arrays.fill(values, 0);
                    optimizer.step();
                    float[] ones = new float[100_000];
                    Arrays.fill(ones, 1);
                    assertArrayEquals(ones, values);
                    assertEquals(1, optimizer.stepCount(parameter));
                }
            }
        }
    }

    /** A negative number in a buffer that was said to have none is a wrong number at most. */
    @Test
    void negativeStateInAnUnsignedBuffer() {
        CustomAlgorithm wrong = builder().state("square", false).rule((count, c, values, gradient, state) -> {
            for (int i = 0; i < count; i++) {
                state[0][i] = i % 3 == 0 ? -i : i % 3 == 1 ? Float.NEGATIVE_INFINITY : Float.NaN;
            }
        }).build();
        for (StateType type : StateType.values()) {
            try (Optimizer optimizer = Optimizer.builder(wrong.defaults()).stateType(type)
                    .parameter(Parameter.of(new float[1000], new float[1000])).build()) {
                optimizer.step();
                optimizer.step();
                assertTrue(optimizer.stepCount(optimizer.groups().getFirst().parameters().getFirst()) == 2);
            }
        }
    }

    /** Also where the optimizer has no group of the algorithm that it was built for. */
    @Test
    void twoRulesOfOneName() {
        Hyperparameters one = builder().build().defaults();
        Hyperparameters two = builder().build().defaults();
        Misuse.refused(InvalidParameterException.class, () -> Optimizer.builder(one)
                .group(two, group -> group.parameter(Parameter.of(new float[1]))).build(), "own.rule", "build it once");
        try (Optimizer optimizer = Optimizer.builder(one)
                .group(Algorithm.LION.defaults(), group -> group.parameter(Parameter.of(new float[1]))).build()) {
            Misuse.refused(InvalidParameterException.class, () -> optimizer.addGroup(group -> group
                    .hyperparameters(two).parameter(Parameter.of(new float[1]))), "own.rule", "build it once");
        }
    }

    @Test
    void snapshotsOfAnotherRule() {
        CustomAlgorithm other = builder().build();
        try (Optimizer one = Optimizer.builder(builder().build().defaults()).parameter(Parameter.of(new float[1]))
                .build();
                Optimizer two = Optimizer.builder(other.defaults()).parameter(Parameter.of(new float[1])).build();
                Optimizer adam = Adam.builder().parameter(Parameter.of(new float[1])).build()) {
            Misuse.refused(InvalidSnapshotException.class, () -> one.restore(two.snapshot()),
                    "another algorithm of the name own.rule", "build it once");
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> one.groups().getFirst().setHyperparameters(other.defaults()),
                    "another algorithm of the name own.rule", "build it once");
            Misuse.refused(InvalidSnapshotException.class, () -> one.restore(adam.snapshot()), "own.rule", "adam");
            Misuse.refused(InvalidSnapshotException.class, () -> adam.restore(one.snapshot()), "own.rule", "adam");
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> one.groups().getFirst().setHyperparameters(Algorithm.ADAM.defaults()), "own.rule", "adam");
        }
    }
}
