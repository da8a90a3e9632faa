package io.radam.internal.engine;

import io.radam.internal.kernel.SquareSums;
import io.radam.internal.kernel.StatisticsTable;
import io.radam.internal.kernel.SumsTable;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Adds up what was measured of pieces, for slots to have that of their tensors: piece i of a whole tensor to sum i mod
 * 32, in the order in which {@link SquareSums} adds the squares of a piece.
 */
final class PieceTotals {
    private final double[] sums = new double[SquareSums.COUNT];

    /** Whether a slot has sums over its tensor. */
    static boolean isSummed(Slot slot) {
        return slot.group.isLayerwise && !slot.group.measuresRows;
    }

    /** Adds up some pieces of a table, the first of which has a number in the whole tensor. */
    void putStatistics(Slot slot, StatisticsTable table, int begin, int end, long number) {
        Arrays.fill(sums, 0);
        float maxAbs = 0;
        long nonFinite = 0;
        for (int piece = begin; piece < end; piece++) {
            sums[(int) ((number + piece - begin) % SquareSums.COUNT)] += table.sumOfSquares(piece);
            maxAbs = Math.max(maxAbs, table.maxAbs(piece)); // NaN if one is
            nonFinite += table.nonFinite(piece);
        }
        slot.sumOfSquares = SquareSums.total(sums);
        slot.maxAbs = maxAbs;
        slot.nonFinite = nonFinite;
    }

    /** The same of a slot's sums, over so many elements. */
    void putSums(Slot slot, long length, SumsTable table, int begin, int end, long number) {
        for (int sum = 0; sum < SumsTable.SUMS; sum++) {
            slot.measured(length, sum, total(table, sum, begin, end, number));
        }
    }

    private double total(SumsTable table, int sum, int begin, int end, long number) {
        if (end - begin == 1) {
            return table.sum(begin, sum); // to which zeros would be added
        }
        Arrays.fill(sums, 0);
        for (int piece = begin; piece < end; piece++) {
            sums[(int) ((number + piece - begin) % SquareSums.COUNT)] += table.sum(piece, sum);
        }
        return SquareSums.total(sums);
    }

    /**
     * Has the slots of a step have the statistics of whole tensors, of which each process has measured its slices.
     *
     * @param own a {@link StatisticsTable} of the pieces of this process's slices, in order
     */
    void putStatisticsOfAll(WorkList work, MemorySegment own) {
        StatisticsTable all = new StatisticsTable(Sharding.CURRENT.get().allPieces(own, StatisticsTable.SIZE));
        int begin = 0;
        for (int i = 0; i < work.size(); i++) {
            int end = begin + StatisticsPass.pieces(0, work.get(i).parameter.wholeLength());
            putStatistics(work.get(i), all, begin, end, 0);
            begin = end;
        }
    }

    /**
     * The same of sums.
     *
     * @param own a {@link SumsTable} likewise, with anything for slots that are not summed
     */
    void putSumsOfAll(WorkList work, MemorySegment own) {
        SumsTable all = new SumsTable(Sharding.CURRENT.get().allPieces(own, SumsTable.SIZE));
        int begin = 0;
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            int end = begin + StatisticsPass.pieces(0, slot.parameter.wholeLength());
            if (isSummed(slot)) {
                putSums(slot, slot.parameter.wholeLength(), all, begin, end, 0);
            }
            begin = end;
        }
    }
}
