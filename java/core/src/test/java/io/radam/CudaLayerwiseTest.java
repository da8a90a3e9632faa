package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a step on a GPU computes before it steps, sums over tensors and means of rows, gives the bits of the host. */
@Tag("gpu")
class CudaLayerwiseTest {
    private static final StepOptions EVERYTHING = StepOptions.NONE.withLossScale(4).withMaxGradientNorm(10)
            .withMaxGradientValue(0.01).withZeroGradients(true);

    private final CudaDevice device = Gpu.device();

    static Stream<Hyperparameters> all() {
        return LayerwiseTest.all();
    }

    private static MixedModel.Kind kind(int number) {
        DType[] types = DType.values();
        return new MixedModel.Kind(types[number % 3], Rounding.STOCHASTIC, types[number / 3 % 3], DType.BFLOAT16,
                number % 2 == 0, false);
    }

    private static List<Parameter> withRows(List<Parameter> parameters) {
        return withRows(parameters, length -> length % 8 == 0 ? length / 8 : length);
    }

    /** With rows of a length that follows from a parameter's; those of 0 have none. */
    private static List<Parameter> withRows(List<Parameter> parameters, LongUnaryOperator rowLength) {
        return parameters.stream().map(parameter -> {
            Parameter.Builder builder = Parameter.builder(parameter.values(), parameter.gradient())
                    .valuesType(parameter.valuesType()).gradientType(parameter.gradientType())
                    .rounding(parameter.rounding());
            if (parameter.lowerHalves() != null) {
                builder.split(parameter.lowerHalves());
            }
            long length = rowLength.applyAsLong(parameter.length());
            return length == 0 ? builder.build() : builder.rowLength(length).build();
        }).toList();
    }

    /** The groups of an optimizer, each with its hyperparameters and the numbers of its parameters. */
    private record Groups(List<Hyperparameters> hyperparameters, List<List<Integer>> parameters) {
        Optimizer build(List<Parameter> all, StateType type, CudaDevice device) {
            OptimizerBuilder<?, ?> builder = Optimizer.builder(hyperparameters.getFirst()).stateType(type).seed(7);
            parameters.getFirst().forEach(i -> builder.parameter(all.get(i)));
            for (int g = 1; g < hyperparameters.size(); g++) {
                List<Integer> own = parameters.get(g);
                builder.group(hyperparameters.get(g), group -> own.forEach(i -> group.parameter(all.get(i))));
            }
            if (device == null) {
                return builder.backend(Backend.named("java")).build();
            }
            return builder.device(device).build();
        }
    }

    /** Trains on the host and on the GPU by the same calls, and compares them after each. */
    private void assertSame(Groups groups, StateType type, MixedModel host, List<Parameter> parameters,
            List<BiConsumer<Optimizer, List<Parameter>>> calls) {
        try (Arena arena = Arena.ofShared()) {
            CudaModel cuda = new CudaModel(parameters, device, arena);
            try (Optimizer expected = groups.build(parameters, type, null);
                    Optimizer actual = groups.build(cuda.parameters, type, device)) {
                for (int i = 0; i < calls.size(); i++) {
                    host.newGradients(i);
                    cuda.copyGradients();
                    calls.get(i).accept(expected, parameters);
                    calls.get(i).accept(actual, cuda.parameters);
                    for (int g = 0; g < expected.groups().size(); g++) {
                        assertEquals(expected.groups().get(g).hyperparameters().learningRate(),
                                actual.groups().get(g).hyperparameters().learningRate(), "learning rate");
                    }
                    List<byte[]> right = new ArrayList<>();
                    for (Parameter parameter : parameters) {
                        for (MemorySegment segment : MixedModel.memory(parameter, expected.state(parameter))) {
                            right.add(segment == null ? new byte[0] : segment.toArray(ValueLayout.JAVA_BYTE));
                        }
                    }
                    List<byte[]> found = cuda.bytes(actual);
                    assertEquals(right.size(), found.size());
                    for (int k = 0; k < right.size(); k++) {
                        assertArrayEquals(right.get(k), found.get(k), "call " + i + ", memory " + k);
                    }
                }
            }
        }
    }

