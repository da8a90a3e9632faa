package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Optimizers on a GPU that are told something wrong say so, and change nothing. */
@Tag("gpu")
class CudaMisuseTest {
    private static final int LENGTH = 10;

    private final CudaDevice device = Gpu.device();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment values = device.allocate(4 * LENGTH, arena);
    private final MemorySegment gradient = device.allocate(4 * LENGTH, arena);

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private static <T extends RuntimeException> void assertFails(Class<T> type, String part, Executable call) {
        String message = assertThrows(type, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    private void assertRefused(String part, MemorySegment ofValues, MemorySegment ofGradient) {
        assertFails(InvalidParameterException.class, part,
                () -> RAdam.builder().parameter(Parameter.of(ofValues, ofGradient)).device(device).build());
    }

    @Test
    void memoryThatIsNotTheDevices() {
        assertRefused("values is on the Java heap", MemorySegment.ofArray(new float[LENGTH]), gradient);
        assertRefused("gradient is on the Java heap", values, MemorySegment.ofArray(new float[LENGTH]));
        assertRefused("values at 0x", arena.allocate(4 * LENGTH, 4), gradient);
        assertRefused("gradient at 0x", values, arena.allocate(4 * LENGTH, 4));
    }

    /** A device has no rule of the user. */
    @Test
    void algorithmsThatItDoesNotStep() {
        Parameter parameter = Parameter.of(values, gradient);
        assertFails(BackendException.class, "own.lion", () -> Optimizer.builder(OwnRules.LION.defaults())
                .parameter(parameter).device(device).build());
        assertFails(BackendException.class, "own.lion", () -> Lion.builder().parametersLater().device(device)
                .group(OwnRules.LION.defaults(), group -> group.parameter(parameter)).build());
        try (Optimizer optimizer = Adam.builder().parameter(parameter).device(device).build()) {
            assertFails(BackendException.class, "own.lion", () -> optimizer.addGroup(
                    group -> group.hyperparameters(OwnRules.LION.defaults())));
            assertEquals(1, optimizer.groups().size());
            optimizer.step();
        }
    }

    @Test
    void memoryOfADeviceOnTheHost() {
        for (Backend backend : Backend.available()) {
            assertFails(InvalidParameterException.class, "not told of a device", () -> RAdam.builder()
                    .parameter(Parameter.of(values, gradient)).backend(backend).build());
            assertFails(InvalidParameterException.class, "gradient is memory of a GPU", () -> RAdam.builder()
                    .parameter(Parameter.of(MemorySegment.ofArray(new float[LENGTH]), gradient.asReadOnly()))
                    .backend(backend).build());
        }
    }

    @Test
    void overlapAndSize() {
        MemorySegment both = device.allocate(8 * LENGTH, arena);
        assertFails(InvalidParameterException.class, "overlap",
                () -> Parameter.of(both.asSlice(0, 4 * LENGTH), both.asSlice(4, 4 * LENGTH)));
        assertFails(InvalidParameterException.class, "misaligned",
                () -> Parameter.of(both.asSlice(2, 4 * LENGTH), gradient));
        assertFails(InvalidParameterException.class, "sizes differ", () -> Parameter.of(both, gradient));
        assertFails(InvalidParameterException.class, "read-only",
                () -> Parameter.of(values.asReadOnly(), gradient));
        assertFails(InvalidParameterException.class, "overlaps", () -> RAdam.builder().device(device)
                .parameter(Parameter.of(values, gradient))
                .parameter(Parameter.of(values, device.allocate(4 * LENGTH, arena))).build());
    }

    @Test
    void aBackendBesideTheDevice() {
        assertFails(BackendException.class, "both a device", () -> RAdam.builder()
                .parameter(Parameter.of(values, gradient)).device(device).backend(Backend.named("java")).build());
        assertThrows(NullPointerException.class, () -> RAdam.builder().device(null));
        assertFails(BackendException.class, "no such backend", () -> Backend.named("cuda"));
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient)).device(device).build()) {
            assertFails(BackendException.class, "device(...)", () -> RAdam.builder().backend(optimizer.backend()));
        }
    }

    @Test
    void saysWhatItRunsOn() {
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient)).device(device).build()) {
            assertEquals("cuda", optimizer.backend().name());
            assertTrue(optimizer.backend().isNative());
            assertTrue(optimizer.backend().reason().contains(device.name()));
        }
    }

    @Test
    void closedMemory() {
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient)).device(device).build()) {
            arena.close();
            assertFails(InvalidParameterException.class, "memory of the values is closed", optimizer::step);
            assertFails(InvalidParameterException.class, "memory of the values is closed", optimizer::zeroGradients);
            assertFails(InvalidParameterException.class, "memory of the values is closed",
                    optimizer::gradientStatistics);
        }
    }

    @Test
    void aClosedStream() {
        Arena ofStream = Arena.ofShared();
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient))
                .device(device.withStream(device.newStream(ofStream))).build()) {
            optimizer.step();
            ofStream.close();
            assertFails(InvalidParameterException.class, "stream is closed", optimizer::step);
            assertFails(InvalidParameterException.class, "stream is closed", optimizer::zeroGradients);
        }
    }

    @Test
    void aStreamOfAnotherThread() throws InterruptedException {
        CudaDevice[] ofOther = new CudaDevice[1];
        Thread other = Thread.ofPlatform().start(
                () -> ofOther[0] = device.withStream(device.newStream(Arena.ofConfined())));
        other.join();
        assertFails(InvalidParameterException.class, "another thread",
                () -> RAdam.builder().parameter(Parameter.of(values, gradient)).device(ofOther[0]).build());
        assertFails(InvalidParameterException.class, "another thread", ofOther[0]::synchronize);
    }

    /** Memory that its library has freed is found when it is bound again, before anything is stepped. */
    @Test
    void memoryThatWasFreedBehindItsBack() {
        Arena library = Arena.ofShared();
        MemorySegment borrowed = device.borrow(device.allocate(4 * LENGTH, library).address(), 4 * LENGTH, arena);
        MemorySegment another = device.allocate(4 * LENGTH, arena);
        float[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
        for (MemorySegment memory : List.of(values, gradient, another, borrowed)) {
            device.copy(MemorySegment.ofArray(ones), memory);
        }
        Parameter first = Parameter.of(values, gradient);
        Parameter second = Parameter.of(another, gradient);
        Parameter third = Parameter.of(borrowed, device.allocate(4 * LENGTH, arena));
        try (Optimizer optimizer = AdamW.builder().parameters(List.of(first, second, third)).device(device).build()) {
            optimizer.step(List.of(first, second), StepOptions.NONE);
            optimizer.setStepCount(third, 1);
            // No memory is taken between this and the step: it might be this memory again, which then is the device's.
            library.close();
            float[] before = read(values);
            assertFails(InvalidParameterException.class, "not to memory that the device can use", optimizer::step);
            assertEquals(1, optimizer.stepCount(first));
            assertEquals(1, optimizer.stepCount(third));
            assertArrayEquals(before, read(values));
            optimizer.step(first);
            assertEquals(2, optimizer.stepCount(first));
            assertFalse(Arrays.equals(before, read(values)));
            assertArrayEquals(before, read(another));
        }
    }

    private float[] read(MemorySegment memory) {
        float[] numbers = new float[LENGTH];
        device.copy(memory, MemorySegment.ofArray(numbers));
        return numbers;
    }

    /** CUDA's message is that of the failure itself, not of an earlier one. */
    @Test
    void oneFailureAfterAnother() {
        assertFails(BackendException.class, "(out of memory)", () -> device.allocate(1L << 50, arena));
        String message = assertThrows(InvalidParameterException.class,
                () -> device.borrow(arena.allocate(8).address(), 8, arena)).getMessage();
        assertTrue(message.endsWith("that the device can use"), message);
    }

    @Test
    void stateOfADeviceOnTheHost() {
        Parameter onHost = Parameter.of(new float[LENGTH], new float[LENGTH]);
        try (Optimizer optimizer = RAdam.builder().parameter(onHost).build()) {
            assertFails(InvalidParameterException.class, "exp_avg is memory of a GPU",
                    () -> optimizer.restore(onHost, AdamState.of(1, values, gradient, null)));
        }
    }

    @Test
    void aReadOnlyGradientToBeZeroed() {
        float[] before = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        device.copy(MemorySegment.ofArray(before), values);
        device.copy(MemorySegment.ofArray(before), gradient);
        try (Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient.asReadOnly())).device(device)
                .build()) {
            assertFails(InvalidParameterException.class, "read-only",
                    () -> optimizer.step(StepOptions.NONE.withZeroGradients(true)));
            assertFails(InvalidParameterException.class, "read-only", optimizer::zeroGradients);
        }
        assertArrayEquals(before, read(values));
    }

    @Test
    void aClosedOptimizer() {
        Optimizer optimizer = RAdam.builder().parameter(Parameter.of(values, gradient)).device(device).build();
        MemorySegment state = AdamState.expAvg(optimizer.state(optimizer.groups().getFirst().parameters().getFirst()));
        optimizer.close();
        optimizer.close();
        assertFails(OptimizerStateException.class, "closed", optimizer::step);
        assertFails(InvalidParameterException.class, "closed",
                () -> device.copy(state, MemorySegment.ofArray(new float[LENGTH])));
    }

    @Test
    void stateThatDoesNotFit() {
        Parameter parameter = Parameter.of(values, gradient);
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).device(device).build()) {
            MemorySegment good = MemorySegment.ofArray(new float[LENGTH]);
            MemorySegment small = MemorySegment.ofArray(new float[LENGTH - 1]);
            assertFails(InvalidParameterException.class, "sizes differ",
                    () -> optimizer.restore(parameter, AdamState.of(1, good, small, null)));
            optimizer.restore(parameter, AdamState.of(5, values, good, null));
            assertEquals(5, optimizer.state(parameter).step());
        }
    }
}
