package io.radam.internal.engine;

import io.radam.internal.cuda.CudaPlan;
import io.radam.internal.cuda.CudaQueue;
import io.radam.internal.kernel.StatisticsTable;
import io.radam.internal.kernel.SumsTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What the device measures of the pieces of all slots of a {@link CudaPart}, one slot after the other: for slices,
 * whose pieces are added up with those of other processes.
 */
final class CudaPieces {
    private final CudaQueue queue;
    /** The number of pieces of the slots before each, and after the last one of all. */
    private final int[] places;
    private final MemorySegment statistics;
    private final MemorySegment deviceStatistics;
    /** Null where the algorithm has no sums. */
    private final MemorySegment sums;
    private final MemorySegment deviceSums;

    /**
     * Memory for the pieces.
     *
     * @param areSummed whether the algorithm has sums
     * @param arena     owns the memory
     */
    CudaPieces(List<Slot> slots, boolean areSummed, CudaQueue queue, Arena arena) {
        this.queue = queue;
        places = new int[slots.size() + 1];
        for (int i = 0; i < slots.size(); i++) {
            places[i + 1] = Math.addExact(places[i], StatisticsPass.pieces(slots.get(i)));
        }
        long pieces = places[slots.size()];
        statistics = arena.allocate(pieces * StatisticsTable.SIZE, Long.BYTES);
        deviceStatistics = queue.allocate(statistics.byteSize(), arena);
        sums = areSummed ? arena.allocate(pieces * SumsTable.SIZE, Long.BYTES) : null;
        deviceSums = areSummed ? queue.allocate(sums.byteSize(), arena) : null;
    }

    private boolean isEmpty() {
        return statistics.byteSize() == 0;
    }

    /** Queues the statistics of the present step. */
    void measure(CudaPlan plan) {
        if (!isEmpty()) {
            plan.pieceStatistics(deviceStatistics);
        }
    }

    /** Waits for them. */
    void endMeasure() {
        if (!isEmpty()) {
            queue.copyAndWait(deviceStatistics, statistics);
        }
    }

    /** Queues the sums of the present step. */
    void sum(CudaPlan plan) {
        if (!isEmpty()) {
            plan.pieceSums(deviceSums);
        }
    }

    /** Waits for them. */
    void endSum() {
        if (!isEmpty()) {
            queue.copyAndWait(deviceSums, sums);
        }
    }

    /** Copies the statistics of a slot's pieces to a place in a table. */
    void putStatistics(Slot slot, MemorySegment table, long piece) {
        put(slot, statistics, StatisticsTable.SIZE, table, piece);
    }

    /** Likewise the sums. */
    void putSums(Slot slot, MemorySegment table, long piece) {
        put(slot, sums, SumsTable.SIZE, table, piece);
    }

    private void put(Slot slot, MemorySegment from, long entryBytes, MemorySegment table, long piece) {
        int place = places[slot.plannedAs];
        MemorySegment.copy(from, place * entryBytes, table, piece * entryBytes,
                (places[slot.plannedAs + 1] - place) * entryBytes);
    }
}
