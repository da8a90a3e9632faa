package io.radam;

import io.radam.internal.StatisticsTable;
import java.lang.foreign.Arena;

/**
 * The pass over all gradients that {@link GradientStatistics} come from. Each gradient is cut in the same way whatever the
 * number of threads, and what the pieces come to is added up in their order.
 */
final class Measurement {
    /** Some ten microseconds' work, and few enough table entries: a 2700th of a gradient's size. */
    private static final long PIECE = 1 << 16;

    private final Slot[] slots;
    /** The first table entry of each slot, and behind them the number of all. */
    private final int[] first;
    private final StatisticsTable table;
    // Made once, because they are in every pass.
    private final Parallelism.RangeAction measurePieces = this::measurePieces;

    Measurement(Slot[] slots, Arena arena) {
        this.slots = slots;
        first = new int[slots.length + 1];
        for (int i = 0; i < slots.length; i++) {
            long pieces = (slots[i].parameter.length() + PIECE - 1) / PIECE;
            first[i + 1] = Math.toIntExact(first[i] + pieces);
        }
        table = new StatisticsTable(first[slots.length], arena);
    }

    /** The statistics of all gradients, each times its group's scale and a factor. */
    GradientStatistics measure(Parallelism parallelism, double factor) {
        long work = first[slots.length] * PIECE;
        if (parallelism.isSequential(work)) {
            measurePieces(0, work);
        } else {
            parallelism.run(0, work, measurePieces);
        }
        GradientStatistics.Sum sum = new GradientStatistics.Sum(slots.length);
        for (int i = 0; i < slots.length; i++) {
            double squares = 0;
            float maxAbs = 0;
            long nonFinite = 0;
            for (int piece = first[i]; piece < first[i + 1]; piece++) {
                squares += table.sumOfSquares(piece);
                maxAbs = Math.max(maxAbs, table.maxAbs(piece)); // NaN if one is
                nonFinite += table.nonFinite(piece);
            }
            double scale = slots[i].group.hyperparameters().gradientScale() * factor;
            sum.add(slots[i].parameter, squares * scale * scale, maxAbs * scale, nonFinite);
        }
        return sum.statistics();
    }

    /** The pieces that begin between two positions of a row in which each takes as much room. */
    private void measurePieces(long from, long to) {
        int end = (int) ((to + PIECE - 1) / PIECE);
        int slot = 0;
        for (int piece = (int) ((from + PIECE - 1) / PIECE); piece < end; piece++) {
            slot = slotOf(piece, slot);
            long begin = (piece - first[slot]) * PIECE;
            long stop = Math.min(begin + PIECE, slots[slot].parameter.length());
            slots[slot].group.stepper.gradientStatistics(slots[slot].tensor, begin, stop, table, piece);
        }
    }

    /** The slot that a piece is of, at or after another. */
    private int slotOf(int piece, int least) {
        int low = least;
        int high = slots.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (first[middle + 1] > piece) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
