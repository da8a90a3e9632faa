package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.DType;
import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.SGD;
import io.radam.StepOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients that are announced before the step: when they go, what is refused, and what is left where ranks fail. */
@ParameterizedClass
@EnumSource
class OverlapTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @org.junit.jupiter.params.Parameter
    Engine engine;

    /** Parameters of 20,000 elements, each of them a bucket, whose gradients are 1. */
    private static final class Three implements AutoCloseable {
        final float[][] values = new float[3][20_000];
        final float[][] gradients = new float[3][20_000];
        final Parameter[] parameters = new Parameter[3];
        final ShardedOptimizer optimizer;

        Three(Collectives collectives) {
            SGD.Builder builder = SGD.builder().learningRate(1);
            for (int i = 0; i < 3; i++) {
                Arrays.fill(gradients[i], 1);
                parameters[i] = Parameter.builder(MemorySegment.ofArray(values[i]),
                        MemorySegment.ofArray(gradients[i])).name("p" + i).build();
                builder.parameter(parameters[i]);
            }
            optimizer = ShardedOptimizer.of(collectives, builder, DType.FLOAT32, 1);
        }

        /** Where all elements are after the same number of steps. */
        void requireSteps(int steps) {
            float[] expected = new float[20_000];
            Arrays.fill(expected, -steps);
            for (float[] some : values) {
                assertArrayEquals(expected, some);
            }
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    private static Collectives alone() {
        return ThreadCollectives.of(1, LONG).getFirst();
    }

    /** Collectives that tell when a number of exchanges has begun. */
    private static final class Counting extends Delegating {
        private final CountDownLatch exchanges;

        Counting(Collectives collectives, CountDownLatch exchanges) {
            super(collectives);
            this.exchanges = exchanges;
        }

        @Override
        public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
            exchanges.countDown();
            super.exchange(send, sendBytes, receive, receiveBytes);
        }
    }

    /** The exchange of the last two buckets begins before the first one's gradient is there. */
    @Test
    void theExchangeBeginsBeforeTheStep() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            CountDownLatch two = new CountDownLatch(2);
            CountDownLatch three = new CountDownLatch(3);
            try (Three model = new Three(new Counting(new Counting(collectives, two), three))) {
                model.optimizer.gradientReady(model.parameters[1]);
                model.optimizer.gradientReady(model.parameters[2]);
                assertTrue(two.await(1, TimeUnit.MINUTES), "nothing is exchanged before the step");
                Arrays.fill(model.gradients[0], 1); // is still computed
                assertEquals(1, three.getCount(), "is exchanged before it is announced");
                model.optimizer.step();
                model.requireSteps(1);
            }
            return true;
        });
    }

    @Test
    void whatCannotBeAnnouncedIsRefused() throws Exception {
        Arena gone = Arena.ofShared();
        try (Three model = new Three(alone())) {
            ShardedOptimizer optimizer = model.optimizer;
            assertThrows(InvalidParameterException.class,
                    () -> optimizer.gradientReady(Parameter.of(new float[1], new float[1])));
            optimizer.unbind(model.parameters[0]);
            requireRefused("has no gradient", InvalidParameterException.class,
                    () -> optimizer.gradientReady(model.parameters[0]));
            optimizer.bind(model.parameters[1], gone.allocate(80_000, 4));
            gone.close();
            requireRefused("is closed", InvalidParameterException.class,
                    () -> optimizer.gradientReady(model.parameters[1]));
            try (Arena confined = Arena.ofConfined()) {
                optimizer.bind(model.parameters[1], confined.allocate(80_000, 4));
                requireRefused("confined to a thread", InvalidParameterException.class,
                        () -> optimizer.gradientReady(model.parameters[1]));
            }
            optimizer.unbind(model.parameters[1]); // Nothing has begun.
        }
        Three closed = new Three(alone());
        closed.close();
        assertThrows(OptimizerStateException.class, () -> closed.optimizer.gradientReady(closed.parameters[0]));
        try (ForkJoinPool pool = new ForkJoinPool(1)) {
            Parameter parameter = Parameter.of(new float[1], new float[1]);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(alone(), SGD.builder().pool(pool)
                    .parameter(parameter))) {
                pool.shutdown();
                requireRefused("shut down", OptimizerStateException.class, () -> optimizer.gradientReady(parameter));
            }
        }
    }

    /** A pool all of whose threads wait for the step is not waited for. */
    @Test
    void theStepMayBeMadeInItsOwnPool() throws Exception {
        try (ForkJoinPool pool = new ForkJoinPool(1)) {
            float[] values = new float[20_000];
            float[] gradient = new float[20_000];
            Arrays.fill(gradient, 1);
            Parameter parameter = Parameter.of(values, gradient);
            pool.submit(() -> {
                try (ShardedOptimizer optimizer = ShardedOptimizer.of(alone(), SGD.builder().learningRate(1).pool(pool)
                        .parameter(parameter))) {
                    optimizer.gradientReady(parameter);
                    optimizer.step();
                }
            }).get(LONG.toSeconds(), TimeUnit.SECONDS);
            float[] expected = new float[20_000];
            Arrays.fill(expected, -1);
            assertArrayEquals(expected, values);
        }
    }

    private static void requireRefused(String why, Class<? extends RuntimeException> type, Runnable call) {
        String message = assertThrows(type, call::run).getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void betweenAnnouncementAndStepOnlySomeCallsAreTaken() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            try (Three model = new Three(collectives)) {
                ShardedOptimizer optimizer = model.optimizer;
                optimizer.unbind(model.parameters[0]);
                optimizer.gradientReady(model.parameters[2]);
                Class<OptimizerStateException> state = OptimizerStateException.class;
                requireRefused("was announced before", state, () -> optimizer.gradientReady(model.parameters[2]));
                for (Runnable call : List.<Runnable>of(optimizer::gather, optimizer::zeroGradients,
                        () -> optimizer.unbind(model.parameters[1]), () -> optimizer.onAll("work", () -> { }),
                        () -> optimizer.restore(() -> { }))) {
                    requireRefused("gradients were announced; make the step first", state, call);
                }
                MemorySegment other = MemorySegment.ofArray(new float[20_000]);
                requireRefused("had no gradient when others were announced", state,
                        () -> optimizer.bind(model.parameters[0], other));
                requireRefused("gradient was announced, and may be on its way", state,
                        () -> optimizer.bind(model.parameters[2], other));
                optimizer.bind(model.parameters[1], other);
                optimizer.gradientReady(model.parameters[1]);
                optimizer.optimizer().groups().getFirst().setLearningRate(2);
                optimizer.step();
                assertEquals(0, model.values[0][19_999]);
                assertEquals(0, model.values[1][19_999]);
                assertEquals(-2, model.values[2][19_999]);
                optimizer.gather();
                optimizer.bind(model.parameters[0], other);
            }
            return true;
        });
    }

    /** What is confined to the caller goes with the step, if it was not announced. */
    @Test
    void whatIsNotAnnouncedIsForTheCaller() throws Exception {
        Ranks.run(engine, 2, collectives -> {
            try (Arena confined = Arena.ofConfined(); Three model = new Three(collectives)) {
                MemorySegment gradient = confined.allocate(80_000, 4);
                gradient.copyFrom(MemorySegment.ofArray(model.gradients[1]));
                model.optimizer.bind(model.parameters[1], gradient);
                model.optimizer.gradientReady(model.parameters[2]);
                model.optimizer.step();
                model.requireSteps(1);
            }
            return true;
        });
    }

    /** Options and settings that differ are found by the step, with nothing changed, and all can go on. */
    @Test
    void differencesAreRefused() throws Exception {
        Ranks.run(engine, 3, collectives -> {
            int rank = collectives.rank();
            try (Three model = new Three(collectives)) {
                ShardedOptimizer optimizer = model.optimizer;
                if (rank > 0) {
                    optimizer.gradientReady(model.parameters[2]);
                }
                StepOptions options = StepOptions.NONE.withLossScale(rank == 1 ? 2 : 1);
                requireRefused("ranks differ: rank 1 has options StepOptions", RankMismatchException.class,
                        () -> optimizer.step(options));
                optimizer.gradientReady(model.parameters[2]);
                optimizer.optimizer().groups().getFirst().setLearningRate(rank == 1 ? 0.5 : 1);
                requireRefused("ranks differ: rank 1 has group", RankMismatchException.class, optimizer::step);
                optimizer.optimizer().groups().getFirst().setLearningRate(1);

                if (rank == 1) {
                    optimizer.unbind(model.parameters[0]);
                }
                if (rank < 2) {
                    optimizer.gradientReady(model.parameters[2]);
                }
                requireRefused("ranks differ: rank 1 has parameter 0 (p0) with no gradient",
                        RankMismatchException.class, optimizer::step);
                optimizer.bind(model.parameters[0], MemorySegment.ofArray(model.gradients[0]));

                if (rank < 2) {
                    optimizer.gradientReady(model.parameters[2]);
                }
                requireRefused("ranks differ: rank 2 has the call of gather", RankMismatchException.class,
                        rank < 2 ? optimizer::step : optimizer::gather);
                model.requireSteps(0);
                optimizer.gradientReady(model.parameters[2]);
                optimizer.step();
                model.requireSteps(1);
            }
            return true;
        });
    }

    /** A rank that fails in its checks, before or after the others' gradients have gone, changes nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRankThatFailsInItsChecksIsNamed(boolean announces) throws Exception {
        Ranks.run(engine, 2, collectives -> {
            try (Three model = new Three(collectives)) {
                ShardedOptimizer optimizer = model.optimizer;
                StepOptions options = StepOptions.NONE.withZeroGradients(true);
                if (collectives.rank() == 0 || announces) {
                    optimizer.gradientReady(model.parameters[2]);
                }
                if (collectives.rank() == 1) {
                    optimizer.bind(model.parameters[0], MemorySegment.ofArray(model.gradients[0]).asReadOnly());
                    assertThrows(InvalidParameterException.class, () -> optimizer.step(options));
                    optimizer.bind(model.parameters[0], MemorySegment.ofArray(model.gradients[0]));
                } else {
                    requireRefused("rank 1 failed: the gradient is read-only", CollectivesException.class,
                            () -> optimizer.step(options));
                }
                model.requireSteps(0);
                optimizer.step(options);
                model.requireSteps(1);
                assertEquals(0, model.gradients[2][0]);
            }
            return true;
        });
    }

    /** Memory that is closed after other gradients, or that one, were announced. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRankWhoseMemoryIsClosedIsNamed(boolean announced) throws Exception {
        Ranks.run(engine, 2, collectives -> {
            try (Three model = new Three(collectives)) {
                ShardedOptimizer optimizer = model.optimizer;
                try (Arena arena = Arena.ofShared()) {
                    optimizer.bind(model.parameters[0], arena.allocate(80_000, 4));
                    optimizer.gradientReady(model.parameters[2]);
                    if (announced) {
                        optimizer.gradientReady(model.parameters[0]);
                    }
                    if (collectives.rank() == 0) {
                        requireRefused("rank 1 failed: the memory of the gradient is closed",
                                CollectivesException.class, optimizer::step);
                    }
                }
                if (collectives.rank() == 1) {
                    requireRefused("the memory of the gradient is closed", InvalidParameterException.class,
                            optimizer::step);
                }
                model.requireSteps(0);
                optimizer.bind(model.parameters[0], MemorySegment.ofArray(model.gradients[0]));
                optimizer.step();
                model.requireSteps(1);
            }
            return true;
        });
    }

    /** A rank that does not come while others exchange is named within the time-out, and nothing is changed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRankThatHangsIsNamed(boolean announces) throws Exception {
        CountDownLatch done = new CountDownLatch(2);
        List<Object> outcomes = Ranks.outcomes(engine, 3, Duration.ofSeconds(2), collectives -> {
            try (Three model = new Three(collectives)) {
                if (collectives.rank() == 1) {
                    if (announces) {
                        model.optimizer.gradientReady(model.parameters[2]);
                    }
                    return done.await(1, TimeUnit.MINUTES);
                }
                try {
                    model.optimizer.gradientReady(model.parameters[2]);
                    model.optimizer.gradientReady(model.parameters[1]);
                    return assertThrows(CollectivesException.class, model.optimizer::step);
                } finally {
                    model.requireSteps(0);
                    RuntimeException next = assertThrows(RuntimeException.class, model.optimizer::step);
                    // Where gradients may have gone, it is the optimizer that cannot go on.
                    assertEquals(announces ? OptimizerStateException.class : CollectivesException.class,
                            next.getClass());
                    done.countDown();
                }
            }
        });
        for (int rank : new int[] {0, 2}) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.get(rank));
            assertTrue(e.ranks().contains(1), e::toString);
        }
    }

    /** Wherever a call fails, all get an exception, and elements are as before or after the step. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aFailureLeavesElementsAsBeforeOrAfter(int call) throws Exception {
        float[][][] models = new float[2][][];
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            int[] callsBefore = {Integer.MAX_VALUE};
            try (Three model = new Three(new Failing(collectives, callsBefore))) {
                models[collectives.rank()] = model.values;
                model.optimizer.step();
                callsBefore[0] = call;
                model.optimizer.gradientReady(model.parameters[2]);
                model.optimizer.gradientReady(model.parameters[1]);
                CollectivesException e = assertThrows(CollectivesException.class, model.optimizer::step);
                RuntimeException next = assertThrows(RuntimeException.class, model.optimizer::step);
                // The first call compares ranks, then come three exchanges, and the options of the step.
                assertEquals(call == 0 || call == 4 ? CollectivesException.class : OptimizerStateException.class,
                        next.getClass());
                return e;
            }
        });
        for (int rank = 0; rank < 2; rank++) {
            String message = assertInstanceOf(CollectivesException.class, outcomes.get(rank)).getMessage();
            assertTrue(message.contains("a cable is cut"), message);
            for (float[] values : models[rank]) {
                for (float value : values) {
                    assertTrue(value == -1 || call >= 5 && value == -2, "call " + call + ": " + value);
                }
            }
        }
    }

    /** An error of the thread that exchanges, as where memory has run out, is the step's. */
    @Test
    void anErrorInTheExchangeIsThrownByTheStep() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Three model = new Three(new Counting(alone(), new CountDownLatch(1) {
            @Override
            public void countDown() {
                begun.countDown();
                throw new OutOfMemoryError("no space is left");
            }
        }));
        try (model) {
            model.optimizer.gradientReady(model.parameters[2]);
            begun.await();
            assertEquals("no space is left",
                    assertThrows(OutOfMemoryError.class, model.optimizer::step).getMessage());
            requireRefused("no space is left", OptimizerStateException.class, model.optimizer::step);
        }
    }

    @Test
    void aStepThatIsInterruptedFails() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            try (Three model = new Three(collectives)) {
                model.optimizer.gradientReady(model.parameters[2]);
                if (collectives.rank() == 0) {
                    Thread.currentThread().interrupt();
                }
                // Rank 0's first bucket may have gone by then.
                CollectivesException e = assertThrows(CollectivesException.class, model.optimizer::step);
                assertEquals(collectives.rank() == 0, Thread.interrupted());
                model.requireSteps(0);
                return e;
            }
        });
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertTrue(e.getMessage().contains("rank 0 was interrupted"), e::toString);
        }
    }

    /** Who closes the optimizer does not wait for the others' gradients, and frees no memory that is in use. */
    @Test
    void closingEndsAnExchange() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicReference<RuntimeException> after = new AtomicReference<>();
        Ranks.outcomes(engine, 2, LONG, collectives -> {
            try (Three model = new Three(collectives)) {
                if (collectives.rank() == 0) {
                    model.optimizer.gradientReady(model.parameters[2]);
                    long begin = System.nanoTime();
                    model.optimizer.close();
                    assertTrue(System.nanoTime() - begin < LONG.toNanos() / 2, "waits for the other rank");
                    closed.countDown();
                    after.set(assertThrows(RuntimeException.class, collectives::barrier));
                } else {
                    closed.await();
                }
                return true;
            }
        });
        assertInstanceOf(CollectivesException.class, after.get());
    }
}
