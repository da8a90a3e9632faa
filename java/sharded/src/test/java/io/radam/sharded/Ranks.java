package io.radam.sharded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Runs ranks as threads, however they are connected. */
final class Ranks {
    private Ranks() {
    }

    /** What a rank does. */
    interface Work<T> {
        T run(Collectives collectives) throws Exception;
    }

    /** What all ranks return that are threads. */
    static <T> List<T> run(int ranks, Work<T> work) throws Exception {
        return run(Engine.THREADS, ranks, work);
    }

    /** What all ranks return. */
    static <T> List<T> run(Engine engine, int ranks, Work<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        for (Object outcome : outcomes(engine, ranks, Duration.ofMinutes(1), work)) {
            if (outcome instanceof Exception e) {
                throw e;
            }
            if (outcome instanceof Error e) { // such as of an assertion
                throw e;
            }
            @SuppressWarnings("unchecked") T result = (T) outcome;
            results.add(result);
        }
        return results;
    }

    /** What all ranks return or throw that are threads. */
    static List<Object> outcomes(int ranks, Duration timeout, Work<?> work) throws Exception {
        return outcomes(Engine.THREADS, ranks, timeout, work);
    }

    /** What all ranks return or throw. */
    static List<Object> outcomes(Engine engine, int ranks, Duration timeout, Work<?> work) throws Exception {
        List<Object> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks)) {
            List<Future<?>> futures = new ArrayList<>();
            for (Supplier<Collectives> rank : engine.ranks(ranks, timeout)) {
                futures.add(threads.submit(() -> {
                    try (Collectives collectives = rank.get()) {
                        return work.run(collectives);
                    }
                }));
            }
            for (Future<?> future : futures) {
                try {
                    outcomes.add(future.get(2, TimeUnit.MINUTES));
                } catch (ExecutionException e) {
                    outcomes.add(e.getCause());
                } catch (TimeoutException e) {
                    // Closing the executor would wait for the threads.
                    threads.shutdownNow();
                    throw e;
                }
            }
        }
        return outcomes;
    }
}
