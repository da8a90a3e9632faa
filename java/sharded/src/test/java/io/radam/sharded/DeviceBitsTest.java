package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.cuda.CudaDevice;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ranks with parameters on the emulated GPU train as one process with all elements in memory of the host, to the bit,
 * and so do those of the host ({@link ShardedBitsTest}).
 */
class DeviceBitsTest {
    DeviceBitsTest() {
        EmulatedNccl.require();
    }

    @AfterEach
    void requireNoneOpen() {
        assertEquals(0, EmulatedNccl.alive());
    }

    /** What a rank does with a device, or with none. */
    interface Work<T> {
        T run(Collectives collectives, CudaDevice device) throws Exception;
    }

    /** Work on a device of each rank. */
    static <T> Ranks.Work<T> onDevice(Work<T> work) {
        return hosts -> {
            CudaDevice device = EmulatedNccl.device();
            try (NcclCollectives nccl = NcclCollectives.open(hosts, device, Duration.ofSeconds(30))) {
                return work.run(nccl, device);
            }
        };
    }

    /** All that ranks of the host are tested with, and all algorithms that depend on rows. */
    static Stream<Arguments> cases() {
        return Stream.concat(ShardedBitsTest.cases(), Model.ROW_ALGORITHMS.keySet().stream().flatMap(algorithm ->
                Stream.of(1, 2, 4).map(ranks -> Arguments.of(algorithm, Model.Storage.FLOAT16_BLOCK8, ranks))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2} ranks")
    @MethodSource("cases")
    void sameAsOneProcess(String algorithm, Model.Storage storage, int ranks) throws Exception {
        ShardedBitsTest.requireSameAsOneProcess(Engine.THREADS, algorithm, storage, ranks,
                onDevice((nccl, device) -> Training.train(new Model(storage, algorithm).on(device),
                        builder -> builder, algorithm, nccl, Training.Announced.NONE)));
    }

    /** In several buckets, of which each has pieces of all ranks. */
    @ParameterizedTest(name = "{0}, buckets of {1}")
    @MethodSource
    void inBuckets(String algorithm, long bucketElements) throws Exception {
        ShardedBitsTest.requireSameAsOneProcess(Engine.THREADS, algorithm, Model.Storage.MASTERS, 3,
                onDevice((nccl, device) -> Training.train(new Model(Model.Storage.MASTERS, algorithm).on(device),
                        algorithm, nccl, Training.Announced.NONE, bucketElements)));
    }

    static Stream<Arguments> inBuckets() {
        return Stream.of("LAMB", "YellowFin", "AdamP by rows")
                .flatMap(algorithm -> Stream.of(1L, 10_000L).map(elements -> Arguments.of(algorithm, elements)));
    }

    static Stream<Arguments> announced() {
        return Stream.of(Training.Announced.FROM_THE_LAST, Training.Announced.FROM_THE_FIRST, Training.Announced.SOME)
                .flatMap(announced -> Stream.of(Arguments.of(announced, Model.Storage.MASTERS, 1, 1),
                        Arguments.of(announced, Model.Storage.FLOAT16_BLOCK8, 2, 10_000),
                        Arguments.of(announced, Model.Storage.ROUNDED_ON_THE_WAY, 3, 1),
                        Arguments.of(announced, Model.Storage.SPLIT, 4, 10_000)));
    }

    /** Gradients that go to other ranks while others are computed. */
    @ParameterizedTest(name = "{0}, {1}, {2} ranks, buckets of {3}")
    @MethodSource
    void announced(Training.Announced announced, Model.Storage storage, int ranks, long bucketElements)
            throws Exception {
        String algorithm = ranks % 2 == 0 ? "AdamW" : "LAMB";
        ShardedBitsTest.requireSameAsOneProcess(Engine.THREADS, algorithm, storage, ranks,
                onDevice((nccl, device) -> Training.train(new Model(storage, algorithm).on(device), algorithm, nccl,
                        announced, bucketElements)));
    }
}
