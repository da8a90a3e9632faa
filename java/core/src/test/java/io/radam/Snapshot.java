package io.radam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What parameters and their state hold at one moment, to the bit. */
final class Snapshot {
    private final Map<String, int[]> contents = new LinkedHashMap<>();

    /** A snapshot of parameters alone. */
    static Snapshot of(List<Parameter> parameters) {
        Snapshot snapshot = new Snapshot();
        for (int i = 0; i < parameters.size(); i++) {
            snapshot.contents.put("values " + i, Numbers.bits(parameters.get(i).values()));
            snapshot.contents.put("gradient " + i, Numbers.bits(parameters.get(i).gradient()));
        }
        return snapshot;
    }

    /** A snapshot of all parameters of an optimizer and of its state. */
    static Snapshot of(Optimizer optimizer) {
        List<Parameter> parameters =
                optimizer.groups().stream().flatMap(group -> group.parameters().stream()).toList();
        Snapshot snapshot = of(parameters);
        snapshot.addState(optimizer, parameters);
        return snapshot;
    }

    /** A snapshot of the state alone, if the memory of a parameter cannot be read. */
    static Snapshot ofState(Optimizer optimizer) {
        Snapshot snapshot = new Snapshot();
        snapshot.addState(optimizer,
                optimizer.groups().stream().flatMap(group -> group.parameters().stream()).toList());
        return snapshot;
    }

    private void addState(Optimizer optimizer, List<Parameter> parameters) {
        for (int i = 0; i < parameters.size(); i++) {
            ParameterState state = optimizer.state(parameters.get(i));
            contents.put("steps " + i, new int[] {Math.toIntExact(state.step())});
            for (Map.Entry<String, ParameterState.Buffer> buffer : state.buffers().entrySet()) {
                contents.put(buffer.getKey() + " " + i, Numbers.bits(buffer.getValue().elements()));
            }
            for (Map.Entry<String, Double> number : state.numbers().entrySet()) {
                long bits = Double.doubleToRawLongBits(number.getValue());
                contents.put(number.getKey() + " " + i, new int[] {(int) (bits >> 32), (int) bits});
            }
        }
    }

    void assertSame(Snapshot other) {
        assertEquals(contents.keySet(), other.contents.keySet());
        contents.forEach((what, bits) -> assertArrayEquals(bits, other.contents.get(what), what));
    }
}
