package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.SGD;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients are added, and go to messages and from there, by the threads that make the steps. */
class SharedWorkTest {
    /** Wherever threads cut the row, all is done once, with the same bits. */
    @ParameterizedTest
    @EnumSource
    void anyCutHasTheSameBits(Model.Storage storage) throws Exception {
        for (int cut : new int[] {8192, 1000, 777}) {
            AtomicLong shared = new AtomicLong();
            List<List<byte[]>> whole = sums(storage, (end, work) -> work.accept(0, end));
            List<List<byte[]>> pieces = sums(storage, (end, work) -> {
                shared.addAndGet(end);
                for (long from = (end - 1) / cut * cut; from >= 0; from -= cut) {
                    work.accept(from, Math.min(end, from + cut));
                }
            });
            for (int rank = 0; rank < 3; rank++) {
                assertTrue(Arrays.deepEquals(whole.get(rank).toArray(), pieces.get(rank).toArray()),
                        storage + " cut at " + cut);
            }
            long elements = 58_979;
            // Each is written into a message or is its owner's, and each is added.
            assertEquals(2 * elements + elements, shared.get());
        }
    }

    private interface Share {
        void share(long end, Sharding.RangeAction work);
    }

    private static List<List<byte[]>> sums(Model.Storage storage, Share share) throws Exception {
        return Ranks.run(3, collectives -> {
            Model model = new Model(storage);
            model.backward(collectives.rank(), 1);
            try (Arena arena = Arena.ofShared()) {
                Slices slices = new Slices(collectives, arena, 10_000);
                ScopedValue.where(Sharding.CURRENT, slices).call(model.builder("AdamW")::build).close();
                Sharding.Workers workers = new Sharding.Workers() {
                    @Override
                    public void requireRunning() {
                    }

                    @Override
                    public void share(long end, Sharding.RangeAction work) {
                        share.share(end, work);
                    }

                    @Override
                    public void shareInBackground(long end, Sharding.RangeAction work) {
                        throw new AssertionError("nothing was announced");
                    }
                };
                ShardExchange exchange =
                        new ShardExchange(collectives, slices.layout, slices.mover, workers);
                for (int bucket = 0; bucket < slices.layout.buckets(); bucket++) {
                    exchange.reduce(bucket, i -> new ShardExchange.Elements(model.parameters.get(i).gradient(),
                            storage.gradients), slices.sums, storage.wire, false);
                }
                return Arrays.stream(slices.sums).map(Model::bytes).toList();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPoolHasTheSameBits(Model.Storage storage) throws Exception {
        List<String> alone = Ranks.run(3, ranks -> Training.digest(
                Training.train(new Model(storage), builder -> builder.sequential(), "AdamW", ranks,
                        Training.Announced.NONE)));
        try (ForkJoinPool pool = new ForkJoinPool(3)) {
            for (Training.Announced announced : Training.Announced.values()) {
                assertEquals(alone, Ranks.run(3, ranks -> Training.digest(Training.train(new Model(storage),
                        builder -> builder.pool(pool), "AdamW", ranks, announced))), announced::toString);
            }
        }
    }

    /** What only the caller may touch is added by it. */
    @Test
    void confinedMemoryIsForTheCaller() throws Exception {
        try (ForkJoinPool pool = new ForkJoinPool(2)) {
            Ranks.run(2, collectives -> {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment values = arena.allocate(80_000, 64);
                    MemorySegment gradient = arena.allocate(80_000, 64);
                    MemorySegment.copy(filled(3), 0, gradient, 0, 80_000);
                    try (ShardedOptimizer optimizer = ShardedOptimizer.of(collectives, SGD.builder().learningRate(1)
                            .pool(pool).parameter(Parameter.of(values, gradient)))) {
                        optimizer.step();
                    }
                    assertArrayEquals(Model.bytes(filled(-3)), Model.bytes(values));
                }
                return true;
            });
        }
    }

    private static MemorySegment filled(float value) {
        float[] array = new float[20_000];
        Arrays.fill(array, value);
        return MemorySegment.ofArray(array);
    }

    /** A rank whose pool is shut down says so, though gradients may be on their way, and all can go on. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPoolThatIsShutDownIsRefused(boolean announced) throws Exception {
        List<Object> outcomes = Ranks.outcomes(2, Duration.ofMinutes(1), collectives -> {
            Parameter parameter = Parameter.of(new float[1], new float[1]);
            try (ForkJoinPool pool = new ForkJoinPool(1); ShardedOptimizer optimizer = ShardedOptimizer.of(collectives,
                    SGD.builder().pool(pool).parameter(parameter))) {
                if (announced) {
                    optimizer.gradientReady(parameter);
                }
                if (collectives.rank() == 1) {
                    pool.shutdown();
                }
                RuntimeException refused = assertThrows(RuntimeException.class, optimizer::step);
                assertEquals(refused.getMessage(), assertThrows(refused.getClass(), optimizer::step).getMessage());
                return refused;
            }
        });
        assertTrue(((CollectivesException) outcomes.getFirst()).getMessage().startsWith(
                "rank 1 failed: the pool that the optimizer was given is shut down"), outcomes.getFirst()::toString);
        assertTrue(outcomes.getLast() instanceof OptimizerStateException, outcomes.getLast()::toString);
    }
}
