package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps on several threads: the right threads do the work, all of it, and the bits do not depend on them. */
class PoolTest {
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

    /**
     * A pool that is stopped at any moment of a step: the whole step is made, or nothing, and the exception says why.
     */
    @Test
    @Timeout(300)
    void aPoolThatIsStoppedMeanwhile() throws Exception {
        for (int i = 0; i < 200; i++) {
            ForkJoinPool pool = new ForkJoinPool(2);
            try (Training training = new Training(builder -> builder.pool(pool))) {
                training.steps(1);
                Thread stopper = new Thread(pool::shutdownNow);
                stopper.start();
                long made = 1;
                try {
                    while (true) {
                        training.steps(1);
                        made++;
                    }
                } catch (OptimizerStateException e) {
                    assertTrue(e.getMessage().contains("shut down"), e.getMessage());
                }
                stopper.join();
                for (Parameter parameter : training.parameters) {
                    assertEquals(made, training.optimizer.stepCount(parameter));
                }
            } finally {
                pool.close();
            }
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
