package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot be a parameter of some types, and what cannot be its state: with the numbers in the message. */
class TypedParameterMisuseTest {
    private static MemorySegment bytes(long size) {
        return Arena.ofAuto().allocate(size, 8);
    }

    private static void refused(Executable wrong, Object... inMessage) {
        String message = assertThrows(InvalidParameterException.class, wrong).getMessage();
        for (Object part : inMessage) {
            assertTrue(message.contains(part.toString()), message + " has no " + part);
        }
    }

    @Test
    void sizesThatDoNotMatchTypeAndLength() {
        refused(() -> Parameter.builder(bytes(20), bytes(20)).gradientType(DType.BFLOAT16).build(), 20, 5, 10, "BFLOAT16");
        refused(() -> Parameter.builder(bytes(20), bytes(20)).copy(bytes(20), DType.FLOAT16).build(), "copy", 5, 10);
        refused(() -> Parameter.builder(bytes(20), bytes(20)).average(bytes(16), 0.5).build(), "average", 16, 20);
        refused(() -> Parameter.builder(bytes(21), bytes(20)).valuesType(DType.FLOAT16).build(), 21, 2);
        refused(() -> Parameter.builder(bytes(20), bytes(20)).copy(bytes(9), DType.FLOAT16).build(), "copy", 9);
    }

    @Test
    void copiesThatThereCannotBe() {
        refused(() -> Parameter.builder(bytes(20), bytes(20)).copy(bytes(20), DType.FLOAT32).build(), "FLOAT32",
                "BFLOAT16 or FLOAT16");
        refused(() -> Parameter.builder(bytes(20), bytes(20)).valuesType(DType.BFLOAT16).gradientType(DType.BFLOAT16)
                .copy(bytes(20), DType.FLOAT16).build(), "FLOAT16 of BFLOAT16");
    }

    @Test
    void memoryThatCannotBeWritten() {
        refused(() -> Parameter.builder(bytes(4), bytes(4)).copy(bytes(2).asReadOnly(), DType.FLOAT16).build(),
                "copy is read-only");
        refused(() -> Parameter.builder(bytes(4), bytes(4)).average(bytes(4).asReadOnly(), 0).build(),
                "average is read-only");
    }

    @Test
    void misalignedMemory() {
        refused(() -> Parameter.builder(bytes(9).asSlice(1), bytes(8)).valuesType(DType.FLOAT16)
                .gradientType(DType.FLOAT16).build(), "misaligned", "FLOAT16");
        refused(() -> Parameter.builder(MemorySegment.ofArray(new short[2]), bytes(4)).build(), "misaligned", 4, 2);
    }

    @Test
    void decaysThatThereCannotBe() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            refused(() -> Parameter.builder(bytes(4), bytes(4)).average(bytes(4), wrong).build(), wrong);
        }
    }

    @Test
    void memoryThatOverlaps() {
        MemorySegment values = bytes(8);
        refused(() -> RAdam.builder().parameter(Parameter.builder(values, bytes(8))
                .copy(values.asSlice(4), DType.FLOAT16).build()).build(), "overlap", "copy");
        MemorySegment gradient = bytes(8);
        refused(() -> RAdam.builder().parameter(Parameter.builder(bytes(8), gradient).average(gradient, 0.5).build())
                .build(), "overlap", "average", "gradient");
        MemorySegment copy = bytes(4);
        refused(() -> RAdam.builder()
                .parameter(Parameter.builder(bytes(8), bytes(8)).copy(copy, DType.FLOAT16).build())
                .parameter(Parameter.builder(bytes(8), bytes(8)).copy(copy, DType.FLOAT16).build()).build(), "overlap");
    }

    @Test
    void memoryThatIsClosed() {
        Arena arena = Arena.ofConfined();
        Parameter parameter =
                Parameter.builder(bytes(8), bytes(8)).copy(arena.allocate(4, 4), DType.FLOAT16).build();
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).build()) {
            arena.close();
            refused(optimizer::step, "copy", "closed");
            assertEquals(0, optimizer.state(parameter).step());
        }
    }

    @Test
    void stateThatDoesNotFit() {
        Parameter parameter = Parameter.of(bytes(4 * 300), bytes(4 * 300));
        MemorySegment moment = bytes(300);
        MemorySegment scale = bytes(8);
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).stateType(StateType.BLOCK8).build()) {
            refused(() -> optimizer.restore(parameter, AdamState.of(1, bytes(1200), bytes(1200), null)),
                    "FLOAT32", "BLOCK8");
            refused(() -> optimizer.restore(parameter, AdamState.of(1, StateType.BLOCK8, moment, moment, null,
                    scale, bytes(4), null)), "exp_avg_sq", "scales", 4, 8);
            refused(() -> optimizer.restore(parameter, AdamState.of(1, StateType.BLOCK8, bytes(301), moment, null,
                    scale, scale, null)), "exp_avg", 301, 300);
            assertThrows(NullPointerException.class, () -> optimizer.restore(parameter,
                    AdamState.of(1, StateType.BLOCK8, moment, moment, null, null, scale, null)));
            assertThrows(NullPointerException.class, () -> optimizer.restore(parameter,
                    AdamState.of(1, null, moment, moment, null, scale, scale, null)));
            assertEquals(0, optimizer.state(parameter).step());
            optimizer.restore(parameter,
                    AdamState.of(1, StateType.BLOCK8, moment, moment, null, scale, scale, null));
            assertEquals(1, optimizer.state(parameter).step());
        }
    }

    /** 2 bytes a parameter and two scales for every 256. */
    @Test
    void sizesOfState() {
        Parameter parameter = Parameter.of(bytes(4 * 1000), bytes(4 * 1000));
        try (Optimizer optimizer = RAdam.builder().parameter(parameter).stateType(StateType.BLOCK8).build()) {
            ParameterState state = optimizer.state(parameter);
            assertEquals(1000, AdamState.expAvg(state).byteSize());
            assertEquals(1000, AdamState.expAvgSq(state).byteSize());
            assertEquals(4 * 4, AdamState.expAvgScale(state).byteSize());
            assertEquals(4 * 4, AdamState.expAvgSqScale(state).byteSize());
        }
    }
}
