package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
        java.lang.foreign.Arena arena = java.lang.foreign.Arena.ofShared();
        CustomAlgorithm closing = builder().coefficients((step, h, c) -> arena.close()).build();
        MemorySegment values = arena.allocate(4000, 4);
        try (Optimizer optimizer = Optimizer.builder(closing.defaults())
                .parameter(Parameter.of(values, MemorySegment.ofArray(new float[1000]))).build()) {
            Misuse.refused(InvalidParameterException.class, optimizer::step, "values");
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

    @Test
    void snapshotsOfAnotherRule() {
        CustomAlgorithm other = builder().build();
        try (Optimizer one = Optimizer.builder(builder().build().defaults()).parameter(Parameter.of(new float[1]))
                .build();
                Optimizer two = Optimizer.builder(other.defaults()).parameter(Parameter.of(new float[1])).build();
                Optimizer adam = Adam.builder().parameter(Parameter.of(new float[1])).build()) {
            Misuse.refused(InvalidSnapshotException.class, () -> one.restore(two.snapshot()), "own.rule");
            Misuse.refused(InvalidSnapshotException.class, () -> one.restore(adam.snapshot()), "own.rule", "adam");
            Misuse.refused(InvalidSnapshotException.class, () -> adam.restore(one.snapshot()), "own.rule", "adam");
            Misuse.refused(InvalidHyperparameterException.class,
                    () -> one.groups().getFirst().setHyperparameters(Algorithm.ADAM.defaults()), "own.rule", "adam");
        }
    }
}
