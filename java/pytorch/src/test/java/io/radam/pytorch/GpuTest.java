package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Adam;
import io.radam.BackendException;
import io.radam.InvalidParameterException;
import io.radam.OptimizerBuilder;
import io.radam.OptimizerStateException;
import io.radam.RAdam;
import io.radam.SGD;
import io.radam.StateType;
import io.radam.StepOptions;
import io.radam.StepResult;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Parameters on a GPU, the emulated one, are stepped there, to the bits of the CPU. */
class GpuTest {
    private final EmulatedGpu gpu = new EmulatedGpu();

    @AfterEach
    void freeMemory() {
        gpu.close();
    }

    @Test
    void trainingOnTheGpuGivesTheBitsOfTheCpu() {
        Digits digits = Digits.load();
        Classifier onCpu = Classifier.of(3);
        Classifier onGpu = Classifier.of(3);
        Map<String, Tensor> expected = TorchOptimizer.namedParameters(onCpu);
        Map<String, Tensor> actual = TorchOptimizer.namedParameters(onGpu);
        gpu.move(actual);
        StepOptions options = StepOptions.NONE.withMaxGradientNorm(0.5);
        try (TorchOptimizer cpuSteps = TorchOptimizer.of(builder(), onCpu);
                TorchOptimizer gpuSteps = gpu.optimizer(builder(), actual)) {
            assertEquals("cuda", gpuSteps.core().backend().name());
            for (int step = 0; step < 20; step++) {
                train(cpuSteps, onCpu, digits.batch(step), options, false);
                train(gpuSteps, onGpu, digits.batch(step), options, true);
                expected.forEach((name, tensor) ->
                        assertArrayEquals(Tensors.floats(tensor), Tensors.floats(actual.get(name)), name));
                for (TorchOptimizer.Memory memory : gpuSteps.memory()) {
                    assertEquals(actual.get(memory.name()).data_ptr().address(), memory.values());
                    assertEquals(actual.get(memory.name()).grad().data_ptr().address(), memory.gradient());
                }
            }
            assertEquals(20, gpuSteps.core().stepCount(gpuSteps.core().parameter("hidden.weight")));
            Map<String, Tensor> resumed = TorchOptimizer.namedParameters(Classifier.of(4));
            resumed.forEach((name, tensor) -> tensor.set_data(expected.get(name).detach().clone()));
            try (TorchOptimizer other = TorchOptimizer.of(builder(), resumed)) {
                other.core().restore(gpuSteps.core().snapshot()); // from the GPU to the CPU
                resumed.forEach((name, tensor) -> Tensors.setGradient(tensor, expected.get(name).grad().clone()));
                other.step(options);
                cpuSteps.step(options);
                expected.forEach((name, tensor) ->
                        assertArrayEquals(Tensors.floats(tensor), Tensors.floats(resumed.get(name)), name));
            }
        }
    }

    private static OptimizerBuilder<?, ?> builder() {
        return RAdam.builder().learningRate(0.02).weightDecay(0.01).stateType(StateType.BLOCK8).seed(7);
    }

    private void train(TorchOptimizer optimizer, Classifier model, Digits batch, StepOptions options,
            boolean onGpu) {
        optimizer.zero_grad();
        model.backward(batch);
        if (onGpu) {
            TorchOptimizer.namedParameters(model).values().forEach(gpu::moveGradient);
        }
        assertTrue(optimizer.step(options).applied());
    }

    @Test
    void everyTypeAndOrderOfDimensions() {
        torch.manual_seed(2);
        Map<String, Tensor> onCpu = new LinkedHashMap<>();
        onCpu.put("floats", torch.randn(1000));
        onCpu.put("bfloat16", torch.randn(77).to(ScalarType.BFloat16));
        onCpu.put("float16", torch.randn(5, 7).to(ScalarType.Half));
        onCpu.put("channels last", torch.randn(2, 3, 4, 5).contiguous(MemoryFormat.ChannelsLast));
        onCpu.put("empty", torch.ones(0, 3));
        onCpu.put("without a gradient", torch.ones(3));
        Map<String, Tensor> onGpu = new LinkedHashMap<>();
        onCpu.forEach((name, tensor) -> {
            onGpu.put(name, gpu.parameter(tensor));
            tensor.set_requires_grad(true);
        });
        try (TorchOptimizer expected = TorchOptimizer.of(Adam.builder().learningRate(0.1), onCpu);
                TorchOptimizer actual = gpu.optimizer(Adam.builder().learningRate(0.1), onGpu)) {
            for (int step = 0; step < 5; step++) {
                onCpu.forEach((name, tensor) -> {
                    if (!name.equals("without a gradient")) {
                        Tensors.setGradient(tensor, torch.randn_like(tensor.detach()));
                        Tensors.setGradient(onGpu.get(name), gpu.copyOf(tensor.grad()));
                    }
                });
                assertEquals(expected.gradientStatistics().norm(), actual.gradientStatistics().norm());
                expected.step();
                actual.step();
                onCpu.forEach((name, tensor) ->
                        assertArrayEquals(Tensors.floats(tensor), Tensors.floats(onGpu.get(name)), name));
            }
            assertEquals(0, actual.core().stepCount(actual.parameter(onGpu.get("without a gradient"))));
        }
    }

