package io.radam.bench.implementation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;

/** Shares a range of elements among the caller and the common pool, in equal contiguous chunks. */
final class Ranges {
    /** A chunk is done in pieces, so that the compiler soon has a method that is called often, even in large models. */
    private static final int PIECE = 1 << 16;
    private static final int CACHE_LINE_ELEMENTS = 16;

    /** Work on the elements {@code from <= i < to}. */
    interface Action {
        void accept(int from, int to);
    }

    private final int size;
    private final Action action;
    private final Runnable[] chunks;

    Ranges(int size, int threads, Action action) {
        this.size = size;
        this.action = action;
        chunks = new Runnable[threads];
        for (int i = 0; i < threads; i++) {
            int from = cut(i);
            int to = cut(i + 1);
            chunks[i] = () -> run(from, to);
        }
    }

    /** Applies the action to all elements. */
    void run() {
        if (chunks.length == 1) {
            run(0, size);
            return;
        }
        List<ForkJoinTask<?>> tasks = new ArrayList<>(chunks.length);
        for (Runnable chunk : chunks) {
            tasks.add(ForkJoinTask.adapt(chunk));
        }
        ForkJoinTask.invokeAll(tasks);
    }

    private void run(int from, int to) {
        for (int begin = from; begin < to; begin += PIECE) {
            action.accept(begin, Math.min(to, begin + PIECE));
        }
    }

    private int cut(int i) {
        return i == chunks.length ? size : (int) ((long) size * i / chunks.length) & -CACHE_LINE_ELEMENTS;
    }
}
