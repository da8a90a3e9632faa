package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.ParameterState;
import io.radam.StepOptions;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Parameters on the emulated GPU, in ranks that are threads with the emulated NCCL. */
class ShardedOnDeviceTest {
    private static final int STEPS = 4;

    ShardedOnDeviceTest() {
        EmulatedNccl.require();
    }

    /** A model, which may be in memory of a device. */
    private record Trained(Model model) {
        static Trained of(Model.Storage storage, CudaDevice device) {
            return new Trained(new Model(storage).on(device));
        }

        OptimizerBuilder<?, ?> builder(String algorithm) {
            return model.builder(algorithm);
        }

        void backward(ShardedOptimizer optimizer, int step) {
            for (int i = 0; i < model.parameters.size(); i++) {
                MemorySegment gradient = model.gradient(optimizer.collectives().rank(), step, i);
                Parameter parameter = model.parameters.get(i);
                if (model.device != null && step == STEPS) {
                    optimizer.bind(parameter, model.copy(gradient)); // somewhere else
                } else {
                    model.write(gradient, parameter.gradient());
                }
            }
        }

        /** All that steps write, and this rank's state. */
        List<byte[]> contents(ShardedOptimizer optimizer) {
            List<byte[]> contents = new ArrayList<>();
            for (Parameter p : model.parameters) {
                Stream.of(p.values(), p.lowerHalves(), p.copy(), p.average()).filter(memory -> memory != null)
                        .forEach(memory -> contents.add(model.read(memory)));
                ParameterState state = optimizer.optimizer().state(optimizer.slice(p));
                for (ParameterState.Buffer buffer : state.buffers().values()) {
                    contents.add(model.read(buffer.elements()));
                    if (buffer.scales() != null) {
                        contents.add(model.read(buffer.scales()));
                    }
                }
            }
            return contents;
        }

        List<byte[]> train(String algorithm, Collectives collectives) {
            try (ShardedOptimizer optimizer =
                    ShardedOptimizer.of(collectives, builder(algorithm), model.storage.wire)) {
                for (int step = 1; step <= STEPS; step++) {
                    backward(optimizer, step);
                    StepOptions options = step % 2 == 1 ? StepOptions.NONE : StepOptions.NONE.withLossScale(4)
                            .withMaxGradientValue(0.5).withZeroGradients(step == 2);
                    assertTrue(optimizer.step(options).applied());
                    if (step == 2) {
                        for (Parameter parameter : model.parameters) {
                            byte[] gradient = model.read(parameter.gradient());
                            assertArrayEquals(new byte[gradient.length], gradient);
                        }
                    }
                }
                optimizer.gather();
                return contents(optimizer);
            }
        }
    }

    private static <T> List<Object> outcomes(int ranks, OnDevice<T> work) throws Exception {
        return Ranks.outcomes(ranks, Duration.ofMinutes(1), hosts -> {
            CudaDevice device = EmulatedNccl.device();
            try (NcclCollectives nccl = NcclCollectives.open(hosts, device, Duration.ofSeconds(30))) {
                return work.run(nccl, device);
            }
        });
    }

    private interface OnDevice<T> {
        T run(NcclCollectives collectives, CudaDevice device) throws Exception;
    }

    static Stream<Arguments> cases() {
        return Stream.of(Arguments.of("RAdam of PyTorch", Model.Storage.MASTERS, 3),
                Arguments.of("AdamW", Model.Storage.FLOAT16_ROUNDED, 2),
                Arguments.of("LAMB", Model.Storage.FLOAT16_BLOCK8, 4));
    }

    /** Ranks with devices, whose gradients come to be elsewhere, have the bits of ranks on the host. */
    @ParameterizedTest(name = "{0}, {1}, {2} ranks")
    @MethodSource("cases")
    void sameBitsAsOnTheHost(String algorithm, Model.Storage storage, int ranks) throws Exception {
        List<List<byte[]>> expected =
                Ranks.run(ranks, collectives -> Trained.of(storage, null).train(algorithm, collectives));
        List<Object> outcomes =
                outcomes(ranks, (nccl, device) -> Trained.of(storage, device).train(algorithm, nccl));
        for (int rank = 0; rank < ranks; rank++) {
            if (outcomes.get(rank) instanceof Throwable e) {
                throw new AssertionError("rank " + rank, e);
            }
            List<?> actual = assertInstanceOf(List.class, outcomes.get(rank));
            assertEquals(expected.get(rank).size(), actual.size());
            for (int i = 0; i < actual.size(); i++) {
                assertArrayEquals(expected.get(rank).get(i), (byte[]) actual.get(i), "rank " + rank + ", buffer " + i);
            }
        }
        assertEquals(0, EmulatedNccl.alive());
    }

    // ------------------------------------------------------------------------------------------------ what is refused

    private static void requireRefused(List<Object> outcomes, Class<? extends Exception> type, String message) {
        for (Object outcome : outcomes) {
            assertEquals(type, outcome.getClass(), () -> "" + outcome);
            String actual = ((Exception) outcome).getMessage();
            assertTrue(actual.contains(message), actual);
        }
    }

    private static ShardedOptimizer built(Collectives collectives, Model.Storage storage, String algorithm,
            CudaDevice device) {
        return ShardedOptimizer.of(collectives, Trained.of(storage, device).builder(algorithm), storage.wire);
    }

    @Test
    void memoryHasToBeWhereTheStepsAre() throws Exception {
        requireRefused(outcomes(2, (nccl, device) -> {
            Model model = new Model(Model.Storage.FLOAT32).on(device);
            model.device = null; // for the builder
            return ShardedOptimizer.of(nccl, model.builder("AdamW"));
        }), InvalidParameterException.class,
                "this one is in memory of a device, which the builder does not have: ");
        requireRefused(outcomes(2, (nccl, device) -> ShardedOptimizer.of(nccl,
                        Trained.of(Model.Storage.FLOAT32, null).builder("AdamW").device(device))),
                InvalidParameterException.class, "this one is in memory of the host, but the builder has a device: ");
    }

