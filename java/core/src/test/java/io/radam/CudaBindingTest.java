package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What frameworks need of a step, on a GPU: the same calls give the same bits as on the host. */
@Tag("gpu")
class CudaBindingTest {
    private static final int[] LENGTHS = {1, 300, 0, 5000, 257};

    private final CudaDevice device = Gpu.device();

    /** A training, on the GPU or on the host. */
    private final class Model implements AutoCloseable {
        final Arena arena = Arena.ofShared();
        final boolean onGpu;
        final List<Parameter> parameters = new ArrayList<>();
        final Optimizer optimizer;

        Model(boolean onGpu) {
            this.onGpu = onGpu;
            for (int i = 0; i < LENGTHS.length; i++) {
                parameters.add(Parameter.builder(memory(Numbers.random(i, LENGTHS[i]))).name("p" + i).build());
            }
            Adam.Builder builder = Adam.builder().learningRate(0.01).stateType(StateType.BLOCK8).seed(3)
                    .parameters(parameters.subList(0, 3))
                    .group(group -> group.parameters(parameters.subList(3, 5)).learningRate(0.1));
            optimizer = (onGpu ? builder.device(device) : builder.backend(Backend.named("java"))).build();
        }

        MemorySegment memory(float... numbers) {
            MemorySegment heap = MemorySegment.ofArray(numbers);
            if (!onGpu) {
                return heap;
            }
            MemorySegment memory = device.allocate(heap.byteSize(), arena);
            device.copy(heap, memory);
            return memory;
        }

        void bind(int i, long seed) {
            optimizer.bind(parameters.get(i), memory(Numbers.random(seed, LENGTHS[i])));
        }

        void step(int... numbers) {
            List<Parameter> some = new ArrayList<>();
            for (int i : numbers) {
                some.add(parameters.get(i));
            }
            optimizer.step(some, StepOptions.NONE.withMaxGradientNorm(0.5));
        }

        float[] read(MemorySegment memory) {
            if (!onGpu) {
                return memory.toArray(ValueLayout.JAVA_FLOAT);
            }
            float[] numbers = new float[(int) (memory.byteSize() / 4)];
            device.copy(memory, MemorySegment.ofArray(numbers));
            return numbers;
        }

        void assertSame(Model other) {
            for (int i = 0; i < parameters.size(); i++) {
                assertArrayEquals(other.read(other.optimizer.values(other.parameters.get(i))),
                        read(optimizer.values(parameters.get(i))), "values " + i);
                assertEquals(other.optimizer.stepCount(other.parameters.get(i)),
                        optimizer.stepCount(parameters.get(i)));
            }
        }

        @Override
        public void close() {
            optimizer.close();
            arena.close();
        }
    }

    private interface Call {
        void on(Model model);
    }

    private void assertSameBits(List<Call> calls) {
        try (Model host = new Model(false); Model gpu = new Model(true)) {
            for (Call call : calls) {
                call.on(host);
                call.on(gpu);
                gpu.assertSame(host);
            }
        }
    }

    @Test
    void otherGradientsEachStepAndNone() {
        List<Call> calls = new ArrayList<>();
        calls.add(model -> model.optimizer.step());
        for (int step = 0; step < 8; step++) {
            int number = step;
            calls.add(model -> {
                for (int i = 0; i < LENGTHS.length; i++) {
                    if ((number + i) % 3 == 0) {
                        model.optimizer.unbind(model.parameters.get(i));
                    } else {
                        model.bind(i, 10 * number + i);
                    }
                }
                model.optimizer.step();
            });
        }
        calls.add(model -> model.parameters.forEach(model.optimizer::unbind));
        calls.add(model -> assertTrue(model.optimizer.step(StepOptions.NONE.withSkipNonFinite(true)).applied()));
        assertSameBits(calls);
    }

    @Test
    void otherValuesToo() {
        assertSameBits(List.of(
                model -> model.bind(3, 1),
                model -> model.optimizer.step(),
                model -> model.optimizer.bind(model.parameters.get(3), model.memory(Numbers.random(5, 5000)),
                        model.memory(Numbers.random(6, 5000))),
                model -> model.optimizer.step(),
                model -> model.optimizer.step()));
    }

    /** There are as many step numbers as parameters, so that the plan needs room for more coefficients. */
    @Test
    void partsWithStepNumbersOfTheirOwn() {
        List<Call> calls = new ArrayList<>();
        calls.add(model -> {
            for (int i = 0; i < LENGTHS.length; i++) {
                model.bind(i, i);
            }
        });
        calls.add(model -> model.step(3));
        calls.add(model -> model.step(4, 1));
        calls.add(model -> model.step(1));
        calls.add(model -> model.step(1, 0, 2));
        calls.add(model -> model.optimizer.step());
        calls.add(model -> model.optimizer.setStepCount(model.parameters.get(4), 100));
        calls.add(model -> model.optimizer.step(StepOptions.NONE.withMaxGradientNorm(1).withNormPerGroup(true)));
        calls.add(model -> model.step(2));
        calls.add(model -> model.optimizer.step());
        assertSameBits(calls);
    }

