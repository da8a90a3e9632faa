package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step leaves nothing for the garbage collector, whatever it steps. */
@Tag("vectors")
class AllocationTest {
    private static final int STEPS = 250;
    /** Repeats the calls until the just-in-time compiler has compiled them, which may take time on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    static List<Backend> backends() {
        return Backend.available();
    }

    /** Several groups, AMSGrad, arrays and native memory, lengths with and without a tail. */
    private static Optimizer optimizer(Backend backend, Arena arena) {
        Arena auto = Arena.ofAuto();
        List<Parameter> arrays = new ArrayList<>();
        List<Parameter> segments = new ArrayList<>();
        List<Parameter> confined = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int length = 5 * i;
            arrays.add(Parameter.of(Numbers.random(i, length), Numbers.random(-i, length)));
            segments.add(Parameter.of(auto.allocate(4L * length, 4), auto.allocate(4L * length, 4)));
            confined.add(Parameter.of(arena.allocate(4L * length, 4), arena.allocate(4L * length, 4)));
        }
        return RAdam.builder().sequential().backend(backend)
                .parameters(arrays)
                .group(group -> group.parameters(segments).amsgrad(true).learningRate(0.01))
                .group(group -> group.parameters(confined).weightDecay(0.1))
                .build();
    }

    private static void assertAllocatesNothing(Runnable step) {
        long start = System.nanoTime();
        long least;
        long latest;
        least = latest = allocatedBySteps(step);
        while (least > 0 && System.nanoTime() - start < PATIENCE.toNanos()) {
            latest = allocatedBySteps(step);
            least = Math.min(least, latest);
        }
        assertEquals(0, least, "bytes that " + STEPS + " steps allocate, at least; the latest took " + latest);
    }

    private static long allocatedBySteps(Runnable step) {
        long before = AllocationMeter.allocatedBytes();
        for (int i = 0; i < STEPS; i++) {
            step.run();
        }
        return AllocationMeter.allocatedBytes() - before;
    }

    @Test
    void theMeterSeesWhatIsAllocated() {
        assertAllocatesNothing(() -> { });
        long before = AllocationMeter.allocatedBytes();
        float[] array = new float[1000];
        assertEquals(4000, AllocationMeter.allocatedBytes() - before, 100 + array[0]);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aStepOfAll(Backend backend) {
        try (Arena arena = Arena.ofConfined(); Optimizer optimizer = optimizer(backend, arena)) {
            assertAllocatesNothing(optimizer::step);
        }
    }

    /** The GPU is the emulated one; what Java does is the same. */
    @Test
    void aStepOnAGpu() {
        CudaDevice device = Gpu.device();
        try (Arena arena = Arena.ofShared()) {
            RAdam.Builder builder = RAdam.builder().device(device);
            for (int i = 0; i < 20; i++) {
                builder.parameter(Parameter.of(device.allocate(20L * i, arena), device.allocate(20L * i, arena)));
            }
            try (Optimizer optimizer = builder.build()) {
                assertAllocatesNothing(optimizer::step);
            }
        }
    }

    /** By the caller, who works along with the common pool. */
    @Test
    void aParallelStep() {
        Arena arena = Arena.ofAuto();
        try (Optimizer optimizer = RAdam.builder()
                .parameter(Parameter.of(arena.allocate(1 << 20, 4), arena.allocate(1 << 20, 4)))
                .parameter(Parameter.of(new float[10], new float[10]))
                .build()) {
            assertAllocatesNothing(optimizer::step);
        }
    }

    /** Small types and options go through blocks; gradients are measured in pieces. */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsOfEveryAlgorithmWithSmallTypesAndOptions(Backend backend) {
        StepOptions options = StepOptions.NONE.withMaxGradientValue(0.5);
        Arena arena = Arena.ofAuto();
        for (Algorithm algorithm : Algorithm.values()) {
            OptimizerBuilder<?, ?> builder = Contestant.builder(algorithm);
            builder.sequential().backend(backend).stateType(StateType.BLOCK8)
                    .parameter(Parameter.of(Numbers.random(1, 700), Numbers.random(2, 700)))
                    .parameter(ofSmallType(DType.BFLOAT16, Rounding.STOCHASTIC, arena))
                    .parameter(ofSmallType(DType.FLOAT16, Rounding.NEAREST, arena));
            try (Optimizer optimizer = builder.build()) {
                assertAllocatesNothing(() -> optimizer.step());
                assertAllocatesNothing(() -> optimizer.step(options));
            }
        }
    }

    /**
     * Each parameter of a layer-wise algorithm has coefficients of its own, of which there may be ten thousands. The
     * bound is less than the powers of two betas alone; a third of what is allocated stays.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void coefficientsOfEachParameter(Backend backend) {
        int count = 1000;
        for (Algorithm algorithm : Algorithm.values()) {
            if (!algorithm.isLayerwise()) {
                continue;
            }
            List<Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                parameters.add(parameter());
            }
            try (Optimizer optimizer = Contestant.builder(algorithm).sequential().backend(backend)
                    .parameters(parameters).build()) {
                long before = AllocationMeter.allocatedBytes();
                optimizer.step();
                long bytes = (AllocationMeter.allocatedBytes() - before) / count;
                assertTrue(bytes < 3000, algorithm + " by " + backend + ": " + bytes);
            }
        }
    }

    /** With what every second step does to the momentum. */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsWithLookahead(Backend backend) {
        for (LookaheadMomentum momentum : LookaheadMomentum.values()) {
            for (StateType type : StateType.values()) {
                try (Optimizer optimizer = Adam.builder().sequential().backend(backend).stateType(type)
                        .lookahead(2, 0.5).lookaheadMomentum(momentum).parameter(parameter()).build()) {
                    assertAllocatesNothing(optimizer::step);
                }
            }
        }
    }

    /** Their means are computed in Java for arrays, and by each backend for native memory. */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsOfCentralizedGradients(Backend backend) {
        try (Arena arena = Arena.ofShared()) {
            for (boolean heap : new boolean[] {true, false}) {
                MemorySegment values = MixedModel.memory(heap, DType.FLOAT32, 700, arena);
                MemorySegment gradient = MixedModel.memory(heap, DType.FLOAT32, 700, arena);
                try (Optimizer optimizer = Adam.builder().sequential().backend(backend).centralizeGradients(true)
                        .parameter(Parameter.builder(values, gradient).rowLength(70).build()).build()) {
                    assertAllocatesNothing(optimizer::step);
                }
            }
        }
    }

    /** In Java for arrays, and by each backend for native memory; projected by rows, as a whole, and not at all. */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsThatMeasureRows(Backend backend) {
        try (Arena arena = Arena.ofShared()) {
            for (boolean heap : new boolean[] {true, false}) {
                for (double delta : new double[] {0, 0.5, 9}) {
                    MemorySegment values = MixedModel.memory(heap, DType.FLOAT32, 700, arena);
                    MemorySegment gradient = MixedModel.memory(heap, DType.FLOAT32, 700, arena);
                    MixedModel.put(DType.FLOAT32, values, Numbers.random(1, 700));
                    MixedModel.put(DType.FLOAT32, gradient, Numbers.random(2, 700));
                    try (Optimizer optimizer = AdamP.builder().sequential().backend(backend).delta(delta)
                            .parameter(Parameter.builder(values, gradient).rowLength(70).build()).build()) {
                        assertAllocatesNothing(optimizer::step);
                    }
                }
            }
        }
    }

    private static Parameter parameter() {
        return Parameter.of(Numbers.random(1, 700), Numbers.random(2, 700));
    }

    private static Parameter ofSmallType(DType type, Rounding rounding, Arena arena) {
        return Parameter.builder(arena.allocate(1400, 2), arena.allocate(1400, 2)).valuesType(type).gradientType(type)
                .rounding(rounding).build();
    }

    /**
     * What the just-in-time compiler makes of a loop depends on all segments that the JVM has met: here are some with
     * an owner and some without, and loops that are too short for most vectors and loops that are not.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void stepsOfEveryAlgorithmInEveryMemory(Backend backend) {
        for (Algorithm algorithm : Algorithm.values()) {
            try (Arena confined = Arena.ofConfined(); Arena shared = Arena.ofShared()) {
                OptimizerBuilder<?, ?> builder = Contestant.builder(algorithm).sequential().backend(backend);
                for (int length : new int[] {20, 700}) {
                    builder.parameter(Parameter.of(Numbers.random(1, length), Numbers.random(2, length)));
                    for (Arena arena : List.of(confined, shared, Arena.ofAuto(), Arena.global())) {
                        builder.parameter(Parameter.of(memory(arena, length), memory(arena, length)));
                    }
                }
                try (Optimizer optimizer = builder.build()) {
                    assertAllocatesNothing(optimizer::step);
                }
            }
        }
    }

    /** Random numbers. They are read so often that the compiler knows of the memory's kind. */
    private static MemorySegment memory(Arena arena, int length) {
        MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, length);
        Numbers.put(Numbers.random(length, length), memory);
        for (int times = 0; times < 1000; times++) {
            for (int i = 0; i < length; i++) {
                assertTrue(Math.abs(memory.getAtIndex(ValueLayout.JAVA_FLOAT, i)) < Float.MAX_VALUE);
            }
        }
        return memory;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void stepsOfGroupsAndOfParameters(Backend backend) {
        try (Arena arena = Arena.ofConfined(); Optimizer optimizer = optimizer(backend, arena)) {
            ParameterGroup group = optimizer.groups().get(1);
            Parameter parameter = group.parameters().get(5);
            // One parameter is ahead of the others of its group, so that the group has two sets of coefficients.
            assertAllocatesNothing(() -> {
                optimizer.step(parameter);
                optimizer.step(group);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aChangeOfLearningRateIsTakenUpWithoutGarbage(Backend backend) {
        try (Arena arena = Arena.ofConfined(); Optimizer optimizer = optimizer(backend, arena)) {
            ParameterGroup group = optimizer.groups().getFirst();
            Hyperparameters one = group.hyperparameters();
            Hyperparameters other = one.withLearningRate(0.5);
            assertAllocatesNothing(() -> {
                group.setHyperparameters(group.hyperparameters() == one ? other : one);
                optimizer.step();
            });
        }
    }
}
