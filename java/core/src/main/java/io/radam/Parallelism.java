package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the elements of a model are shared among threads.
 *
 * <p>The model is taken as one long row of elements. Threads claim pieces of it, one after the other, until none is left:
 * so they finish together whatever the mix of tensor sizes, and however busy the machine.
 */
final class Parallelism {
    /** Below this, a step takes less time than waking a thread. */
    private static final long MIN_ELEMENTS = 1 << 16;
    /** A piece takes about ten microseconds or more, so that claiming it costs nothing that shows. */
    private static final long MIN_PIECE = 1 << 13;
    private static final long MAX_PIECE = 1 << 18;
    private static final int PIECES_PER_THREAD = 8;

    /** Work on a piece of the row. */
    interface RangeAction {
        void accept(long from, long to);
    }

    private final ForkJoinPool pool;
    private final int threads;

    private Parallelism(ForkJoinPool pool, int threads) {
        this.pool = pool;
        this.threads = threads;
    }

    static Parallelism sequential() {
        return new Parallelism(null, 1);
    }

    /** The caller works along with the common pool, whose size leaves room for it. */
    static Parallelism commonPool() {
        return new Parallelism(null, ForkJoinPool.getCommonPoolParallelism() + 1);
    }

    static Parallelism pool(ForkJoinPool pool) {
        return new Parallelism(pool, pool.getParallelism());
    }

    /** Whether so many elements are best left to the caller. */
    boolean isSequential(long elements) {
        return pool == null && (threads == 1 || elements < MIN_ELEMENTS);
    }

    /** Applies the action to all of {@code [from, to)}, and returns when it is done. */
    void run(long from, long to, RangeAction action) {
        long elements = to - from;
        long piece = Math.clamp(elements / ((long) threads * PIECES_PER_THREAD), MIN_PIECE, MAX_PIECE);
        int workers = Math.clamp(elements / piece, 1, threads);
        AtomicLong next = new AtomicLong(from);
        AtomicInteger working = new AtomicInteger();
        List<Worker> tasks = new ArrayList<>(workers);
        for (int i = 0; i < workers; i++) {
            tasks.add(new Worker(next, working, to, piece, action));
        }
        try {
            if (pool == null) {
                ForkJoinTask.invokeAll(tasks);
            } else {
                pool.invoke(new Root(tasks));
            }
        } finally {
            // Where one worker failed, or the pool was stopped, others may be at work still. They must be out of the
            // memory before the caller may free it: each ends with the piece that it is at.
            next.set(to);
            while (working.get() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** Fails if the pool takes no more work. */
    void requireRunning() {
        if (pool != null && pool.isShutdown()) {
            throw new OptimizerStateException("the pool that the optimizer was given is shut down: " + pool);
        }
    }

    private static final class Worker extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final transient AtomicLong next;
        private final transient AtomicInteger working;
        private final transient RangeAction action;
        private final long to;
        private final long piece;

        Worker(AtomicLong next, AtomicInteger working, long to, long piece, RangeAction action) {
            this.next = next;
            this.working = working;
            this.to = to;
            this.piece = piece;
            this.action = action;
        }

        @Override
        protected void compute() {
            working.incrementAndGet();
            try {
                for (long from = next.getAndAdd(piece); from < to; from = next.getAndAdd(piece)) {
                    action.accept(from, Math.min(to, from + piece));
                }
            } finally {
                working.decrementAndGet();
            }
        }
    }

    /** Brings the workers into a pool. */
    private static final class Root extends RecursiveAction {
        private static final long serialVersionUID = 1;
        private final transient List<Worker> workers;

        Root(List<Worker> workers) {
            this.workers = workers;
        }

        @Override
        protected void compute() {
            invokeAll(workers);
        }
    }
}