    @Test
    void javaCannotReadTheMemoryOfTheGpuByMistake() {
        Tensor weight = gpu.parameter(torch.ones(2));
        try (TorchOptimizer optimizer = gpu.optimizer(SGD.builder(), Tensors.named("weight", weight))) {
            MemorySegment values = optimizer.core().values(optimizer.parameter(weight));
            assertEquals(weight.data_ptr().address(), values.address());
            assertThrows(WrongThreadException.class, () -> values.get(ValueLayout.JAVA_FLOAT, 0));
        }
    }

    @Test
    void valuesThatSetDataMovedAreStepped() {
        Tensor weight = gpu.parameter(torch.ones(2));
        try (TorchOptimizer optimizer = gpu.optimizer(SGD.builder().learningRate(0.25),
                Tensors.named("weight", weight))) {
            for (float value = 1; value < 4; value++) {
                weight.set_data(gpu.copyOf(torch.tensor(new float[] {value, 2 * value})));
                Tensors.setGradient(weight, gpu.copyOf(torch.ones(2)));
                optimizer.step(StepOptions.NONE.withZeroGradients(true));
                assertArrayEquals(new float[] {value - 0.25f, 2 * value - 0.25f}, Tensors.floats(weight));
                assertArrayEquals(new float[2], Tensors.floats(weight.grad()));
            }
        }
    }

    @Test
    void groupsOfAnOptimizerThatWasMadeForAGpu() {
        Tensor weight = gpu.parameter(torch.ones(1));
        Tensor late = gpu.parameter(torch.ones(1));
        SGD.Builder builder = SGD.builder().learningRate(0.25);
        try (TorchOptimizer optimizer = TorchOptimizer.of(builder, new Device("cuda:0"), gpu)) {
            optimizer.addGroup(group -> group.name("head").learningRate(0.125), Tensors.named("weight", weight));
            optimizer.add(optimizer.core().group("head"), "late", late, options -> { });
            Tensors.setGradient(weight, gpu.copyOf(torch.ones(1)));
            Tensors.setGradient(late, gpu.copyOf(torch.ones(1)));
            optimizer.step();
            optimizer.remove(weight);
            optimizer.step();
            assertArrayEquals(new float[] {0.875f}, Tensors.floats(weight));
            assertArrayEquals(new float[] {0.75f}, Tensors.floats(late));
        }
    }

    @Test
    void parametersOfSeveralDevicesAreRefusedByName() {
        Tensor onCpu = Tensors.parameter(1);
        Tensor onGpu = gpu.parameter(torch.ones(1));
        Tensor onAnother = gpu.copyOf(torch.ones(1), 1).set_requires_grad(true);
        refused(() -> gpu.optimizer(SGD.builder(), Tensors.named("a", onGpu, "b", onCpu)),
                "parameter b is on cpu", "cuda:0");
        refused(() -> gpu.optimizer(SGD.builder(), Tensors.named("a", onCpu, "b", onGpu)),
                "parameter b is on cuda:0", "for cpu");
        refused(() -> gpu.optimizer(SGD.builder(), Tensors.named("a", onGpu, "b", onAnother)),
                "parameter b is on cuda:1", "for cuda:0");
        try (TorchOptimizer optimizer = gpu.optimizer(SGD.builder(), Tensors.named("a", onGpu))) {
            refused(() -> optimizer.addGroup(group -> { }, Tensors.named("b", onCpu)), "parameter b is on cpu");
            assertEquals(1, optimizer.core().groups().size());
        }
        assertEquals(1, onCpu.use_count());
        assertEquals(1, onGpu.use_count());
    }

    @Test
    void whatMovesToAnotherDeviceLaterIsRefusedByName() {
        Tensor weight = Tensors.parameter(1);
        try (TorchOptimizer optimizer = gpu.optimizer(SGD.builder(), Tensors.named("weight", weight))) {
            weight.set_data(gpu.copyOf(weight.detach()));
            Tensors.setGradient(weight, gpu.copyOf(torch.ones(1)));
            refused(optimizer::step, "parameter weight is on cuda:0", "was on cpu");
        }
        try (TorchOptimizer optimizer = gpu.optimizer(SGD.builder(), Tensors.named("weight", weight))) {
            Tensors.setGradient(weight, torch.ones(1));
            refused(optimizer::step, "the gradient of parameter weight is on cpu", "cuda:0");
            assertArrayEquals(new float[] {1}, Tensors.floats(weight));
        }
    }

