package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.radam.internal.ffi.FloatEnvironment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps by native code are the same in a thread that another library has told to flush subnormal numbers to zero. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class FlushedSubnormalsTest {
    private static final int LENGTH = 2000;

    /** Numbers down to the smallest there are. */
    private static void put(MemorySegment to, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < LENGTH; i++) {
            int exponent = random.nextInt(127);
            to.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt() & 0x807f_ffff | exponent << 23);
        }
    }

    /** All that there is after some steps, and what was measured. */
    private static List<byte[]> train(Backend backend, Algorithm algorithm, StateType type, boolean flushed) {
        List<byte[]> found = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment values = arena.allocate(4L * LENGTH, 4);
            MemorySegment gradient = arena.allocate(4L * LENGTH, 4);
            put(values, 1);
            Parameter parameter = Parameter.builder(values, gradient).copy(arena.allocate(2L * LENGTH, 2), DType.FLOAT16)
                    .rounding(Rounding.STOCHASTIC).average(arena.allocate(4L * LENGTH, 4), 0.99).build();
            OptimizerBuilder<?, ?> builder = Contestant.builder(algorithm);
            builder.parameter(parameter).stateType(type).backend(backend).set(Hyperparameters.WEIGHT_DECAY, 0.1);
            try (Optimizer optimizer = builder.build()) {
                for (int step = 0; step < 20; step++) {
                    put(gradient, 2 + step);
                    boolean counts = FloatEnvironment.flush(flushed);
                    StepResult result;
                    try {
                        result = optimizer.step(StepOptions.NONE.withMaxGradientNorm(0.5));
                        optimizer.writeCopies();
                    } finally {
                        FloatEnvironment.flush(false);
                    }
                    assertEquals(!flushed, counts);
                    found.add(String.valueOf(result.statistics().norm()).getBytes());
                }
                for (MemorySegment segment : MixedModel.memory(parameter, optimizer.state(parameter))) {
                    found.add(segment == null ? new byte[0] : segment.toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void makeNoDifference(StateType type) {
        for (Backend backend : Backend.available()) {
            for (Algorithm algorithm : backend.isNative() ? Algorithm.values() : new Algorithm[0]) {
                List<byte[]> expected = train(backend, algorithm, type, false);
                List<byte[]> actual = train(backend, algorithm, type, true);
                for (int i = 0; i < expected.size(); i++) {
                    assertArrayEquals(expected.get(i), actual.get(i), algorithm + " by " + backend + ", memory " + i);
                }
            }
        }
    }
}
