package io.radam.internal.engine;

import io.radam.internal.schedule.ProjectingSchedule;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Has the coefficients of slots that measure rows follow from the sums of all rows of their tensors. */
final class RowTotals {
    private static final long ROW_BYTES = ProjectingSchedule.SUMS * Double.BYTES;

    private RowTotals() {
    }

    /** Reduces the coefficients of those of a step, once each has the sums of its rows. */
    static void reduce(WorkList work) {
        MemorySegment all = Sharding.CURRENT.isBound() ? ofAll(work, Sharding.CURRENT.get()) : null;
        long at = 0;
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            if (all != null && slot.tensor.measuresRows()) {
                long bytes = slot.parameter.wholeLength() / slot.parameter.rowLength() * ROW_BYTES;
                slot.reduceRows(all.asSlice(at, bytes), slot.parameter.first() / slot.parameter.rowLength());
                at += bytes;
            } else if (slot.group.measuresRows) {
                slot.reduceRows();
            }
        }
    }

    /** The sums of the rows of whole tensors, of which this process has measured its own. */
    private static MemorySegment ofAll(WorkList work, Sharding sharding) {
        long bytes = 0;
        for (int i = 0; i < work.size(); i++) {
            bytes += bytes(work.get(i));
        }
        MemorySegment own = Arena.ofAuto().allocate(bytes, Double.BYTES);
        long at = 0;
        for (int i = 0; i < work.size(); i++) {
            long some = bytes(work.get(i));
            if (some > 0) {
                MemorySegment.copy(work.get(i).tensor.rowSums(), 0, own, at, some);
                at += some;
            }
        }
        return sharding.allRows(own, ROW_BYTES);
    }

    private static long bytes(Slot slot) {
        return slot.tensor.measuresRows() ? slot.tensor.rowSums().byteSize() : 0;
    }
}
