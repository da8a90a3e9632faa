package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of the state: aligned, zeroed, without overlaps, and freed. */
class StateMemoryTest {
    /** More than huge pages are asked for, in total. */
    private static final int LARGE = 3_000_001;

    private static List<Parameter> parameters(int... lengths) {
        List<Parameter> parameters = new ArrayList<>();
        for (int length : lengths) {
            parameters.add(Parameter.of(new float[length], new float[length]));
        }
        return parameters;
    }

    private static Optimizer optimizer(int largest) {
        return RAdam.builder(RAdam.Preset.PYTORCH)
                .parameters(parameters(1, 0, 17, 5, largest, 16, 3))
                .group(group -> group.amsgrad(true).parameters(parameters(7, largest, 0, 1, 33)))
                .group(group -> group.parameters(parameters(2, 40)))
                .build();
    }

    private static List<MemorySegment> state(Optimizer optimizer) {
        List<MemorySegment> state = new ArrayList<>();
        for (ParameterGroup group : optimizer.groups()) {
            for (Parameter parameter : group.parameters()) {
                ParameterState of = optimizer.state(parameter);
                assertEquals(group.hyperparameters().get(AdamSettings.AMSGRAD), AdamState.maxExpAvgSq(of) != null);
                for (MemorySegment segment : AdamState.maxExpAvgSq(of) == null
                        ? List.of(AdamState.expAvg(of), AdamState.expAvgSq(of))
                        : List.of(AdamState.expAvg(of), AdamState.expAvgSq(of), AdamState.maxExpAvgSq(of))) {
                    assertEquals(parameter.values().byteSize(), segment.byteSize());
                    state.add(segment);
                }
            }
        }
        return state;
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, LARGE})
    void alignedZeroedAndApart(int largest) {
        try (Optimizer optimizer = optimizer(largest)) {
            List<MemorySegment> state = state(optimizer);
            for (MemorySegment segment : state) {
                assertEquals(0, segment.address() % 64, segment::toString);
                assertEquals(-1, segment.mismatch(MemorySegment.ofArray(new byte[(int) segment.byteSize()])));
            }
            state.removeIf(segment -> segment.byteSize() == 0);
            state.sort(Comparator.comparingLong(MemorySegment::address));
            for (int i = 1; i < state.size(); i++) {
                MemorySegment before = state.get(i - 1);
                assertTrue(before.address() + before.byteSize() <= state.get(i).address());
            }
            optimizer.step();
        }
    }

    @Test
    void theSmallestOptimizers() {
        for (int length : new int[] {0, 1}) {
            try (Optimizer optimizer = RAdam.builder().parameters(parameters(length)).build()) {
                assertEquals(0, state(optimizer).getFirst().address() % 64);
                optimizer.step();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void largeStateIsUnmappedByClose() throws IOException {
        Optimizer optimizer = optimizer(LARGE);
        MemorySegment largest = state(optimizer).stream().max(Comparator.comparingLong(MemorySegment::byteSize)).get();
        assertTrue(isMapped(largest));
        optimizer.close();
        assertFalse(isMapped(largest));
    }

    private static boolean isMapped(MemorySegment segment) throws IOException {
        long first = segment.address();
        long last = first + segment.byteSize() - 1;
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .map(line -> line.substring(0, line.indexOf(' ')).split("-"))
                .anyMatch(range -> Long.parseUnsignedLong(range[0], 16) <= first
                        && Long.parseUnsignedLong(range[1], 16) > last);
    }

    @Test
    void ofTheJavaBackend() {
        try (Optimizer plain = RAdam.builder().backend(Backend.named("java")).parameters(parameters(LARGE)).build()) {
            assertEquals(0, state(plain).getLast().address() % 64);
        }
    }
}
