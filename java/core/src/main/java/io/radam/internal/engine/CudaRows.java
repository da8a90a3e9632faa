package io.radam.internal.engine;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.radam.internal.cuda.CudaPlan;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.ffi.RadamH;
import io.radam.internal.ffi.radam_cuda_step_options;
import io.radam.internal.kernel.Tensor;
import io.radam.internal.schedule.ProjectingSchedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The rows of all slots of a {@link CudaPart}, one slot after the other: their sums, which the device computes, and the
 * decays that follow, by which it steps.
 */
final class CudaRows {
    private final CudaQueue queue;
    /** The number of rows of the slots before each. */
    private final long[] places;
    private final MemorySegment sums;
    private final MemorySegment deviceSums;
    private final MemorySegment rowDecay;
    private final MemorySegment deviceRowDecay;
    /** The address of the latter. */
    private final MemorySegment rowDecayOfSteps;
    /** A {@code RADAM_PROJECTION_...} for each set of coefficients. */
    private final MemorySegment projections;
    /** Whether the step decays rows of any slot. */
    private boolean decays;

    /**
     * Memory for the rows.
     *
     * @param room  the number of sets of coefficients
     * @param arena owns the memory
     */
    CudaRows(List<Slot> slots, int room, CudaQueue queue, Arena arena) {
        this.queue = queue;
        places = new long[slots.size()];
        long rows = 0;
        for (int i = 0; i < places.length; i++) {
            places[i] = rows;
            rows += slots.get(i).tensor.measuredRows();
        }
        sums = arena.allocate(JAVA_DOUBLE, rows * ProjectingSchedule.SUMS);
        rowDecay = arena.allocate(JAVA_FLOAT, rows);
        deviceSums = queue.allocate(sums.byteSize(), arena);
        deviceRowDecay = queue.allocate(rowDecay.byteSize(), arena);
        rowDecayOfSteps = MemorySegment.ofAddress(deviceRowDecay.address());
        projections = arena.allocate(JAVA_INT, room);
    }

    private boolean isEmpty() {
        return rowDecay.byteSize() == 0;
    }

    /** Queues the sums of the present step. */
    void sum(CudaPlan plan) {
        if (!isEmpty()) {
            plan.rowSums(deviceSums);
        }
    }

    /** Waits for them. */
    void endSum() {
        if (!isEmpty()) {
            queue.copyAndWait(deviceSums, sums);
        }
    }

    /** Has a slot of the present step take its sums. */
    void takeSums(Slot slot) {
        if (slot.tensor.measuresRows()) {
            slot.tensor.takeRowSums(sums, places[slot.plannedAs]);
        }
    }

    /** Begins to tell what the step projects. */
    void clear() {
        projections.fill((byte) RadamH.RADAM_PROJECTION_NONE());
        decays = false;
    }

    /** Has the step decay the rows of one of its slots, if it is to. */
    void put(Slot slot) {
        Tensor tensor = slot.tensor;
        if (tensor.decaysRows()) {
            projections.setAtIndex(JAVA_INT, slot.coefficients.number, RadamH.RADAM_PROJECTION_ROWS());
            tensor.putRowDecay(rowDecay, places[slot.plannedAs]);
            decays = true;
        }
    }

    /** Queues the decays for the step, and sets its options. */
    void load(MemorySegment options) {
        if (decays) {
            queue.copy(rowDecay, deviceRowDecay);
        }
        radam_cuda_step_options.projections(options, projections);
        radam_cuda_step_options.row_decay(options, rowDecayOfSteps);
    }
}
