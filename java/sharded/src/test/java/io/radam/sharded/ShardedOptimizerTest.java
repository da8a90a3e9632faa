package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.CustomAlgorithm;
import io.radam.InvalidHyperparameterException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.SGD;
import io.radam.SGDP;
import io.radam.ScheduleFree;
import io.radam.ScheduleFreeSGD;
import io.radam.StepOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is bound, what goes over the wire, and what is left when ranks fail. */
@ParameterizedClass
@EnumSource
class ShardedOptimizerTest {
    @org.junit.jupiter.params.Parameter
    Engine engine;

    private static final Duration LONG = Duration.ofMinutes(1);

    private static Collectives alone() {
        return ThreadCollectives.of(1, LONG).getFirst();
    }

    @Test
    void arraysAreSteppedByTheMean() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            float[] values = new float[20_000];
            float[] gradient = new float[values.length];
            Arrays.fill(gradient, collectives.rank() == 0 ? 1 : 4);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    SGD.builder().learningRate(1).parameter(Parameter.of(values, gradient)))) {
                optimizer.step();
            }
            float[] expected = new float[values.length];
            Arrays.fill(expected, -2.5f);
            assertArrayEquals(expected, values);
            return true;
        });
    }

    /** Each rank has the slow weights of its slice. */
    @Test
    void lookahead() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            float[] values = new float[20_000];
            float[] gradient = new float[values.length];
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, SGD.builder().learningRate(1)
                    .lookahead(2, 0.5).parameter(Parameter.of(values, gradient)))) {
                Arrays.fill(values, 8);
                for (float expected : new float[] {6, 6, 4, 4}) { // 8 + (4 - 8) / 2, 6 + (2 - 6) / 2
                    Arrays.fill(gradient, collectives.rank() == 0 ? 1 : 3);
                    optimizer.step();
                    assertEquals(expected, values[0]);
                    assertEquals(expected, values[values.length - 1]);
                }
            }
            return true;
        });
    }

    /** As the README says: of slices, some of which are empty, and gathered. From 0, iterates are -2 and -4. */
    @Test
    void scheduleFreeEvaluatesTheAverageOfIterates() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            List<float[]> model = List.of(new float[20_000], new float[1]);
            List<Parameter> parameters = new ArrayList<>();
            for (float[] values : model) {
                float[] gradient = new float[values.length];
                Arrays.fill(gradient, collectives.rank() == 0 ? 1 : 3);
                parameters.add(Parameter.of(values, gradient));
            }
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    ScheduleFreeSGD.builder().learningRate(1).parameters(parameters))) {
                optimizer.step();
                optimizer.step();
                List<float[]> kept = model.stream().map(float[]::clone).toList();
                for (Parameter parameter : parameters) {
                    Parameter slice = optimizer.slice(parameter);
                    ScheduleFree.average(optimizer.optimizer(), slice, slice.values());
                }
                optimizer.gather();
                for (int i = 0; i < model.size(); i++) {
                    assertHas(-3, model.get(i));
                    System.arraycopy(kept.get(i), 0, model.get(i), 0, kept.get(i).length);
                    assertHas(-3.1f, model.get(i)); // 0.9 · -3 + 0.1 · -4
                }
                optimizer.step();
                // z = -6, x = -4, y = 0.9 x + 0.1 z
                assertHas(-4.2f, model.getFirst());
            }
            return true;
        });
    }

    private static void assertHas(float expected, float[] values) {
        float[] all = new float[values.length];
        Arrays.fill(all, expected);
        assertArrayEquals(all, values, 1e-6f);
    }

    @Test
    void whatIsBoundIsStepped() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            float[] first = {1, 2};
            float[] second = {10};
            Parameter one = Parameter.of(first);
            Parameter two = Parameter.of(second);
            float[] gradient = {collectives.rank(), 1};
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    SGD.builder().learningRate(1).parameter(one).parameter(two))) {
                optimizer.bind(one, MemorySegment.ofArray(gradient));
                optimizer.step();
                assertArrayEquals(new float[] {0.5f, 1}, first);
                assertArrayEquals(new float[] {10}, second);
                assertEquals(1, optimizer.optimizer().stepCount(optimizer.slice(one)));
                assertEquals(0, optimizer.optimizer().stepCount(optimizer.slice(two)));

                float[] moved = {5, 5};
                optimizer.bind(one, MemorySegment.ofArray(moved), MemorySegment.ofArray(gradient));
                optimizer.bind(two, MemorySegment.ofArray(new float[] {3}));
                optimizer.step();
                assertArrayEquals(new float[] {0.5f, 1}, first);
                assertArrayEquals(new float[] {4.5f, 4}, moved);
                assertArrayEquals(new float[] {7}, second);

                optimizer.unbind(two);
                optimizer.step();
                assertArrayEquals(new float[] {7}, second);
                optimizer.zeroGradients();
                assertArrayEquals(new float[2], gradient);
                return true;
            }
        });
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Parameter parameter = Parameter.of(new float[2]);
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(alone(), Adam.builder().parameter(parameter))) {
            MemorySegment three = MemorySegment.ofArray(new float[3]);
            assertThrows(InvalidParameterException.class, () -> optimizer.bind(parameter, three));
            assertThrows(InvalidParameterException.class, () -> optimizer.bind(parameter, three,
                    MemorySegment.ofArray(new float[3])));
            Parameter other = Parameter.of(new float[2]);
            assertThrows(InvalidParameterException.class, () -> optimizer.slice(other));
            assertThrows(InvalidParameterException.class, () -> optimizer.unbind(other));
            AtomicReference<MemorySegment> confined = new AtomicReference<>();
            Thread thread = new Thread(() -> confined.set(Arena.ofConfined().allocate(8, 4)));
            thread.start();
            join(thread);
            assertThrows(InvalidParameterException.class, () -> optimizer.bind(parameter, confined.get()));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A rank sends its gradients of others' elements, and its own new values to each: 4 bytes an element each. */
    @Test
    void bytesOnTheWire() throws Exception {
        int length = 8192 * 8;
        for (int ranks : new int[] {1, 2, 4}) {
            List<Long> sent = Ranks.run(engine, ranks, collectives -> {
                try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                        SGD.builder().parameter(Parameter.of(new float[length], new float[length])))) {
                    optimizer.step();
                    optimizer.step();
                    return optimizer.sentBytes();
                }
            });
            long others = (long) length / ranks * (ranks - 1);
            sent.forEach(bytes -> assertEquals(2 * (4 * others + 4 * others), bytes));
        }
    }

    /** Wherever a rank fails in a step, all get an exception, and all elements are as before or after the step. */
    @ParameterizedTest
    @CsvSource({"SGD, 0", "SGD, 1", "SGD, 2", "SGD, 3", "SGD, 4", "SGDP, 2"})
    void aFailureLeavesElementsAsBeforeOrAfter(String algorithm, int call) throws Exception {
        List<float[]> models = List.of(new float[30_000], new float[30_000]);
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            float[] values = models.get(collectives.rank());
            float[] gradient = new float[values.length];
            Arrays.fill(gradient, 1);
            int[] callsBefore = {Integer.MAX_VALUE};
            boolean hasRows = algorithm.equals("SGDP"); // which exchanges sums of rows in place of those of the norm
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                    .rowLength(3).build();
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(new Failing(collectives, callsBefore),
                    (hasRows ? SGDP.builder() : SGD.builder()).learningRate(1).parameter(parameter))) {
                optimizer.step();
                callsBefore[0] = call;
                StepOptions options = hasRows ? StepOptions.NONE : StepOptions.NONE.withMaxGradientNorm(1e6);
                CollectivesException failure = assertThrows(CollectivesException.class, () -> optimizer.step(options));
                // Before anything is changed, it is the collectives that cannot go on; later it is the optimizer.
                RuntimeException next = assertThrows(RuntimeException.class, optimizer::step);
                assertEquals(call == 0 ? CollectivesException.class : OptimizerStateException.class, next.getClass());
                return failure;
            }
        });
        for (int rank = 0; rank < 2; rank++) {
            String message = assertInstanceOf(CollectivesException.class, outcomes.get(rank)).getMessage();
            assertTrue(message.contains("a cable is cut"), message);
            boolean mayBeAfter = call >= 3;
            for (float value : models.get(rank)) {
                assertTrue(value == -1 || mayBeAfter && value == -2, "call " + call + ": " + value);
            }
        }
    }

    /** An error, such as of memory that has run out, is one of all ranks as well, and ends the training. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anErrorInAStepIsKnownToAll(int failing) throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[1]),
                    MemorySegment.ofArray(new float[1])).average(Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT), _ -> {
                        if (collectives.rank() < failing) {
                            throw new OutOfMemoryError("no space is left");
                        }
                        return 0.5;
                    }).build();
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, Adam.builder().parameter(parameter))) {
                Throwable thrown = assertThrows(Throwable.class, optimizer::step);
                assertThrows(OptimizerStateException.class, optimizer::step);
                return thrown;
            }
        });
        assertEquals("no space is left",
                assertInstanceOf(OutOfMemoryError.class, outcomes.getFirst()).getMessage());
        if (failing == 1) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getLast());
            assertEquals(List.of(0), e.ranks());
            assertEquals("rank 0 failed: java.lang.OutOfMemoryError: no space is left", e.getMessage());
        } else {
            assertInstanceOf(OutOfMemoryError.class, outcomes.getLast());
        }
    }

    @Test
    void anErrorOfARankIsKnownToAll() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    SGD.builder().parameter(Parameter.of(new float[1], new float[1])))) {
                Throwable thrown = assertThrows(Throwable.class, () -> optimizer.onAll("work", () -> {
                    if (collectives.rank() == 1) {
                        throw new OutOfMemoryError();
                    }
                }));
                optimizer.step(); // Work is not a step: nothing of the optimizer is changed.
                return thrown;
            }
        });
        assertEquals("rank 1 failed: java.lang.OutOfMemoryError",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
        assertInstanceOf(OutOfMemoryError.class, outcomes.getLast());
    }

    @Test
    void aRankThatEndsBeforeAStepChangesNothing() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 3, LONG, collectives -> {
            Model model = new Model(Model.Storage.BFLOAT16);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, model.builder("AdamW"))) {
                model.backward(collectives.rank(), 1);
                optimizer.step();
                if (collectives.rank() == 2) {
                    return null;
                }
                Object[] before = model.contents().toArray();
                CollectivesException e = assertThrows(CollectivesException.class, optimizer::step);
                assertEquals(List.of(2), e.ranks());
                assertTrue(Arrays.deepEquals(before, model.contents().toArray()));
                return e;
            }
        });
        assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        assertInstanceOf(CollectivesException.class, outcomes.get(1));
    }

    /** Settings that are out of range together fail on all ranks, which then go on. */
    @Test
    void aStepThatFailsEverywhereChangesNothing() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            float[] values = {1};
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, SGD.builder().learningRate(1)
                    .gradientScale(1e-30).parameter(Parameter.of(values, new float[1])))) {
                StepOptions tooLarge = StepOptions.NONE.withLossScale(1e30);
                assertThrows(InvalidHyperparameterException.class, () -> optimizer.step(tooLarge));
                assertThrows(InvalidHyperparameterException.class,
                        () -> optimizer.step(StepOptions.NONE.withLossScale(3e38)));
                assertArrayEquals(new float[] {1}, values);
                optimizer.step();
                return optimizer.optimizer().stepCount(optimizer.optimizer().groups().getFirst().parameters()
                        .getFirst());
            }
        }).forEach(steps -> assertEquals(1, steps));
    }

    /** A rule of the user that fails on all ranks may have stepped some elements. */
    @Test
    void aRuleThatFailsEverywhereEndsTheTraining() throws Exception {
        CustomAlgorithm failing = CustomAlgorithm.builder("own.failing").coefficients((step, h, c) -> { })
                .rule((count, c, values, gradient, state) -> {
                    for (int i = 0; i < count; i++) {
                        values[i]++;
                        if (gradient[i] == 1) {
                            throw new IllegalStateException("one");
                        }
                    }
                }).build();
        Ranks.run(engine, 2, collectives -> {
            float[] gradient = new float[30_000];
            gradient[5000] = 1;
            gradient[29_000] = 1;
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, Optimizer.builder(failing.defaults())
                    .sequential().parameter(Parameter.of(new float[gradient.length], gradient)))) {
                assertEquals("one", assertThrows(IllegalStateException.class, optimizer::step).getMessage());
                String message = assertThrows(OptimizerStateException.class, optimizer::step).getMessage();
                assertTrue(message.contains("one"), message);
            }
            return true;
        });
    }

    @Test
    void aClosedOptimizerIsRefused() {
        Parameter parameter = Parameter.of(new float[2], new float[2]);
        Collectives alone = alone();
        ShardedOptimizer optimizer = ShardedOptimizer.of(alone, Adam.builder().parameter(parameter));
        assertEquals(alone, optimizer.collectives());
        optimizer.close();
        optimizer.close();
        assertThrows(OptimizerStateException.class, optimizer::step);
        assertThrows(OptimizerStateException.class, optimizer::gather);
        alone.barrier(); // is still open
    }

    @Test
    void twoCallsAtATimeAreRefused() {
        AtomicReference<ShardedOptimizer> inside = new AtomicReference<>();
        AtomicReference<Class<?>> thrown = new AtomicReference<>();
        MemorySegment gradient = MemorySegment.ofArray(new float[1]);
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(new float[1]), gradient)
                .average(Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT), _ -> {
                    thrown.set(assertThrows(OptimizerStateException.class, () -> inside.get().close()).getClass());
                    return 0.5;
                }).build();
        try (ShardedOptimizer optimizer = ShardedOptimizer.of(alone(), Adam.builder().parameter(parameter))) {
            inside.set(optimizer);
            optimizer.step();
        }
        assertEquals(OptimizerStateException.class, thrown.get());
    }
}