    private static List<BiConsumer<Optimizer, List<Parameter>>> steps(int count, StepOptions options) {
        List<BiConsumer<Optimizer, List<Parameter>>> calls = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            calls.add((optimizer, parameters) -> optimizer.step(options));
        }
        return calls;
    }

    private static Groups one(Hyperparameters h) {
        return new Groups(List.of(h), List.of(List.of(0, 1, 2, 3, 4)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyTypeAndOption(Hyperparameters h) {
        int number = 0;
        for (StateType type : StateType.values()) {
            for (StepOptions options : List.of(StepOptions.NONE, EVERYTHING)) {
                try (Arena arena = Arena.ofShared()) {
                    MixedModel host = new MixedModel(kind(number++), arena);
                    assertSame(one(h), type, host, host.parameters, steps(3, options));
                }
            }
        }
    }

    /** Each tensor has coefficients of its own, whatever part of a step it is in; of some, the order matters. */
    @ParameterizedTest
    @MethodSource("all")
    void parametersByThemselves(Hyperparameters h) {
        try (Arena arena = Arena.ofShared()) {
            MixedModel host = new MixedModel(kind(0), arena);
            Groups two = new Groups(List.of(h, h.withLearningRate(2 * h.learningRate())),
                    List.of(List.of(0, 1, 2), List.of(3, 4)));
            assertSame(two, StateType.FLOAT32, host, host.parameters, List.of(
                    (optimizer, parameters) -> optimizer.step(parameters.get(3)),
                    (optimizer, parameters) -> optimizer.step(parameters.reversed(), StepOptions.NONE),
                    (optimizer, parameters) -> optimizer.step(List.of(parameters.get(4), parameters.get(2),
                            parameters.get(0)), StepOptions.NONE.withMaxGradientNorm(1)),
                    (optimizer, parameters) -> optimizer.setLearningRateFactor(0.5),
                    (optimizer, parameters) -> optimizer.unbind(parameters.get(1)),
                    (optimizer, parameters) -> optimizer.step(),
                    (optimizer, parameters) -> optimizer.restore(optimizer.snapshot()),
                    (optimizer, parameters) -> optimizer.step()));
        }
    }

    /** A tensor of more pieces than there are sums; and slices, whose pieces are counted in the whole tensor. */
    @Test
    void manyPieces() {
        for (long first : new long[] {0, 31 * 8192 + 512, 100 * 8192 + 256}) {
            int length = 40 * 8192 + 77;
            float[] values = Numbers.random(1, length);
            float[] onGpu = new float[length];
            float[] gradient = Numbers.random(2, length);
            try (Arena arena = Arena.ofShared();
                    Optimizer expected = LAMB.builder().parameter(Parameter.builder(MemorySegment.ofArray(values),
                            MemorySegment.ofArray(gradient)).slice(first, 1L << 30).build()).build()) {
                MemorySegment deviceValues = device.allocate(4L * length, arena);
                MemorySegment deviceGradient = device.allocate(4L * length, arena);
                device.copy(MemorySegment.ofArray(values), deviceValues);
                device.copy(MemorySegment.ofArray(gradient), deviceGradient);
                try (Optimizer actual = LAMB.builder().device(device).parameter(Parameter.builder(deviceValues,
                        deviceGradient).slice(first, 1L << 30).build()).build()) {
                    assertEquals(expected.gradientStatistics().norm(), actual.gradientStatistics().norm());
                    for (int step = 0; step < 3; step++) {
                        expected.step();
                        actual.step();
                    }
                    device.copy(deviceValues, MemorySegment.ofArray(onGpu));
                }
            }
            assertArrayEquals(values, onGpu);
        }
    }

    @Test
    void centralizedGradients() {
        List<Hyperparameters> algorithms = List.of(Ranger.hyperparameters(), Algorithm.LAMB.defaults(),
                Algorithm.SGD.defaults());
        for (int number = 0; number < 9; number++) {
            StateType type = StateType.values()[number % 3];
            Hyperparameters h = algorithms.get(number / 3).toBuilder().set(Hyperparameters.CENTRALIZE_GRADIENTS, true)
                    .build();
            try (Arena arena = Arena.ofShared()) {
                MixedModel host = new MixedModel(kind(number), arena);
                assertSame(one(h), type, host, withRows(host.parameters), List.of(
                        (optimizer, parameters) -> optimizer.step(EVERYTHING),
                        (optimizer, parameters) -> optimizer.step(parameters.get(4)),
                        (optimizer, parameters) -> optimizer.step()));
            }
        }
    }

    /** All rows are projected, or some tensors as one row, or nothing; and a parameter has no rows. */
    @Test
    void projectedRows() {
        int number = 0;
        for (Hyperparameters each : ProjectionTest.algorithms()) {
            for (StateType type : StateType.values()) {
                boolean centralized = number % 4 == 3;
                Hyperparameters h = each.toBuilder().set(Hyperparameters.CENTRALIZE_GRADIENTS, centralized).build();
                try (Arena arena = Arena.ofShared()) {
                    MixedModel host = new MixedModel(kind(number++), arena);
                    long divisor = number % 2 == 0 ? 8 : 25;
                    List<Parameter> ofHost = withRows(host.parameters,
                            length -> length == 7 ? 0 : length % divisor == 0 ? divisor : length);
                    assertSame(one(h), type, host, ofHost, List.of(
                            (optimizer, parameters) -> optimizer.step(),
                            (optimizer, parameters) -> optimizer.step(EVERYTHING),
                            (optimizer, parameters) -> optimizer.step(parameters.get(3)),
                            (optimizer, parameters) -> optimizer.step(parameters.get(1)),
                            (optimizer, parameters) -> optimizer.unbind(parameters.get(2)),
                            (optimizer, parameters) -> optimizer.step(parameters.reversed(), StepOptions.NONE),
                            (optimizer, parameters) -> optimizer.restore(optimizer.snapshot()),
                            (optimizer, parameters) -> optimizer.step()));
                }
            }
        }
    }

    /** Slices begin at rows and at blocks; none of a group need have rows. */
    @Test
    void projectedRowsOfSlices() {
        for (long rowLength : new long[] {0, 9, 256, 1000}) {
            long first = 256 * 9 * 1000;
            int length = 90_000;
            long cut = rowLength == 256 ? length / 256 * 256 : length;
            float[][] values = new float[2][(int) cut];
            for (int run = 0; run < 2; run++) {
                try (Arena arena = Arena.ofShared()) {
                    MemorySegment memory = MemorySegment.ofArray(Numbers.random(1, (int) cut));
                    MemorySegment gradient = MemorySegment.ofArray(Numbers.random(2, (int) cut));
                    if (run == 1) {
                        memory = onDevice(memory, arena);
                        gradient = onDevice(gradient, arena);
                    }
                    Parameter.Builder parameter = Parameter.builder(memory, gradient).slice(first, 1000L * first);
                    if (rowLength > 0) {
                        parameter.rowLength(rowLength);
                    }
                    AdamP.Builder builder = AdamP.builder().delta(1e6).weightDecay(0.1).parameter(parameter.build());
                    try (Optimizer optimizer = run == 0 ? builder.build() : builder.device(device).build()) {
                        for (int step = 0; step < 3; step++) {
                            optimizer.step();
                        }
                    }
                    if (run == 0) {
                        MemorySegment.ofArray(values[0]).copyFrom(memory);
                    } else {
                        device.copy(memory, MemorySegment.ofArray(values[1]));
                    }
                }
            }
            assertArrayEquals(values[0], values[1], "rows of " + rowLength);
        }
    }

    private MemorySegment onDevice(MemorySegment memory, Arena arena) {
        MemorySegment there = device.allocate(memory.byteSize(), arena);
        device.copy(memory, there);
        return there;
    }

    /** Several algorithms in one optimizer: one norm, and one wait for the sums of all that need some. */
    @Test
    void algorithmsBesideEachOther() {
        Groups mixed = new Groups(List.of(Algorithm.ADAM.defaults(), Algorithm.LAMB.defaults(),
                Algorithm.ADAMP.defaults().with(AdamPSettings.DELTA, 1e6),
                Algorithm.ADAM_HD.defaults().with(AdamHDSettings.HYPERGRAD_LR, 1e-8)),
                List.of(List.of(0), List.of(1, 3), List.of(2), List.of(4)));
        for (StateType type : StateType.values()) {
            try (Arena arena = Arena.ofShared()) {
                MixedModel host = new MixedModel(kind(type.ordinal()), arena);
                assertSame(mixed, type, host, withRows(host.parameters), List.of(
                        (optimizer, parameters) -> optimizer.step(EVERYTHING),
                        (optimizer, parameters) -> optimizer.step(parameters.get(3)),
                        (optimizer, parameters) -> optimizer.step(List.of(parameters.get(4), parameters.get(0)),
                                StepOptions.NONE),
                        (optimizer, parameters) -> optimizer.restore(optimizer.snapshot()),
                        (optimizer, parameters) -> optimizer.step()));
            }
        }
    }

    /** Groups come and go, also of algorithms that the optimizer did not have. */
    @Test
    void algorithmsThatComeAndGo() {
        float[][] values = new float[2][];
        for (int run = 0; run < 2; run++) {
            CudaDevice on = run == 0 ? null : device;
            try (Arena arena = Arena.ofShared()) {
                Parameter first = parameter(1, on, arena);
                Parameter second = parameter(2, on, arena);
                Adam.Builder builder = Adam.builder().learningRate(0.01).parameter(first);
                try (Optimizer optimizer = on == null ? builder.build() : builder.device(on).build()) {
                    optimizer.step();
                    optimizer.addGroup(group -> group.hyperparameters(Algorithm.NOVOGRAD.defaults()).parameter(second));
                    optimizer.step();
                    optimizer.remove(first);
                    optimizer.step(StepOptions.NONE.withMaxGradientNorm(1));
                    values[run] = read(second, on);
                }
            }
        }
        assertArrayEquals(values[0], values[1]);
        assertFalse(Arrays.equals(Numbers.random(2, 300), values[0]));
    }

    private static Parameter parameter(long seed, CudaDevice on, Arena arena) {
        MemorySegment[] memory = {MemorySegment.ofArray(Numbers.random(seed, 300)),
                MemorySegment.ofArray(Numbers.random(-seed, 300))};
        for (int i = 0; on != null && i < memory.length; i++) {
            MemorySegment there = on.allocate(1200, arena);
            on.copy(memory[i], there);
            memory[i] = there;
        }
        return Parameter.of(memory[0], memory[1]);
    }

    private static float[] read(Parameter parameter, CudaDevice on) {
        float[] numbers = new float[300];
        if (on == null) {
            MemorySegment.ofArray(numbers).copyFrom(parameter.values());
        } else {
            on.copy(parameter.values(), MemorySegment.ofArray(numbers));
        }
        return numbers;
    }
}
