package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StepOptions;
import io.radam.StepResult;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ranks have the bits of one process that adds their gradients in order. */
@ParameterizedClass
@EnumSource
class ShardedBitsTest {
    @org.junit.jupiter.params.Parameter
    Engine engine;

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Model.Storage storage : Model.Storage.values()) {
            for (int ranks = 1; ranks <= 4; ranks++) {
                cases.add(Arguments.of("RAdam of PyTorch", storage, ranks));
            }
        }
        for (String algorithm : Model.ALGORITHMS.keySet()) {
            cases.add(Arguments.of(algorithm, Model.Storage.FLOAT32, 3));
            cases.add(Arguments.of(algorithm, Model.Storage.FLOAT16_BLOCK8, 2));
        }
        cases.add(Arguments.of("AdamP by rows", Model.Storage.MASTERS, 3));
        cases.add(Arguments.of("AdamW, centralized", Model.Storage.MASTERS, 3));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, {2} ranks")
    @MethodSource("cases")
    void sameAsOneProcess(String algorithm, Model.Storage storage, int ranks) throws Exception {
        requireSameAsOneProcess(engine, algorithm, storage, ranks,
                collectives -> Training.train(algorithm, storage, collectives));
    }

    static Stream<Arguments> announced() {
        List<Arguments> cases = new ArrayList<>();
        for (Training.Announced announced : Training.Announced.values()) {
            for (int ranks = 1; ranks <= 4; ranks++) {
                cases.add(Arguments.of(announced, Model.Storage.MASTERS, ranks, 1));
                cases.add(Arguments.of(announced, Model.Storage.FLOAT16_BLOCK8, ranks, 10_000));
            }
        }
        for (Model.Storage storage : Model.Storage.values()) {
            cases.add(Arguments.of(Training.Announced.FROM_THE_LAST, storage, 3, 10_000));
            cases.add(Arguments.of(Training.Announced.SOME, storage, 2, 1_000_000));
        }
        return cases.stream();
    }

    /** Gradients that go to other ranks while others are computed, in buckets of which each has some of all ranks. */
    @ParameterizedTest(name = "{0}, {1}, {2} ranks, buckets of {3}")
    @MethodSource
    void announced(Training.Announced announced, Model.Storage storage, int ranks, long bucketElements)
            throws Exception {
        // A layer-wise algorithm adds up sums of all ranks, whose pieces come by buckets too.
        String algorithm = announced == Training.Announced.SOME ? "LARS" : ranks % 2 == 0 ? "AdamW" : "LAMB";
        requireSameAsOneProcess(engine, algorithm, storage, ranks,
                collectives -> Training.train(algorithm, storage, collectives, announced, bucketElements));
    }

    /** Returns the outcomes of all ranks. */
    static List<Training.Outcome> requireSameAsOneProcess(Engine engine, String algorithm, Model.Storage storage,
            int ranks, Ranks.Work<Training.Outcome> training) throws Exception {
        Model whole = new Model(storage, algorithm).forSums();
        long elements = whole.parameters.stream().mapToLong(Parameter::length).sum();
        List<StepResult> expected = new ArrayList<>();
        try (Optimizer optimizer = whole.builder(algorithm).build()) {
            for (int step = 1; step <= Training.STEPS; step++) {
                for (int i = 0; i < whole.parameters.size(); i++) {
                    whole.parameters.get(i).gradient().copyFrom(whole.summedGradient(ranks, step, i));
                }
                if (step == Training.INFINITE) {
                    whole.parameters.getFirst().gradient().set(ValueLayout.JAVA_FLOAT, 0, Float.POSITIVE_INFINITY);
                }
                StepOptions options = Training.options(step);
                expected.add(optimizer.step(options.withLossScale(options.lossScale() * ranks)));
            }
            List<Training.Outcome> outcomes = Ranks.run(engine, ranks, training);
            for (Training.Outcome outcome : outcomes) {
                assertContents(whole.contents(), outcome.contents());
                for (int step = 0; step < Training.STEPS; step++) {
                    assertSame(expected.get(step), outcome.results().get(step));
                }
                for (int i = 0; i < whole.parameters.size(); i++) {
                    long[] slice = outcome.slices().get(i);
                    assertContents(whole.state(optimizer, whole.parameters.get(i), slice[0], slice[1]),
                            outcome.states().get(i));
                }
            }
            for (int i = 0; i < whole.parameters.size(); i++) {
                int parameter = i;
                assertEquals(whole.parameters.get(i).length(),
                        outcomes.stream().mapToLong(outcome -> outcome.slices().get(parameter)[1]).sum());
            }
            if (ranks > 1) {
                assertTrue(outcomes.stream().allMatch(outcome -> outcome.slices().stream().mapToLong(s -> s[1]).sum()
                        < 0.7 * elements), "a rank has all");
            }
            return outcomes;
        }
    }

    private static void assertSame(StepResult expected, StepResult actual) {
        assertEquals(expected.applied(), actual.applied());
        assertEquals(expected.statistics() == null, actual.statistics() == null);
        if (expected.statistics() != null && expected.statistics().nonFinite() == 0) {
            assertEquals(expected.statistics().norm(), actual.statistics().norm());
            assertEquals(expected.statistics().maxAbs(), actual.statistics().maxAbs());
            assertEquals(0, actual.statistics().nonFinite());
        }
    }

    private static void assertContents(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "buffer " + i);
        }
    }
}
