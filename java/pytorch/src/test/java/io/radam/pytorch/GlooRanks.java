package io.radam.pytorch;

import io.radam.sharded.Collectives;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;

/** Runs ranks of groups as threads, each with a group of its own over the loopback interface. */
final class GlooRanks {
    private static final Duration JOINING = Duration.ofMinutes(1);
    /**
     * Stores and options of groups. Where garbage collection may take them, half of the runs of TorchCollectivesTest
     * ended by a corrupted heap, and none where they are kept.
     */
    private static final Collection<Pointer> KEPT = new ConcurrentLinkedQueue<>();

    private GlooRanks() {
    }

    /** What a rank does. */
    interface Work<T> {
        T run(ProcessGroupGloo group, TorchCollectives collectives) throws Exception;
    }

    /** What a rank does with collectives of any kind. */
    interface AnyWork<T> {
        T run(Collectives collectives) throws Exception;
    }

    /** Joins the others, at a store that all have. */
    static ProcessGroupGloo join(Store store, int rank, int size) {
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(new Milliseconds(JOINING.toMillis()));
        options.devices().push_back(ProcessGroupGloo.createDeviceForHostname("127.0.0.1"));
        KEPT.addAll(List.of(store, options));
        return new ProcessGroupGloo(store, rank, size, options);
    }

    static void setTimeout(ProcessGroupGloo group, Duration timeout) {
        group.setTimeout(new Milliseconds(timeout.toMillis()));
    }

    /** What all ranks return or throw; calls fail after a time-out. */
    static List<Object> outcomes(Path store, int size, Duration timeout, Work<?> work) throws Exception {
        List<Threaded> ranks = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            int number = rank;
            ranks.add(() -> {
                ProcessGroupGloo group = join(new FileStore(store.toString(), size), number, size);
                try (TorchCollectives collectives = TorchCollectives.of(group)) {
                    setTimeout(group, timeout);
                    return work.run(group, collectives);
                }
            });
        }
        return outcomes(ranks);
    }

    /** What a thread does. */
    interface Threaded {
        Object run() throws Exception;
    }

    /** What threads return or throw. */
    static List<Object> outcomes(List<Threaded> ranks) throws Exception {
        List<Object> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks.size())) {
            List<Future<?>> futures = new ArrayList<>();
            for (Threaded rank : ranks) {
                futures.add(threads.submit(rank::run));
            }
            for (Future<?> future : futures) {
                try {
                    outcomes.add(future.get(2, TimeUnit.MINUTES));
                } catch (ExecutionException e) {
                    outcomes.add(e.getCause());
                } catch (TimeoutException e) {
                    threads.shutdownNow(); // closing the executor would wait for the threads
                    throw e;
                }
            }
        }
        return outcomes;
    }

    /** What all return. */
    static <T> List<T> results(List<Object> outcomes) throws Exception {
        List<T> results = new ArrayList<>();
        for (Object outcome : outcomes) {
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
}