    @Test
    void parametersThatComeAndGo() {
        assertSameBits(List.of(
                model -> model.bind(0, 1),
                model -> model.bind(3, 2),
                model -> model.optimizer.step(),
                model -> {
                    Parameter added = Parameter.of(model.memory(Numbers.random(9, 600)),
                            model.memory(Numbers.random(8, 600)));
                    model.parameters.set(2, added);
                    model.optimizer.remove(model.optimizer.parameter("p2"));
                    model.optimizer.addGroup(group -> group.parameter(added).learningRate(0.3));
                },
                model -> model.optimizer.step(),
                model -> model.optimizer.restore(model.optimizer.snapshot()),
                model -> model.optimizer.step()));
    }

    @Test
    void theUpdateInPlaceOfTheGradient() {
        assertSameBits(List.of(model -> {
            MemorySegment gradient = model.memory(Numbers.random(1, 300));
            Parameter updated = Parameter.builder(model.memory(Numbers.random(2, 300)), gradient).updateInGradient()
                    .build();
            model.optimizer.addGroup(group -> group.parameter(updated).learningRate(0.1));
            model.optimizer.step();
            // As values that can be compared.
            model.optimizer.remove(updated);
            Parameter result = Parameter.of(gradient);
            model.optimizer.addGroup(group -> group.parameter(result));
            model.parameters.add(result);
        }));
    }

    @Test
    void statisticsOfSlices() {
        try (Model host = new Model(false); Model gpu = new Model(true)) {
            List<GradientStatistics> statistics = new ArrayList<>();
            for (Model model : List.of(host, gpu)) {
                Parameter slice = Parameter.builder(model.memory(new float[19_968]),
                        model.memory(Numbers.random(3, 19_968))).slice(8192 + 512, 100_000).build();
                model.optimizer.addGroup(group -> group.parameter(slice));
                statistics.add(model.optimizer.gradientStatistics());
            }
            assertEquals(statistics.getFirst().norm(), statistics.getLast().norm());
            assertEquals(statistics.getFirst().maxAbs(), statistics.getLast().maxAbs());
        }
    }

    /** The plan of this step could not be bound to such memory, and is made anew. */
    @Test
    void halfTypesBesideFloats() {
        short[] ones = new short[11];
        Arrays.fill(ones, Float.floatToFloat16(1));
        try (Model gpu = new Model(true)) {
            MemorySegment values = device.allocate(22, gpu.arena);
            MemorySegment gradients = device.allocate(22, gpu.arena);
            device.copy(MemorySegment.ofArray(ones), values);
            device.copy(MemorySegment.ofArray(ones), gradients);
            Parameter half = Parameter.builder(values.asSlice(2)).valuesType(DType.FLOAT16).gradientType(DType.FLOAT16)
                    .build();
            gpu.optimizer.addGroup(group -> group.parameter(half).stateType(StateType.FLOAT32).learningRate(0.5));
            gpu.bind(1, 1);
            gpu.step(1);
            gpu.optimizer.bind(half, gradients.asSlice(2));
            for (int step = 1; step <= 2; step++) {
                gpu.optimizer.step();
                assertEquals(step, gpu.optimizer.stepCount(half));
                short[] after = new short[11];
                device.copy(values, MemorySegment.ofArray(after));
                assertEquals(ones[0], after[0]);
                for (int i = 1; i < after.length; i++) {
                    assertEquals(1 - step * 0.5f, Float.float16ToFloat(after[i]), 1e-3f);
                }
            }
        }
    }

    @Test
    void averagesWhoseDecayChanges() {
        AverageDecay decay = AverageDecay.biasCorrected(0.9);
        List<float[]> averages = new ArrayList<>();
        try (Model host = new Model(false); Model gpu = new Model(true)) {
            for (Model model : List.of(host, gpu)) {
                MemorySegment average = model.memory(Numbers.random(4, 300));
                Parameter averaged = Parameter.builder(model.memory(Numbers.random(2, 300)),
                        model.memory(Numbers.random(3, 300))).average(average, decay).build();
                model.optimizer.addGroup(group -> group.parameter(averaged).learningRate(0.1));
                for (int step = 0; step < 4; step++) {
                    if (step % 2 == 0) {
                        model.bind(1, step);
                    }
                    model.optimizer.step(StepOptions.NONE.withMaxGradientNorm(1));
                }
                averages.add(model.read(average));
            }
        }
        assertArrayEquals(averages.getFirst(), averages.getLast());
    }

    @Test
    void copiesOnDemand() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment copy = device.allocate(600, arena);
            MemorySegment values = device.allocate(1200, arena);
            float[] numbers = Numbers.random(1, 300);
            device.copy(MemorySegment.ofArray(numbers), values);
            Parameter parameter = Parameter.builder(values).copy(copy, DType.FLOAT16).build();
            try (Optimizer optimizer = Adam.builder().parameter(parameter).device(device).build()) {
                optimizer.writeCopies();
                short[] written = new short[300];
                device.copy(copy, MemorySegment.ofArray(written));
                for (int i = 0; i < 300; i++) {
                    assertEquals(Float.floatToFloat16(numbers[i]), written[i]);
                }
            }
        }
    }

    @Test
    void memoryOfAnotherDevice() {
        try (Model gpu = new Model(true); Model host = new Model(false)) {
            Misuse.refused(InvalidParameterException.class,
                    () -> gpu.optimizer.bind(gpu.parameters.get(1), MemorySegment.ofArray(new float[300])), "heap", "GPU");
            Misuse.refused(InvalidParameterException.class,
                    () -> host.optimizer.bind(host.parameters.get(1), gpu.memory(new float[300])), "GPU");
            gpu.optimizer.step();
        }
    }
}
