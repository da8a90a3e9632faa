package io.radam.paper.translation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tasks on several threads. */
final class Parallel {
    private Parallel() {
    }

    /**
     * Calls all tasks, and returns what they return, in the same order. When one fails, the others are interrupted.
     *
     * @param threads tasks at a time
     * @throws IOException as soon as a task has failed and the others have ended
     */
    static <T> List<T> call(List<Callable<T>> tasks, int threads) throws IOException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            try {
                var finished = new ExecutorCompletionService<T>(executor);
                List<Future<T>> all = new ArrayList<>();
                tasks.forEach(task -> all.add(finished.submit(task)));
                for (int i = 0; i < tasks.size(); i++) {
                    finished.take().get();
                }
                return all.stream().map(Future::resultNow).toList();
            } finally {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("a training failed", e.getCause());
        }
    }
}
