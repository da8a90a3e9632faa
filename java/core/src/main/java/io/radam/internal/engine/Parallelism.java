package io.radam.internal.engine;

import io.radam.OptimizerStateException;
import io.radam.internal.sharding.Sharding;
import io.radam.internal.sharding.Sharding.RangeAction;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Shares a row of work among threads. One row at a time; allocates nothing, but for a task where a pool was given.
 *
 * <p>Threads claim pieces of the row, one after the other, until none is left. So they finish at about the same time,
 * whatever a piece costs and however busy the machine is.
 */
public final class Parallelism implements Sharding.Workers {
    /** Less work than this takes no longer than waking a thread. */
    static final long MIN_WORK = 1 << 17;
    /** A piece of this size takes some microseconds, so that the cost of claiming it does not show. */
    private static final long MIN_PIECE = 1 << 13;
    private static final long MAX_PIECE = 1 << 18;
    private static final int PIECES_PER_THREAD = 8;
    /** A number beyond the pieces of any row, from which threads can count on without overflow. */
    private static final int NONE_LEFT = 1 << 30;
    /** How often to spin for a thread's last piece. It takes less time than this, unless the thread is not running. */
    private static final int SPINS = 10_000;

    private static final String STOPPED = "the pool that the optimizer was given is shut down: ";

    private final ForkJoinPool pool;
    private final int threads;
    private final Helper[] helpers;

    // The present row. A thread reads these fields only after it has claimed a piece, and so after they were written.
    private long rowFrom;
    private long rowTo;
    private long piece;
    private int helping;
    private RangeAction action;

    /** The next piece to claim. */
    private final AtomicInteger next = new AtomicInteger(NONE_LEFT);
    /** The number of threads that may be working on a piece. */
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private Parallelism(ForkJoinPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper();
        }
    }

    /** The caller works alone. */
    public static Parallelism sequential() {
        return new Parallelism(null, 1);
    }

    /** The caller works along with the common pool, whose size leaves room for it. */
    public static Parallelism commonPool() {
        return new Parallelism(null, ForkJoinPool.getCommonPoolParallelism() + 1);
    }

    /** The threads of a pool work, and the caller waits unless it is one of them. */
    public static Parallelism pool(ForkJoinPool pool) {
        return new Parallelism(pool, pool.getParallelism());
    }

    /** Whether the caller does this amount of work alone. */
    boolean isSequential(long work) {
        return pool == null && (threads == 1 || work < MIN_WORK);
    }

    /** Applies the action to all of {@code [from, to)}, and returns when it is done. For one thread at a time. */
    void run(long from, long to, RangeAction action) {
        long work = to - from;
        rowFrom = from;
        rowTo = to;
        // The second bound keeps the number of pieces below NONE_LEFT, however large the row.
        piece = Math.max(Math.clamp(work / ((long) threads * PIECES_PER_THREAD), MIN_PIECE, MAX_PIECE),
                work / (NONE_LEFT / 2));
        helping = Math.clamp(work / piece, 1, threads) - 1;
        this.action = action;
        failure.setPlain(null);
        next.set(0);
        try {
            if (pool == null) {
                lead();
            } else {
                pool.invoke(new Leader());
            }
        } catch (CancellationException | RejectedExecutionException e) {
            throw new OptimizerStateException(STOPPED + pool, e);
        } finally {
            // Where one thread failed, or the pool was stopped, others may still be working. Each of them finishes its
            // piece and claims no other. The caller must wait for this, because it may free the memory afterwards.
            next.set(NONE_LEFT);
            awaitWorkers();
            this.action = null;
        }
        rethrow(failure.getPlain());
    }

    private void lead() {
        for (int i = 0; i < helping; i++) {
            helpers[i].offer();
        }
        work();
        for (int i = helping - 1; i >= 0; i--) { // the helper that was offered last can be withdrawn first
            helpers[i].withdraw();
        }
    }

    /** Claims pieces and works on them until none is left. Does nothing in a thread that comes too late. */
    private void work() {
        working.incrementAndGet();
        try {
            for (int i = next.getAndIncrement(); i < NONE_LEFT; i = next.getAndIncrement()) {
                long from = rowFrom + i * piece;
                if (from >= rowTo) {
                    return;
                }
                action.accept(from, Math.min(rowTo, from + piece));
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            next.set(NONE_LEFT);
        } finally {
            working.decrementAndGet();
        }
    }

    /**
     * Waits until no thread works on a piece. Joining the helpers would allocate, and would put the caller to sleep for
     * much longer than the wait.
     */
    private void awaitWorkers() {
        for (int spins = 0; working.get() > 0; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private static void rethrow(Throwable failure) {
        switch (failure) {
            case null -> { }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError("a step throws nothing checked", failure);
        }
    }

    @Override
    public void share(long end, RangeAction work) {
        if (isSequential(end)) {
            work.accept(0, end);
        } else {
            run(0, end, work);
        }
    }

    @Override
    public void shareInBackground(long end, RangeAction work) {
        if (pool != null) {
            work.accept(0, end);
        } else {
            share(end, work);
        }
    }

    @Override
    public void requireRunning() {
        if (pool != null && pool.isShutdown()) {
            throw new OptimizerStateException(STOPPED + pool, null);
        }
    }

    /** Brings a thread of the pool to the present row. */
    private final class Helper extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private boolean offered;

        /**
         * Offers the helper to the pool, unless it still waits there from an earlier row: then it comes to this row.
         */
        void offer() {
            if (!offered || isDone()) {
                reinitialize();
                try {
                    fork();
                    offered = true;
                } catch (RejectedExecutionException e) {
                    // The pool is full or stopping. Other threads do the work, and the next row offers the helper
                    // again.
                    offered = false;
                }
            }
        }

        /** Takes the helper back from the pool, if no thread has begun it. */
        void withdraw() {
            if (!isDone() && tryUnfork()) {
                offered = false;
            }
        }

        @Override
        protected void compute() {
            work();
        }
    }

    /**
     * Brings the work into a pool. Made anew for each row: a task counts as done before its thread has woken those who
     * wait for it. If the task were used again by then, the thread could take the wake-up of the next wait, which would
     * never end. Nobody waits for a helper, so that helpers can be used again.
     */
    private final class Leader extends RecursiveAction {
        private static final long serialVersionUID = 1;

        @Override
        protected void compute() {
            lead();
        }
    }
}
