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
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
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
            return of(device, arena, StateType.BLOCK8);
        }

        static OnGpu of(CudaDevice device, Arena arena, StateType type) {
            MemorySegment values = device.allocate(4 * START.length, arena);
            MemorySegment gradient = device.allocate(4 * START.length, arena);
            device.copy(MemorySegment.ofArray(START), values);
            device.copy(MemorySegment.ofArray(START), gradient);
            return new OnGpu(device, values, Adam.builder().stateType(type).device(device)
                    .parameter(Parameter.builder(values, gradient).name("w").build()).build());
        }

        Parameter parameter() {
            return optimizer.parameter("w");
        }

        /** The state, which is on the device. */
        Map<String, List<Float>> state() {
            Map<String, List<Float>> state = new TreeMap<>();
            optimizer.state(parameter()).buffers().forEach((name, buffer) -> {
                assertThrows(WrongThreadException.class, () -> buffer.elements().get(ValueLayout.JAVA_FLOAT, 0));
                state.put(name, floats(buffer.elements()));
            });
            return state;
        }

        private List<Float> floats(MemorySegment onDevice) {
            float[] read = new float[START.length];
            device.copy(onDevice, MemorySegment.ofArray(read));
            return IntStream.range(0, read.length).mapToObj(i -> read[i]).toList();
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

    /** A file for PyTorch from a device's state, and from it to a device and to the host. */
    @Test
    void pyTorch() throws Exception {
        CudaDevice device = device();
        Path file = folder.resolve("state.pt");
        try (Arena arena = Arena.ofConfined();
                OnGpu saved = OnGpu.of(device, arena, StateType.FLOAT32);
                OnGpu restored = OnGpu.of(device, arena, StateType.FLOAT32);
                Optimizer onHost = Adam.builder().parameter(Parameter.builder(MemorySegment.ofArray(START.clone()),
                        MemorySegment.ofArray(START.clone())).name("w").build()).build()) {
            for (int i = 0; i < 3; i++) {
                saved.optimizer.step();
            }
            TorchCheckpoint.of(saved.optimizer).device(device).pieceBytes(8).write(file);
            TorchCheckpoint.of(restored.optimizer).device(device).pieceBytes(8).restore(file);
            assertEquals(saved.state(), restored.state());
            assertEquals(3, restored.optimizer.stepCount(restored.parameter()));
            device.copy(saved.values, restored.values);
            TorchCheckpoint.restore(file, onHost);
            Parameter here = onHost.parameter("w");
            onHost.state(here).buffers().forEach((name, buffer) -> assertEquals(saved.state().get(name),
                    IntStream.range(0, START.length)
                            .mapToObj(i -> buffer.elements().getAtIndex(ValueLayout.JAVA_FLOAT, i)).toList()));
            device.copy(saved.values, onHost.values(here));
            saved.optimizer.step();
            restored.optimizer.step();
            onHost.step();
            assertEquals(saved.state(), restored.state());
            assertArrayEquals(saved.read(), restored.read());
            assertArrayEquals(saved.read(), onHost.values(here).toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @Test
    void theDeviceHasToBeKnownForPyTorchToo() throws Exception {
        CudaDevice device = device();
        Path file = folder.resolve("state.pt");
        try (Arena arena = Arena.ofConfined(); OnGpu saved = OnGpu.of(device, arena, StateType.FLOAT32)) {
            saved.optimizer.step();
            InvalidParameterException e =
                    assertThrows(InvalidParameterException.class, () -> TorchCheckpoint.write(file, saved.optimizer));
            assertTrue(e.getMessage().contains("GPU"), e.getMessage());
            assertEquals(List.of(), Child.files(folder));
            TorchCheckpoint.of(saved.optimizer).device(device).write(file);
            saved.optimizer.step();
            Map<String, List<Float>> state = saved.state();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            assertThrows(CheckpointFormatException.class,
                    () -> TorchCheckpoint.of(saved.optimizer).device(device).restore(file));
            assertEquals(state, saved.state());
            assertEquals(2, saved.optimizer.stepCount(saved.parameter()));
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