    @Test
    void devicesThatCannotStepAreRefusedByName() {
        for (String name : List.of("meta", "cuda", "mps")) {
            refused(() -> TorchOptimizer.of(SGD.builder(), new Device(name), gpu), name, "cuda:0");
        }
        Tensor onAnother = gpu.copyOf(torch.ones(1), 1).set_requires_grad(true);
        String message = assertThrows(BackendException.class,
                () -> gpu.optimizer(SGD.builder(), Tensors.named("a", onAnother))).getMessage();
        assertTrue(message.contains("cuda:1") && message.contains("io.radam:radam-cuda"), message);
    }

    @Test
    void aBuilderThatWasUsedForAGpuServesThatGpuOnly() {
        SGD.Builder builder = SGD.builder().learningRate(0.25);
        Tensor first = gpu.parameter(torch.ones(1));
        Tensor second = gpu.parameter(torch.ones(1));
        for (Tensor weight : List.of(first, second)) {
            try (TorchOptimizer optimizer = gpu.optimizer(builder, Tensors.named("weight", weight))) {
                Tensors.setGradient(weight, gpu.copyOf(torch.ones(1)));
                optimizer.step();
                assertArrayEquals(new float[] {0.75f}, Tensors.floats(weight));
            }
        }
        for (Executable call : List.<Executable>of(
                () -> TorchOptimizer.of(builder),
                () -> TorchOptimizer.of(builder, Tensors.named("weight", Tensors.parameter(1))))) {
            String message = assertThrows(BackendException.class, call).getMessage();
            assertTrue(message.contains("another builder"), message);
        }
    }

    @Test
    void aStepIsMadeWhicheverStreamIsCurrent() {
        Tensor weight = gpu.parameter(torch.ones(1));
        try (Arena arena = Arena.ofConfined();
                TorchOptimizer optimizer = gpu.optimizer(SGD.builder().learningRate(0.25),
                        Tensors.named("weight", weight))) {
            Tensors.setGradient(weight, gpu.copyOf(torch.ones(1)));
            for (int step = 1; step <= 3; step++) {
                int asked = gpu.asked;
                optimizer.step();
                assertEquals(1, optimizer.gradientStatistics().norm());
                assertEquals(asked + 2, gpu.asked, "each call is queued in the order of the stream of its time");
                assertArrayEquals(new float[] {1 - step * 0.25f}, Tensors.floats(weight));
                gpu.currentStream = gpu.device.newStream(arena).handle().address();
            }
        }
    }

    @Test
    void anotherCurrentStreamAndThatOfTheOptimizerWaitForEachOther() {
        try (Arena arena = Arena.ofConfined()) {
            long own = gpu.device.newStream(arena).handle().address();
            long other = gpu.device.newStream(arena).handle().address();
            gpu.currentStream = own;
            List<Object> log = new ArrayList<>();
            Gpu steps = new Gpu(0, () -> gpu.currentStream(0)) {
                @Override
                void order(CudaStream first, CudaStream then) {
                    super.order(first, then);
                    log.add(first.handle().address());
                    log.add(then.handle().address());
                }
            };
            assertEquals(own, steps.device().stream().handle().address());
            assertTrue(steps.inOrder(() -> log.add("step")));
            assertEquals(List.of("step"), log);

            log.clear();
            gpu.currentStream = other;
            assertTrue(steps.inOrder(() -> log.add("step")));
            assertEquals(List.of(other, own, "step", own, other), log);

            log.clear();
            assertThrows(OptimizerStateException.class, () -> steps.inOrder(() -> {
                throw new OptimizerStateException("fails");
            }));
            assertEquals(List.of(other, own, own, other), log);
        }
    }

    @Test
    void closedOptimizersSaySo() {
        Tensor weight = gpu.parameter(torch.ones(1));
        TorchOptimizer optimizer = gpu.optimizer(SGD.builder(), Tensors.named("weight", weight));
        Tensors.setGradient(weight, gpu.copyOf(torch.ones(1)));
        StepResult skipped = optimizer.step(StepOptions.NONE.withSkipNonFinite(true));
        assertTrue(skipped.applied());
        optimizer.close();
        optimizer.close();
        assertThrows(OptimizerStateException.class, optimizer::step);
        assertFalse(Tensors.floats(weight)[0] == 1, "the tensor lives on");
        assertEquals(1, weight.use_count());
    }

    private static void refused(Executable call, String... parts) {
        String message = assertThrows(InvalidParameterException.class, call).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
