package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.OptimizerStateException;
import io.radam.Parameter;
import io.radam.StepOptions;
import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Gradients on the emulated GPU that are announced while another stream computes them. */
class GradientStreamsTest {
    private static final String ALGORITHM = "AdamW";
    private static final long BUCKET = 10_000;

    GradientStreamsTest() {
        EmulatedNccl.require();
    }

    private static ShardedOptimizer built(Collectives collectives, Model model) {
        return ShardedOptimizer.of(collectives, model.builder(ALGORITHM), model.storage.wire, BUCKET);
    }

    /**
     * The first parameter's gradient is computed only after all are announced. Meanwhile buckets without it go to other
     * ranks, and that with it does not.
     */
    @Test
    void aBucketWaitsForTheStreamThatComputesItsGradients() throws Exception {
        List<List<byte[]>> expected = Ranks.run(2, collectives -> {
            Model model = new Model(Model.Storage.FLOAT32);
            try (ShardedOptimizer optimizer = built(collectives, model)) {
                model.backward(collectives.rank(), 1);
                optimizer.step();
                return model.contents();
            }
        });
        List<List<byte[]>> actual = Ranks.run(2, DeviceBitsTest.onDevice((collectives, device) -> {
            Model model = new Model(Model.Storage.FLOAT32).on(device);
            CudaDevice backward = device.withStream(device.newStream(Arena.ofAuto()));
            try (ShardedOptimizer optimizer = built(collectives, model)) {
                int rank = collectives.rank();
                for (int i = 1; i < model.parameters.size(); i++) {
                    model.write(model.gradient(rank, 1, i), model.parameters.get(i).gradient());
                }
                long before = optimizer.sentBytes();
                for (int i = model.parameters.size() - 1; i > 0; i--) {
                    optimizer.gradientReady(model.parameters.get(i), backward.stream());
                }
                long work = EmulatedNccl.beginOtherWork(backward);
                Parameter first = model.parameters.getFirst();
                optimizer.gradientReady(first, backward.stream());
                assertThrows(OptimizerStateException.class, () -> optimizer.gradientReady(first, backward.stream()));
                long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
                while (optimizer.sentBytes() == before) { // until a bucket without it has gone
                    assertTrue(System.nanoTime() < end);
                    Thread.sleep(1);
                }
                CompletableFuture<Void> step = CompletableFuture.runAsync(optimizer::step, Thread.ofPlatform()::start);
                Thread.sleep(100);
                assertFalse(step.isDone());
                model.write(model.gradient(rank, 1, 0), first.gradient()); // in the exchange's stream, which is idle
                EmulatedNccl.endOtherWork(work);
                step.get(1, TimeUnit.MINUTES);
                return model.contents();
            }
        }));
        for (int rank = 0; rank < 2; rank++) {
            for (int i = 0; i < expected.get(rank).size(); i++) {
                assertArrayEquals(expected.get(rank).get(i), actual.get(rank).get(i), "buffer " + i);
            }
        }
    }

    /** What cannot be announced changes nothing, and all can go on. */
    @Test
    void refusesStreamsThatCannotBeUsed() throws Exception {
        Ranks.run(2, DeviceBitsTest.onDevice((collectives, device) -> {
            Model model = new Model(Model.Storage.FLOAT32).on(device);
            try (ShardedOptimizer optimizer = built(collectives, model)) {
                model.backward(collectives.rank(), 1);
                Parameter parameter = model.parameters.getLast();
                Arena arena = Arena.ofShared();
                CudaStream closed = device.newStream(arena);
                arena.close();
                assertThrows(InvalidParameterException.class, () -> optimizer.gradientReady(parameter, closed));
                assertThrows(NullPointerException.class, () -> optimizer.gradientReady(parameter, null));
                optimizer.gradientReady(parameter, device.stream());
                assertTrue(optimizer.step(StepOptions.NONE).applied());
                Model onHost = new Model(Model.Storage.FLOAT32);
                try (ShardedOptimizer ofHost = ShardedOptimizer.of(collectives, onHost.builder(ALGORITHM))) {
                    String message = assertThrows(InvalidParameterException.class,
                            () -> ofHost.gradientReady(onHost.parameters.getFirst(), device.stream())).getMessage();
                    assertTrue(message.startsWith("no stream computes a gradient that is in memory of the host: "),
                            message);
                }
                return true;
            }
        }));
    }

    /** A gradient whose memory is closed after its announcement fails the step on all ranks, as on the host. */
    @Test
    void memoryThatIsClosedAfterItsAnnouncementFailsTheStep() throws Exception {
        List<String> messages = Ranks.run(2, DeviceBitsTest.onDevice((collectives, device) -> {
            Model model = new Model(Model.Storage.FLOAT32).on(device);
            try (ShardedOptimizer optimizer = built(collectives, model)) {
                model.backward(collectives.rank(), 1);
                Arena arena = Arena.ofShared();
                Parameter first = model.parameters.getFirst();
                optimizer.bind(first, device.allocate(first.gradient().byteSize(), arena));
                optimizer.gradientReady(model.parameters.getLast());
                if (collectives.rank() == 1) {
                    arena.close();
                }
                List<byte[]> before = model.contents();
                Class<? extends RuntimeException> type =
                        collectives.rank() == 1 ? InvalidParameterException.class : CollectivesException.class;
                String message = assertThrows(type, optimizer::step).getMessage();
                List<byte[]> after = model.contents();
                for (int i = 0; i < before.size(); i++) {
                    assertArrayEquals(before.get(i), after.get(i));
                }
                return message;
            }
        }));
        assertTrue(messages.get(1).startsWith("the memory of the gradient is closed"), messages.get(1));
        assertEquals("rank 1 failed: " + messages.get(1), messages.getFirst());
    }
}
