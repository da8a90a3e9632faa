package io.radam.internal.engine;

import io.radam.OptimizerStateException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a row of work is shared among threads: one row at a time, without garbage.
 *
 * <p>Threads claim pieces of it, one after the other, until none is left: so they finish together whatever a piece
 * costs, and however busy the machine.
 */
public final class Parallelism {
    /** Below this, a step takes about as long as waking a thread, or less. */
    static final long MIN_WORK = 1 << 17;
    /** A piece takes some microseconds or more, so that claiming it costs nothing that shows. */
    private static final long MIN_PIECE = 1 << 13;
    private static final long MAX_PIECE = 1 << 18;
    private static final int PIECES_PER_THREAD = 8;
    /** More than all pieces of any row, and far from overflow by threads that count on. */
    private static final int NONE_LEFT = 1 << 30;
    /** A thread is at its last piece for less time than this takes, unless it is kept from running. */
    private static final int SPINS = 10_000;

    private static final String STOPPED = "the pool that the optimizer was given is shut down: ";

    /** Work on a piece of the row. */
    interface RangeAction {
        void accept(long from, long to);
    }

    private final ForkJoinPool pool;
    private final int threads;
    private final Helper[] helpers;
    private final Leader leader = new Leader();

    // The present row. A thread reads it only after it has claimed a piece of it, and so after it was written.
    private long rowFrom;
    private long rowTo;
    private long piece;
    private int helping;
    private RangeAction action;

    /** The next piece to claim. */
    private final AtomicInteger next = new AtomicInteger(NONE_LEFT);
    /** The number of threads that may be at a piece. */
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

    /** Whether all work is left to the caller, however much it is. */
    boolean isAlwaysSequential() {
        return pool == null && threads == 1;
    }

    /** Whether so much work is best left to the caller. */
    boolean isSequential(long work) {
        return pool == null && (threads == 1 || work < MIN_WORK);
    }

    /** Applies the action to all of {@code [from, to)}, and returns when it is done. For one thread at a time. */
    void run(long from, long to, RangeAction action) {
        long work = to - from;
        rowFrom = from;
        rowTo = to;
        // Of the largest models there are more pieces, but never so many that their number would not fit.
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
                leader.reinitialize();
                pool.invoke(leader);
            }
        } catch (CancellationException | RejectedExecutionException e) {
            throw new OptimizerStateException(STOPPED + pool, e);
        } finally {
            // Where one thread failed, or the pool was stopped, others may be at work still. They must be out of the
            // memory before the caller may free it: each ends with the piece that it is at.
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
        for (int i = helping - 1; i >= 0; i--) { // the last one offered can be had back first
            helpers[i].withdraw();
        }
    }

    /** Claims pieces and works on them. Does nothing where none is left, so that a thread may come late. */
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

    /** Not by joining the helpers, which would allocate, and put to sleep a caller that is wanted in microseconds. */
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

    /** Fails if the pool takes no more work. */
    void requireRunning() {
        if (pool != null && pool.isShutdown()) {
            throw new OptimizerStateException(STOPPED + pool, null);
        }
    }

    /** Brings a thread of the pool to the present row. */
    private final class Helper extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private boolean offered;

        /** Where a thread has yet to come from an earlier row, it comes to this one. */
        void offer() {
            if (!offered || isDone()) {
                reinitialize();
                try {
                    fork();
                    offered = true;
                } catch (RejectedExecutionException e) {
                    offered = false; // the pool is full, or stops: the others do the work, and it is offered next time
                }
            }
        }

        /** No thread need come any more. */
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

    /** Brings the work into a pool. */
    private final class Leader extends RecursiveAction {
        private static final long serialVersionUID = 1;

        @Override
        protected void compute() {
            lead();
        }
    }
}
