package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a step is shared among threads: which they are, that nothing is left out, that the bits do not depend on it. */
class ParallelismTest {
    /** Work that does not end before so many threads have taken part in it. */
    private static final class Meeting implements Parallelism.RangeAction {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final Map<Long, Long> pieces = Collections.synchronizedMap(new TreeMap<>());
        private final CountDownLatch missing;

        Meeting(int threads) {
            missing = new CountDownLatch(threads);
        }

        @Override
        public void accept(long from, long to) {
            assertFalse(pieces.containsKey(from));
            pieces.put(from, to);
            if (threads.add(Thread.currentThread())) {
                missing.countDown();
            }
            await(missing);
        }

        void assertCovers(long from, long to) {
            long end = from;
            for (Map.Entry<Long, Long> piece : pieces.entrySet()) {
                assertEquals(end, piece.getKey());
                end = piece.getValue();
            }
            assertEquals(to, end);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS), "too few threads take part");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void allThreadsOfAGivenPoolWork(int threads) {
        try (ForkJoinPool pool = new ForkJoinPool(threads)) {
            Meeting meeting = new Meeting(threads);
            Parallelism.pool(pool).run(1000, 5_000_000, meeting);
            meeting.assertCovers(1000, 5_000_000);
            assertEquals(threads, meeting.threads.size());
            for (Thread thread : meeting.threads) {
                assertTrue(thread instanceof ForkJoinWorkerThread worker
                        && worker.getPool() == pool, () -> thread + " is not of the given pool");
            }
        }
    }

    @Test
    void theCallerWorksAlongWithTheCommonPool() {
        int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
        Meeting meeting = new Meeting(threads);
        Parallelism.commonPool().run(0, 50_000_000, meeting);
        meeting.assertCovers(0, 50_000_000);
        assertEquals(threads, meeting.threads.size());
        assertTrue(meeting.threads.contains(Thread.currentThread()));
    }

    @Test
    void aSmallModelIsNotWorthWakingThreads() {
        assertTrue(Parallelism.commonPool().isSequential(1000));
        assertFalse(Parallelism.commonPool().isSequential(10_000_000));
        assertTrue(Parallelism.sequential().isSequential(Long.MAX_VALUE));
        try (ForkJoinPool pool = new ForkJoinPool(1)) {
            assertFalse(Parallelism.pool(pool).isSequential(1), "who gives a pool wants the work to be there");
        }
    }

