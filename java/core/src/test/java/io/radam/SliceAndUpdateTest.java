package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Slices of a larger tensor, and updates in place of parameters: on every backend, for every algorithm. */
class SliceAndUpdateTest {
    private static final int LENGTH = 1800;
    private static final int STEPS = 3;

    static List<Backend> backends() {
        return Backend.available();
    }

    private static OptimizerBuilder<?, ?> builder(Hyperparameters h, Backend backend, StateType type) {
        OptimizerBuilder<?, ?> builder = Contestant.builder(h.algorithm());
        builder.hyperparameters(h).backend(backend).stateType(type).seed(7);
        return builder;
    }

    private static byte[] join(List<MemorySegment> segments) {
        MemorySegment all = MemorySegment.ofArray(
                new byte[Math.toIntExact(segments.stream().mapToLong(MemorySegment::byteSize).sum())]);
        long at = 0;
        for (MemorySegment segment : segments) {
            MemorySegment.copy(segment, 0, all, at, segment.byteSize());
            at += segment.byteSize();
        }
        return all.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Values in bfloat16 and small state, both rounded by chance: slices must take the random bits of the whole. */
    @ParameterizedTest
    @MethodSource("backends")
    void slicesGiveTheBitsOfTheWhole(Backend backend) {
        for (Hyperparameters h : MixedSameBitsTest.algorithms()) {
            if (h.algorithm().isLayerwise()) {
                continue; // a slice is measured by itself: LayerwiseTest
            }
            slicesGiveTheBitsOfTheWhole(h, backend, StateType.BLOCK8, 0, 256, 1024, LENGTH);
            slicesGiveTheBitsOfTheWhole(h, backend, StateType.BFLOAT16, 0, 100, 300, 1025, LENGTH);
        }
    }

    private static void slicesGiveTheBitsOfTheWhole(Hyperparameters h, Backend backend, StateType type, int... cuts) {
        try (Arena arena = Arena.ofShared()) {
            Parameter whole = parameter(arena, 0, LENGTH);
            List<Parameter> slices = new ArrayList<>();
            for (int i = 0; i + 1 < cuts.length; i++) {
                slices.add(parameter(arena, cuts[i], cuts[i + 1]));
            }
            try (Optimizer one = builder(h, backend, type).parameter(whole).build();
                    Optimizer many = builder(h, backend, type).parameters(slices).build()) {
                for (int step = 0; step < STEPS; step++) {
                    one.step();
                    many.step();
                    assertArrayEquals(join(List.of(whole.values())),
                            join(slices.stream().map(Parameter::values).toList()), h + ", step " + step);
                }
                for (String buffer : one.state(whole).buffers().keySet()) {
                    assertArrayEquals(join(List.of(one.state(whole).buffer(buffer).elements())),
                            join(slices.stream().map(s -> many.state(s).buffer(buffer).elements()).toList()), buffer);
                }
            }
        }
    }

    private static Parameter parameter(Arena arena, int from, int to) {
        MemorySegment values = arena.allocate(2L * (to - from), 2);
        MemorySegment gradient = arena.allocate(4L * (to - from), 4);
        MixedModel.put(DType.BFLOAT16, values, Arrays.copyOfRange(Numbers.random(1, LENGTH), from, to));
        MixedModel.put(DType.FLOAT32, gradient, Arrays.copyOfRange(Numbers.random(2, LENGTH), from, to));
        return Parameter.builder(values, gradient).valuesType(DType.BFLOAT16).rounding(Rounding.STOCHASTIC)
                .slice(from, LENGTH).randomIndex(3).build();
    }

    /**
     * The update is the old value minus the new value that another optimizer computes. The state changes in the same
     * way.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void theUpdateIsWhatTheParameterWouldHaveLost(Backend backend) {
        for (Hyperparameters h : MixedSameBitsTest.algorithms()) {
            float[] values = Numbers.random(1, LENGTH);
            float[] kept = values.clone();
            float[] update = new float[LENGTH];
            float[] gradient = new float[LENGTH];
            Parameter moved = Parameter.of(values, gradient);
            Parameter unmoved = Parameter.builder(MemorySegment.ofArray(kept), MemorySegment.ofArray(update))
                    .updateInGradient().build();
            try (Optimizer one = builder(h, backend, StateType.FLOAT32).parameter(moved).build();
                    Optimizer other = builder(h, backend, StateType.FLOAT32).parameter(unmoved).build()) {
                for (int step = 0; step < STEPS; step++) {
                    float[] before = values.clone();
                    float[] numbers = Numbers.random(10 + step, LENGTH);
                    System.arraycopy(numbers, 0, gradient, 0, LENGTH);
                    System.arraycopy(numbers, 0, update, 0, LENGTH);
                    one.step();
                    other.step();
                    assertArrayEquals(before, kept, "the step has moved what it should not");
                    for (int i = 0; i < LENGTH; i++) {
                        assertEquals(before[i] - values[i], update[i], h + ", step " + step + ", element " + i);
                    }
                    System.arraycopy(values, 0, kept, 0, LENGTH);
                }
                for (String buffer : one.state(moved).buffers().keySet()) {
                    assertEquals(-1, one.state(moved).buffer(buffer).elements()
                            .mismatch(other.state(unmoved).buffer(buffer).elements()), buffer);
                }
            }
        }
    }

    /** RAdam's first steps move nothing. Then the update is 0, whatever the values are. */
    @ParameterizedTest
    @MethodSource("backends")
    void theUpdateOfAStepThatMovesNothingIsZero(Backend backend) {
        float[] values = {1, Float.POSITIVE_INFINITY, Float.NaN, -0f};
        float[] gradient = {1, 2, 3, 4};
        Parameter parameter = Parameter.builder(MemorySegment.ofArray(values), MemorySegment.ofArray(gradient))
                .updateInGradient().build();
        try (Optimizer optimizer = RAdam.builder().backend(backend).parameter(parameter).build()) {
            optimizer.step();
            assertArrayEquals(new float[4], gradient);
        }
    }
}
