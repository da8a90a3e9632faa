package io.radam.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.radam.Adam;
import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.StateType;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State and values in memory that Java cannot read. */
class EmulatedGpuTest {
    private static final float[] START = {1, -2, 3, -4, 5};

    @TempDir
    Path folder;

    /** The emulated one, unless the system has another. */
    private static CudaDevice device() {
        try {
            return CudaDevice.of(0);
        } catch (BackendException e) {
            return abort("no GPU to test on: " + e.getMessage());
        }
    }

    private record OnGpu(CudaDevice device, MemorySegment values, Optimizer optimizer) implements AutoCloseable {
        static OnGpu of(CudaDevice device, Arena arena) {
            MemorySegment values = device.allocate(4 * START.length, arena);
            MemorySegment gradient = device.allocate(4 * START.length, arena);
            device.copy(MemorySegment.ofArray(START), values);
            device.copy(MemorySegment.ofArray(START), gradient);
            return new OnGpu(device, values, Adam.builder().stateType(StateType.BLOCK8).device(device)
                    .parameter(Parameter.builder(values, gradient).name("w").build()).build());
        }

        Checkpoint checkpoint() {
            return Checkpoint.of(optimizer).withParameters().device(device).pieceBytes(8);
        }

        float[] read() {
            float[] read = new float[START.length];
            device.copy(values, MemorySegment.ofArray(read));
            return read;
        }

        @Override
        public void close() {
            optimizer.close();
        }
    }

    @Test
    void trainingGoesOnThereAndHere() throws Exception {
        CudaDevice device = device();
        Path file = folder.resolve("run.safetensors");
        float[] here = START.clone();
        try (Arena arena = Arena.ofConfined();
                OnGpu saved = OnGpu.of(device, arena);
                OnGpu restored = OnGpu.of(device, arena);
                Optimizer onHost = Adam.builder().stateType(StateType.BLOCK8).parameter(Parameter.builder(
                        MemorySegment.ofArray(here), MemorySegment.ofArray(START.clone())).name("w").build()).build()) {
            saved.optimizer.step();
            saved.checkpoint().write(file);
            float[] then = saved.read();
            saved.optimizer.step();
            restored.checkpoint().restore(file);
            assertArrayEquals(then, restored.read());
            restored.optimizer.step();
            assertArrayEquals(saved.read(), restored.read());
            Checkpoint.of(onHost).withParameters().restore(file);
            assertArrayEquals(then, here);
            onHost.step();
            assertArrayEquals(saved.read(), here);
        }
    }

    @Test
    void theDeviceHasToBeKnown() throws Exception {
        CudaDevice device = device();
        Path file = folder.resolve("run.safetensors");
        try (Arena arena = Arena.ofConfined(); OnGpu saved = OnGpu.of(device, arena)) {
            InvalidParameterException e =
                    assertThrows(InvalidParameterException.class, () -> Checkpoint.write(file, saved.optimizer));
            assertTrue(e.getMessage().contains("GPU"), e.getMessage());
            assertEquals(List.of(), Child.files(folder));
            saved.checkpoint().write(file);
            byte[] old = Files.readAllBytes(file);
            assertThrows(InvalidParameterException.class,
                    () -> Checkpoint.of(saved.optimizer).withParameters().restore(file));
            assertArrayEquals(START, saved.read());
            assertArrayEquals(old, Files.readAllBytes(file));
        }
    }

    /** Converted on the host, and then copied. */
    @Test
    void stateOfAnotherType() throws Exception {
        CudaDevice device = device();
        Path file = folder.resolve("run.safetensors");
        float[] here = START.clone();
        try (Arena arena = Arena.ofConfined();
                Optimizer onHost = Adam.builder().parameter(Parameter.builder(MemorySegment.ofArray(here),
                        MemorySegment.ofArray(START.clone())).name("w").build()).build();
                OnGpu restored = OnGpu.of(device, arena);
                Optimizer small = Adam.builder().stateType(StateType.BLOCK8).parameter(Parameter.builder(
                        MemorySegment.ofArray(here), MemorySegment.ofArray(START.clone())).name("w").build()).build()) {
            onHost.step();
            Checkpoint.of(onHost).withParameters().write(file);
            restored.checkpoint().convertingState().restore(file);
            assertArrayEquals(here, restored.read());
            Checkpoint.of(small).withParameters().convertingState().restore(file);
            restored.optimizer.step();
            small.step();
            assertArrayEquals(here, restored.read());
        }
    }

    @Test
    void shards() throws Exception {
        CudaDevice device = device();
        ShardedCheckpoint sharded = ShardedCheckpoint.of(folder.resolve("run"), 0, 1);
        try (Arena arena = Arena.ofConfined();
                OnGpu saved = OnGpu.of(device, arena);
                OnGpu restored = OnGpu.of(device, arena)) {
            saved.optimizer.step();
            sharded.write(saved.checkpoint(), 1);
            sharded.complete(1);
            restored.checkpoint().restore(sharded.index());
            assertArrayEquals(saved.read(), restored.read());
            saved.optimizer.step();
            restored.optimizer.step();
            assertArrayEquals(saved.read(), restored.read());
        }
    }
}