    @Test
    void aStepRunsInTheGivenPool() {
        AtomicReference<String> made = new AtomicReference<>("none");
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            made.set("a thread of the given pool");
            return ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        };
        try (ForkJoinPool pool = new ForkJoinPool(2, factory, null, false);
                Training given = new Training(builder -> builder.pool(pool));
                Training sequential = new Training(RAdam.Builder::sequential)) {
            given.steps(8);
            sequential.steps(8);
            sequential.snapshot().assertSame(given.snapshot());
            assertEquals("a thread of the given pool", made.get());
        }
    }

    /** Thousands of tiny tensors, some empty, and a huge one among them; arrays and native memory. */
    private static List<Parameter> model() {
        Arena arena = Arena.ofAuto();
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            int length = i == 1700 ? 150_003 : i % 41;
            Parameter parameter = i % 5 == 0
                    ? Parameter.of(new float[length], new float[length])
                    : Parameter.of(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4));
            Numbers.put(Numbers.random(i, length), parameter.values());
            Numbers.put(Numbers.random(-i, length), parameter.gradient());
            parameters.add(parameter);
        }
        return parameters;
    }

    private static Snapshot afterSteps(Consumer<RAdam.Builder> settings) {
        List<Parameter> parameters = model();
        RAdam.Builder builder = RAdam.builder()
                .parameters(parameters.subList(0, 1500))
                .group(group -> group.parameters(parameters.subList(1500, 3000)).weightDecay(0.01).amsgrad(true));
        settings.accept(builder);
        try (Optimizer optimizer = builder.build()) {
            for (int i = 0; i < 7; i++) {
                optimizer.step();
            }
            // Some parameters get ahead, so that a step of all must compute coefficients of several step numbers.
            optimizer.step(parameters.get(3));
            optimizer.step(parameters.get(1700));
            optimizer.step(optimizer.groups().getLast());
            optimizer.step();
            return Snapshot.of(optimizer);
        }
    }

    @Test
    void theBitsDoNotDependOnIt() {
        Snapshot sequential = afterSteps(builder -> builder.sequential().backend(Backend.named("java")));
        sequential.assertSame(afterSteps(builder -> { }));
        for (Backend backend : Backend.available()) {
            sequential.assertSame(afterSteps(builder -> builder.sequential().backend(backend)));
            sequential.assertSame(afterSteps(builder -> builder.backend(backend)));
            try (ForkJoinPool pool = new ForkJoinPool(3)) {
                sequential.assertSame(afterSteps(builder -> builder.pool(pool).backend(backend)));
            }
        }
    }

    /** When a step fails, its caller may free the memory at once: no thread may be in it still. */
    @ParameterizedTest
    @Timeout(30)
    @CsvSource({"1, false", "2, false", "1, true", "2, true"})
    void noThreadIsLeftAtWorkWhenOneFails(int failing, boolean stopsThePool) {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        AtomicInteger atWork = new AtomicInteger();
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Parallelism.RangeAction action = (from, to) -> {
                int self = atWork.incrementAndGet();
                try {
                    // Not a wait that stopping the pool would interrupt.
                    bothAtWork.countDown();
                    while (bothAtWork.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    if (self == failing) {
                        if (stopsThePool) {
                            pool.shutdownNow();
                        }
                        throw new IllegalStateException("one fails");
                    }
                    // The other is at its piece for some time yet.
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                } finally {
                    atWork.decrementAndGet();
                }
            };
            assertThrows(RuntimeException.class, () -> Parallelism.pool(pool).run(0, 1_000_000, action));
            assertEquals(0, atWork.get());
        }
    }

    /** Its threads' tasks are used again for each row, also where a thread comes late or the one before failed. */
    @Test
    @Timeout(60)
    void manyRowsOneAfterTheOther() {
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (Parallelism parallelism : List.of(Parallelism.commonPool(), Parallelism.pool(pool))) {
                for (int row = 0; row < 5000; row++) {
                    long from = row % 7;
                    long to = 40_000 + 100L * row;
                    LongAdder sum = new LongAdder();
                    if (row % 100 == 99) {
                        assertThrows(ArithmeticException.class, () -> parallelism.run(from, to, (begin, end) -> {
                            throw new ArithmeticException("one fails");
                        }));
                    }
                    parallelism.run(from, to, (begin, end) -> sum.add(end * end - begin * begin));
                    assertEquals(to * to - from * from, sum.sum(), "row " + row);
                }
            }
        }
    }

    @Test
    void aRowOfNothing() {
        Parallelism.commonPool().run(5, 5, (from, to) -> {
            throw new AssertionError("a piece from " + from + " to " + to);
        });
    }

    @Test
    void aPoolThatIsShutDownChangesNothing() {
        try (Training training = pooledThenShutDown()) {
            training.nextGradients();
            Snapshot before = training.snapshot();
            Misuse.refused(OptimizerStateException.class, training.optimizer::step, "pool", "shut down");
            Misuse.refused(OptimizerStateException.class,
                    () -> training.optimizer.step(training.parameters.getFirst()), "pool", "shut down");
            before.assertSame(training.snapshot());
        }
    }

    private static Training pooledThenShutDown() {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Training training = new Training(builder -> builder.pool(pool));
            training.steps(7);
            return training;
        }
    }

    @Test
    void aStepFromWithinThePoolItself() {
        try (ForkJoinPool pool = new ForkJoinPool(1);
                Training given = new Training(builder -> builder.pool(pool));
                Training common = new Training(builder -> { });
                Training sequential = new Training(RAdam.Builder::sequential)) {
            pool.submit(() -> {
                given.steps(8);
                common.steps(8);
            }).join();
            sequential.steps(8);
            sequential.snapshot().assertSame(given.snapshot());
            sequential.snapshot().assertSame(common.snapshot());
        }
    }

    @Test
    void manyOptimizersAtOnceInOnePool() throws Exception {
        try (ForkJoinPool pool = new ForkJoinPool(2);
                ExecutorService callers = Executors.newFixedThreadPool(4);
                Training sequential = new Training(RAdam.Builder::sequential)) {
            sequential.steps(20);
            Snapshot expected = sequential.snapshot();
            List<Future<Snapshot>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(callers.submit(() -> {
                    try (Training training = new Training(builder -> builder.pool(pool))) {
                        training.steps(20);
                        return training.snapshot();
                    }
                }));
            }
            for (Future<Snapshot> result : results) {
                expected.assertSame(result.get());
            }
        }
    }

    @Test
    void anInterruptedThreadStepsToTheEndAndStaysInterrupted() {
        try (ForkJoinPool pool = new ForkJoinPool(2);
                Training interrupted = new Training(builder -> builder.pool(pool));
                Training sequential = new Training(RAdam.Builder::sequential)) {
            Thread.currentThread().interrupt();
            interrupted.steps(8);
            assertTrue(Thread.interrupted(), "the interrupt was swallowed");
            sequential.steps(8);
            sequential.snapshot().assertSame(interrupted.snapshot());
        }
    }

    @Test
    void aVirtualThreadSteps() throws Exception {
        try (Training virtual = new Training(builder -> { });
                Training sequential = new Training(RAdam.Builder::sequential)) {
            Thread.ofVirtual().start(() -> virtual.steps(8)).join();
            sequential.steps(8);
            sequential.snapshot().assertSame(virtual.snapshot());
        }
    }
}
