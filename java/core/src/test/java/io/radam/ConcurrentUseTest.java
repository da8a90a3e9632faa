package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Two calls at once on one optimizer: the second is refused, and the first goes on as if alone. */
class ConcurrentUseTest {
    /** A pool that holds a step: it makes no thread until it is released. */
    private static final class HeldPool {
        final CountDownLatch held = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final ForkJoinPool pool = new ForkJoinPool(1, owner -> {
            held.countDown();
            await(release);
            return ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(owner);
        }, null, false);

        private static void await(CountDownLatch latch) {
            try {
                assertTrue(latch.await(2, TimeUnit.MINUTES));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void theSecondIsRefused() throws Exception {
        HeldPool held = new HeldPool();
        try (ExecutorService first = Executors.newSingleThreadExecutor();
                ForkJoinPool pool = held.pool;
                Training disturbed = new Training(builder -> builder.pool(pool));
                Training undisturbed = new Training(RAdam.Builder::sequential)) {
            disturbed.nextGradients();
            Snapshot before = Snapshot.of(disturbed.parameters);
            Future<?> step = first.submit(() -> disturbed.optimizer.step());
            HeldPool.await(held.held);

            for (Executable use : uses(disturbed)) {
                Misuse.refused(OptimizerStateException.class, use, "another call", "one at a time");
            }
            before.assertSame(Snapshot.of(disturbed.parameters));

            held.release.countDown();
            step.get();
            undisturbed.steps(1);
            undisturbed.snapshot().assertSame(disturbed.snapshot());
            undisturbed.steps(8);
            disturbed.steps(8);
            undisturbed.snapshot().assertSame(disturbed.snapshot());
        }
    }

    private static List<Executable> uses(Training training) {
        Optimizer optimizer = training.optimizer;
        Parameter parameter = training.parameters.getFirst();
        MemorySegment moment = MemorySegment.ofArray(new float[37]);
        return List.of(
                optimizer::step,
                () -> optimizer.step(parameter),
                () -> optimizer.step(optimizer.groups().getLast()),
                optimizer::zeroGradients,
                () -> optimizer.state(parameter),
                () -> optimizer.restore(parameter, AdamState.of(1, moment, moment, null)),
                () -> optimizer.coefficients(parameter),
                optimizer::close);
    }

    @Test
    void settingsMayChangeDuringAStep() throws Exception {
        HeldPool held = new HeldPool();
        try (ExecutorService first = Executors.newSingleThreadExecutor();
                ForkJoinPool pool = held.pool;
                Training changed = new Training(builder -> builder.pool(pool));
                Training reference = new Training(RAdam.Builder::sequential)) {
            changed.nextGradients();
            Future<?> step = first.submit(() -> changed.optimizer.step());
            HeldPool.await(held.held);
            changed.optimizer.setLearningRateFactor(0.5);
            changed.optimizer.groups().forEach(group -> group.update(h -> h.withWeightDecay(0.25)));
            assertEquals(0.25, changed.optimizer.groups().getFirst().hyperparameters().weightDecay());
            held.release.countDown();
            step.get();

            // The step in progress keeps the old one; the next has the new one.
            reference.steps(1);
            reference.snapshot().assertSame(changed.snapshot());
            reference.optimizer.setLearningRateFactor(0.5);
            reference.optimizer.groups().forEach(group -> group.update(h -> h.withWeightDecay(0.25)));
            reference.steps(8);
            changed.steps(8);
            reference.snapshot().assertSame(changed.snapshot());
        }
    }

    @Test
    void manyThreadsOneAfterTheOther() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(3);
                Training shared = new Training(RAdam.Builder::sequential);
                Training alone = new Training(RAdam.Builder::sequential)) {
            for (int i = 0; i < 12; i++) {
                threads.submit(() -> shared.steps(1)).get();
            }
            alone.steps(12);
            alone.snapshot().assertSame(shared.snapshot());
        }
    }
}
