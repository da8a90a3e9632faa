package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.cuda.CudaDevice;
import io.radam.cuda.CudaEvent;
import io.radam.cuda.CudaStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An optimizer on a GPU does what one on the host does, to the bit. */
@Tag("gpu")
class CudaSameBitsTest {
    private static final int STEPS = 4;
    private static final StepOptions EVERYTHING = StepOptions.NONE.withLossScale(4).withMaxGradientNorm(10)
            .withMaxGradientValue(0.01).withZeroGradients(true);

    private final CudaDevice device = Gpu.device();

    static List<MixedModel.Kind> kinds() {
        return MixedSameBitsTest.kinds();
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "memory " + i);
        }
    }

    /** The model that Schedule-Free trains, of values of 16 bits and state of 8. */
    @Test
    void averageOfIterates() {
        try (Arena arena = Arena.ofShared()) {
            MixedModel host = new MixedModel(new MixedModel.Kind(DType.BFLOAT16, Rounding.NEAREST, DType.BFLOAT16, null,
                    false, false), arena);
            CudaModel cuda = new CudaModel(host.parameters, device, arena);
            try (Optimizer expected = ScheduleFreeRAdam.builder().stateType(StateType.BLOCK8)
                            .parameters(host.parameters).build();
                    Optimizer actual = ScheduleFreeRAdam.builder().stateType(StateType.BLOCK8).device(device)
                            .parameters(cuda.parameters).build()) {
                for (int step = 0; step < 8; step++) {
                    host.newGradients(step);
                    cuda.copyGradients();
                    expected.step();
                    actual.step();
                }
                for (int i = 0; i < host.parameters.size(); i++) {
                    float[] onHost = new float[(int) host.parameters.get(i).length()];
                    float[] onGpu = new float[onHost.length];
                    ScheduleFree.average(expected, host.parameters.get(i), MemorySegment.ofArray(onHost));
                    ScheduleFree.average(actual, cuda.parameters.get(i), MemorySegment.ofArray(onGpu));
                    assertArrayEquals(onHost, onGpu);
                }
            }
        }
    }

    /** Trains a model on the host and one on the GPU by the same calls, and compares them after each. */
    private void assertSame(MixedModel.Kind kind, BiConsumer<RAdam.Builder, List<Parameter>> settings,
            List<BiConsumer<Optimizer, List<Parameter>>> calls) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel host = new MixedModel(kind, arena);
            CudaModel cuda = new CudaModel(host.parameters, device, arena);
            RAdam.Builder onHost = RAdam.builder().backend(Backend.named("java"));
            RAdam.Builder onGpu = RAdam.builder().device(device);
            settings.accept(onHost, host.parameters);
            settings.accept(onGpu, cuda.parameters);
            try (Optimizer expected = onHost.build(); Optimizer actual = onGpu.build()) {
                for (int i = 0; i < calls.size(); i++) {
                    host.newGradients(i);
                    cuda.copyGradients();
                    calls.get(i).accept(expected, host.parameters);
                    calls.get(i).accept(actual, cuda.parameters);
                    assertSame(host.bytes(expected), cuda.bytes(actual));
                }
            }
        }
    }

    /** The plan learns in which steps parameters take the slow weights. One parameter is later than the others. */
    @ParameterizedTest
    @MethodSource("io.radam.LookaheadTest#kinds")
    void lookahead(MixedModel.Kind kind) {
        for (StateType type : StateType.values()) {
            LookaheadMomentum momentum = LookaheadMomentum.values()[type.ordinal()];
            List<BiConsumer<Optimizer, List<Parameter>>> calls = new ArrayList<>();
            for (int step = 0; step < 7; step++) {
                if (step == 3) {
                    calls.add((optimizer, parameters) -> {
                        optimizer.setStepCount(parameters.get(2), 2);
                        optimizer.step();
                    });
                } else {
                    calls.add((optimizer, parameters) -> optimizer.step());
                }
            }
            assertSame(kind, (builder, parameters) -> builder.parameters(parameters).learningRate(0.01).seed(5)
                    .stateType(type).unrectified(Unrectified.MOMENTUM).lookahead(2, 0.5)
                    .lookaheadMomentum(momentum), calls);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyTypeAndOption(MixedModel.Kind kind) {
        for (StateType type : StateType.values()) {
            for (StepOptions options : List.of(StepOptions.NONE, EVERYTHING)) {
                List<BiConsumer<Optimizer, List<Parameter>>> calls = new ArrayList<>();
                for (int step = 0; step < STEPS; step++) {
                    calls.add((optimizer, parameters) -> assertTrue(optimizer.step(options).applied()));
                }
                assertSame(kind, (builder, parameters) -> builder.parameters(parameters).learningRate(0.01).seed(5)
                        .stateType(type).amsgrad(options == EVERYTHING).unrectified(Unrectified.MOMENTUM), calls);
            }
        }
    }

    private static MixedModel.Kind kind() {
        return new MixedModel.Kind(DType.FLOAT32, Rounding.STOCHASTIC, DType.BFLOAT16, DType.BFLOAT16, true, false);
    }

    @Test
    void parametersAndGroupsByThemselves() {
        assertSame(kind(), (builder, parameters) -> builder.parameters(parameters.subList(0, 2))
                .stateType(StateType.BFLOAT16)
                .group(group -> group.parameters(parameters.subList(2, 4)).learningRate(0.1))
                .group(group -> group.learningRate(0.2))
                .group(group -> group.parameter(parameters.get(4)).weightDecay(0.5).maximize(true)), List.of(
                (optimizer, parameters) -> optimizer.step(parameters.get(3)),
                (optimizer, parameters) -> optimizer.step(optimizer.groups().get(1)),
                (optimizer, parameters) -> optimizer.step(optimizer.groups().get(2)),
                (optimizer, parameters) -> optimizer.step(parameters.get(3)),
                (optimizer, parameters) -> optimizer.step(),
                (optimizer, parameters) -> optimizer.setLearningRateFactor(3),
                (optimizer, parameters) -> optimizer.step(parameters.get(0)),
                (optimizer, parameters) -> optimizer.step(),
                (optimizer, parameters) -> optimizer.zeroGradients()));
    }

    @Test
    void rectifiedSteps() {
        List<BiConsumer<Optimizer, List<Parameter>>> calls = new ArrayList<>();
        for (int step = 0; step < 10; step++) {
            calls.add((optimizer, parameters) -> optimizer.step());
        }
        assertSame(kind(), (builder, parameters) -> builder.parameters(parameters).weightDecay(0.1)
                .stateType(StateType.BLOCK8), calls);
    }

    @Test
    void statisticsAndSkippedSteps() {
        try (Arena arena = Arena.ofShared()) {
            MixedModel host = new MixedModel(kind(), arena);
            host.newGradients(1);
            CudaModel cuda = new CudaModel(host.parameters, device, arena);
            UnaryOperator<RAdam.Builder> settings = builder -> builder.gradientScale(0.3);
            try (Optimizer expected = settings.apply(RAdam.builder().parameters(host.parameters)).build();
                    Optimizer actual = settings.apply(RAdam.builder().parameters(cuda.parameters)).device(device).build()) {
                assertSame(expected.gradientStatistics(), host.parameters, actual.gradientStatistics(), cuda.parameters);
                expected.step();
                actual.step();

                MixedModel.put(DType.BFLOAT16, host.parameters.get(4).gradient(), 1, Float.NaN, 2,
                        Float.NEGATIVE_INFINITY);
                cuda.copyGradients();
                List<byte[]> before = cuda.bytes(actual);
                StepOptions skip = StepOptions.NONE.withSkipNonFinite(true).withZeroGradients(true);
                StepResult result = actual.step(skip);
                assertFalse(result.applied());
                assertEquals(2, result.statistics().nonFinite());
                assertSame(expected.step(skip).statistics(), host.parameters, result.statistics(), cuda.parameters);
                assertSame(before, cuda.bytes(actual));
                assertEquals(1, actual.state(cuda.parameters.get(4)).step());
            }
        }
    }

    private static void assertSame(GradientStatistics expected, List<Parameter> expectedParameters,
            GradientStatistics actual, List<Parameter> actualParameters) {
        assertEquals(expected.norm(), actual.norm());
        assertEquals(expected.maxAbs(), actual.maxAbs());
        assertEquals(expected.nonFinite(), actual.nonFinite());
        for (int i = 0; i < expectedParameters.size(); i++) {
            assertEquals(expected.ofParameter(expectedParameters.get(i)), actual.ofParameter(actualParameters.get(i)));
        }
    }

    /** State goes from the GPU to the host and back, through a checkpoint of bytes. */
    @Test
    void onceResumed() {
        try (Arena arena = Arena.ofShared()) {
            MixedModel host = new MixedModel(kind(), arena);
            CudaModel whole = new CudaModel(host.parameters, device, arena);
            UnaryOperator<RAdam.Builder> settings = builder -> builder.stateType(StateType.BLOCK8).amsgrad(true).seed(3)
                    .unrectified(Unrectified.MOMENTUM).device(device);
            try (Optimizer one = settings.apply(RAdam.builder().parameters(whole.parameters)).build()) {
                for (int step = 0; step < 2; step++) {
                    host.newGradients(step);
                    whole.copyGradients();
                    one.step();
                }
                for (int i = 0; i < whole.parameters.size(); i++) {
                    device.copy(whole.parameters.get(i).values(), host.parameters.get(i).values());
                    device.copy(whole.parameters.get(i).average(), host.parameters.get(i).average());
                }
                CudaModel resumed = new CudaModel(host.parameters, device, arena);
                try (Optimizer two = settings.apply(RAdam.builder().parameters(resumed.parameters)).build()) {
                    for (int i = 0; i < whole.parameters.size(); i++) {
                        two.restore(resumed.parameters.get(i), saved(one.state(whole.parameters.get(i))));
                    }
                    for (int step = 2; step < 4; step++) {
                        host.newGradients(step);
                        whole.copyGradients();
                        resumed.copyGradients();
                        one.step();
                        two.step();
                    }
                    assertSame(whole.bytes(one), resumed.bytes(two));
                }
            }
        }
    }

    private ParameterState saved(ParameterState state) {
        Map<String, ParameterState.Buffer> buffers = new HashMap<>();
        state.buffers().forEach((name, buffer) ->
                buffers.put(name, new ParameterState.Buffer(saved(buffer.elements()), saved(buffer.scales()))));
        return new ParameterState(state.step(), state.type(), buffers);
    }

    private MemorySegment saved(MemorySegment segment) {
        if (segment == null) {
            return null;
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) segment.byteSize()]);
        device.copy(segment, bytes);
        return bytes;
    }

    /** As a training loop on the GPU does it: copies in one stream, steps in another, events between them. */
    @Test
    void inStreams() {
        int length = 100_000;
        float[] expected = Numbers.random(1, length);
        float[] gradient = new float[length];
        try (Arena arena = Arena.ofShared(); Optimizer optimizer = RAdam.builder()
                .parameter(Parameter.of(expected, gradient)).build()) {
            CudaDevice copying = device.withStream(device.newStream(arena));
            CudaStream steps = device.newStream(arena);
            CudaDevice stepping = device.withStream(device.borrowStream(steps.handle().address(), arena));
            CudaEvent copied = device.newEvent(arena);
            CudaEvent stepped = device.newEvent(arena);
            CudaEvent begun = device.newEvent(arena);
            MemorySegment pinned = device.allocateHost(4L * length, arena);
            MemorySegment values = device.allocate(4L * length, arena);
            MemorySegment gradients = device.allocate(4L * length, arena);
            device.copy(MemorySegment.ofArray(expected), values);
            try (Optimizer onGpu = RAdam.builder().device(stepping).parameter(Parameter.of(values, gradients)).build()) {
                copying.stream().record(begun);
                for (int step = 0; step < 20; step++) {
                    System.arraycopy(Numbers.random(step, length), 0, gradient, 0, length);
                    optimizer.step();
                    copied.synchronize(); // or pinned memory would change under the copy
                    Numbers.put(gradient, pinned);
                    copying.copyAsync(pinned, gradients);
                    copying.stream().record(copied);
                    steps.waitFor(copied);
                    onGpu.step();
                    steps.record(stepped);
                    copying.stream().waitFor(stepped);
                }
                copying.copyAsync(values, pinned);
                copying.stream().record(copied);
                copied.synchronize();
                assertTrue(copied.millisecondsSince(begun) >= 0);
                copying.synchronize();
            }
            assertArrayEquals(Numbers.bits(expected), Numbers.bits(pinned));
        }
    }

    /** Parameters in pinned memory of the host, which the GPU reaches where it is. */
    @Test
    void inPinnedMemory() {
        float[] expected = Numbers.random(1, 1000);
        float[] gradient = Numbers.random(2, 1000);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = device.allocateHost(4000, arena);
            MemorySegment gradients = device.allocateHost(4000, arena);
            Numbers.put(expected, values);
            Numbers.put(gradient, gradients);
            try (Optimizer optimizer = AdamW.builder().parameter(Parameter.of(expected, gradient)).build();
                    Optimizer onGpu = AdamW.builder().parameter(Parameter.of(values, gradients)).device(device).build()) {
                optimizer.step();
                onGpu.step();
                device.synchronize();
            }
            assertArrayEquals(Numbers.bits(expected), Numbers.bits(values));
        }
    }

    @Test
    void manyParametersAndNone() {
        List<Parameter> host = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            for (int i = 0; i < 1000; i++) {
                MemorySegment values = arena.allocate(4L * (i % 50), 4);
                MemorySegment gradient = arena.allocate(4L * (i % 50), 4);
                Numbers.put(Numbers.random(i, i % 50), values);
                Numbers.put(Numbers.random(-i, i % 50), gradient);
                host.add(Parameter.of(values, gradient));
            }
            CudaModel cuda = new CudaModel(host, device, arena);
            try (Optimizer one = Adam.builder().parameters(host).build();
                    Optimizer two = Adam.builder().parameters(cuda.parameters).device(device).build()) {
                for (int step = 0; step < 3; step++) {
                    one.step();
                    two.step();
                }
                for (int i = 0; i < host.size(); i++) {
                    assertArrayEquals(host.get(i).values().toArray(ValueLayout.JAVA_BYTE),
                            saved(cuda.parameters.get(i).values()).toArray(ValueLayout.JAVA_BYTE), "parameter " + i);
                }
            }
        }
    }
}