    @Test
    void onlyNcclInTheSameStreamExchangesWhatIsOnDevices() throws Exception {
        String message = "the ranks of a sharded optimizer on device 0 exchange by NcclCollectives in the same stream, "
                + "not by ";
        requireRefused(Ranks.outcomes(2, Duration.ofMinutes(1),
                hosts -> built(hosts, Model.Storage.FLOAT32, "AdamW", EmulatedNccl.device())),
                InvalidParameterException.class, message + "ThreadCollectives[");
        requireRefused(
                outcomes(2, (nccl, device) -> built(nccl, Model.Storage.FLOAT32, "AdamW", EmulatedNccl.device())),
                InvalidParameterException.class, message + "NcclCollectives[");
    }

    @Test
    void ranksThatAreNotAllOnDevicesAreRefused() throws Exception {
        requireRefused(outcomes(2, (nccl, device) -> built(nccl, Model.Storage.FLOAT32, "AdamW",
                nccl.rank() == 0 ? device : null)), RankMismatchException.class, "rank 1 has algorithm ");
    }

    /** What is refused changes nothing, and all can go on. */
    @Test
    void optimizersGoOnAfterWhatTheyRefuse() throws Exception {
        outcomes(2, (nccl, device) -> {
            Trained trained = Trained.of(Model.Storage.FLOAT32, device);
            try (ShardedOptimizer optimizer = ShardedOptimizer.of(nccl, trained.builder("AdamW"))) {
                trained.backward(optimizer, 1);
                List<byte[]> before = trained.contents(optimizer);
                Parameter first = trained.model().parameters.getFirst();
                MemorySegment host = Arena.ofAuto().allocate(first.gradient().byteSize(), 64);
                String message = assertThrows(InvalidParameterException.class, () -> optimizer.bind(first, host))
                        .getMessage();
                assertTrue(message.startsWith("values and gradients stay on the device, unlike "), message);
                Arena arena = Arena.ofShared();
                MemorySegment closed = device.allocate(first.gradient().byteSize(), arena);
                arena.close();
                assertThrows(InvalidParameterException.class, () -> optimizer.bind(first, closed));
                List<byte[]> after = trained.contents(optimizer);
                for (int i = 0; i < before.size(); i++) {
                    assertArrayEquals(before.get(i), after.get(i));
                }
                assertTrue(optimizer.step(StepOptions.NONE).applied());
            }
            return true;
        }).forEach(outcome -> assertEquals(true, outcome));
    }

    /** A stream that one rank has closed is found before anything is changed, by all. */
    @Test
    void aClosedStreamIsFoundBeforeTheStep() throws Exception {
        List<Object> outcomes = Ranks.outcomes(2, Duration.ofMinutes(1), hosts -> {
            Arena arena = Arena.ofShared();
            CudaDevice device = CudaDevice.of(0);
            device = device.withStream(device.newStream(arena));
            try (NcclCollectives nccl = NcclCollectives.open(hosts, device, Duration.ofSeconds(30))) {
                Trained trained = Trained.of(Model.Storage.FLOAT32, device);
                try (ShardedOptimizer optimizer = ShardedOptimizer.of(nccl, trained.builder("AdamW"))) {
                    trained.backward(optimizer, 1);
                    device.synchronize();
                    trained.model().device = CudaDevice.of(0); // whose stream stays open
                    List<byte[]> before = trained.contents(optimizer);
                    if (nccl.rank() == 1) {
                        arena.close();
                        assertThrows(InvalidParameterException.class, optimizer::zeroGradients);
                    }
                    Class<? extends Exception> type =
                            nccl.rank() == 1 ? InvalidParameterException.class : CollectivesException.class;
                    String message = assertThrows(type, optimizer::step).getMessage();
                    assertEquals(message, assertThrows(type, optimizer::gather).getMessage());
                    List<byte[]> after = trained.contents(optimizer);
                    for (int i = 0; i < before.size(); i++) {
                        assertArrayEquals(before.get(i), after.get(i));
                    }
                    return message;
                }
            }
        });
        String message = assertInstanceOf(String.class, outcomes.get(1));
        assertTrue(message.startsWith("the stream is closed"), message);
        assertEquals("rank 1 failed: " + message, outcomes.getFirst());
    }

    /** If NCCL fails in the middle of a step, the optimizer refuses what follows. */
    @Test
    void aStepThatFailsIsTheLast() throws Exception {
        try {
            for (Object outcome : outcomes(2, (nccl, device) -> {
                Trained trained = Trained.of(Model.Storage.FLOAT32, device);
                try (ShardedOptimizer optimizer = ShardedOptimizer.of(nccl, trained.builder("AdamW"))) {
                    trained.backward(optimizer, 1);
                    optimizer.step();
                    nccl.barrier();
                    EmulatedNccl.trouble("queue", 1);
                    nccl.barrier();
                    nccl.setTimeout(Duration.ofSeconds(2));
                    CollectivesException e = assertThrows(CollectivesException.class, optimizer::step);
                    assertTrue(assertThrows(OptimizerStateException.class, optimizer::step).getMessage()
                            .endsWith(e.getMessage()));
                    return e.getMessage();
                }
            })) {
                assertEquals("rank 1 failed: NCCL did not end exchange within 2000 ms", outcome);
            }
        } finally {
            EmulatedNccl.trouble("", 0);
        }
    }
}
