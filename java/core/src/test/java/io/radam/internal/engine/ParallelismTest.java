package io.radam.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.internal.sharding.Sharding;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How work is shared among threads: which they are, and that nothing is left out. */
class ParallelismTest {
    /** Work that does not end before so many threads have taken part in it. */
    private static final class Meeting implements Sharding.RangeAction {
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
            assertTrue(latch.await(2, TimeUnit.MINUTES), "too few threads take part");
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

    /** When a step fails, its caller may free the memory at once: no thread may be in it still. */
    @ParameterizedTest
    @Timeout(300)
    @CsvSource({"1, false", "2, false", "1, true", "2, true"})
    void noThreadIsLeftAtWorkWhenOneFails(int failing, boolean stopsThePool) {
        CountDownLatch bothAtWork = new CountDownLatch(2);
        AtomicInteger atWork = new AtomicInteger();
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Sharding.RangeAction action = (from, to) -> {
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
                    // The other thread works on its piece for some time.
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
    @Timeout(300)
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

    /**
     * The thread of a task may be about to wake those who waited for it when they have gone on already. If they used
     * the task again, it would take the wake-up of their next wait, which then never ended.
     */
    @Test
    void noTaskIsWaitedForTwice() {
        Set<ForkJoinTask<?>> tasks = Collections.newSetFromMap(new IdentityHashMap<>());
        try (ForkJoinPool pool = new ForkJoinPool(2) {
            @Override
            public <T> T invoke(ForkJoinTask<T> task) {
                assertTrue(tasks.add(task));
                return super.invoke(task);
            }
        }) {
            Parallelism parallelism = Parallelism.pool(pool);
            for (int row = 1; row <= 3; row++) {
                parallelism.run(0, 100_000, (from, to) -> { });
                assertEquals(row, tasks.size());
            }
        }
    }

    @Test
    void aRowOfNothing() {
        Parallelism.commonPool().run(5, 5, (from, to) -> {
            throw new AssertionError("a piece from " + from + " to " + to);
        });
    }
}
