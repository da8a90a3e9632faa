package io.radam.nd4j;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory that is not to be freed while a step uses it.
 *
 * <p>When an array is closed, ND4J frees its memory, whoever else refers to that. But it leaves constants alone. So
 * memory is marked as a constant for the time of a step. To close its array does nothing then, and ND4J frees it when
 * nothing refers to it any more.
 *
 * <p>What ND4J has begun to free at that moment cannot be kept: it does not tell before it has ended.
 */
final class UsedMemory implements AutoCloseable {
    /** How many steps use it. */
    private static final Map<DataBuffer, Integer> STEPS = new IdentityHashMap<>();

    private final List<DataBuffer> memory = new ArrayList<>();

    UsedMemory(INDArray gradient, List<INDArray> state) {
        memory.add(memory(gradient));
        state.forEach(buffer -> memory.add(memory(buffer)));
        synchronized (STEPS) {
            memory.forEach(UsedMemory::begin);
        }
    }

    /** What is freed when an array is closed, or the array that it is a view of. */
    private static DataBuffer memory(INDArray array) {
        DataBuffer data = array.data();
        DataBuffer whole = data.originalDataBuffer();
        return whole == null ? data : whole;
    }

    private static void begin(DataBuffer memory) {
        // What is a constant of the framework's stays one.
        if (STEPS.containsKey(memory) || !memory.isConstant()) {
            STEPS.merge(memory, 1, Integer::sum);
            memory.setConstant(true);
        }
    }

    private static void end(DataBuffer memory) {
        if (STEPS.containsKey(memory)
                && STEPS.computeIfPresent(memory, (same, steps) -> steps == 1 ? null : steps - 1) == null) {
            memory.setConstant(false);
        }
    }

    @Override
    public void close() {
        synchronized (STEPS) {
            memory.forEach(UsedMemory::end);
        }
    }
}
