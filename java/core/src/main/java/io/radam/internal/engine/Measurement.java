package io.radam.internal.engine;

import io.radam.GradientStatistics;
import io.radam.internal.kernel.Kernel;
import io.radam.internal.kernel.StatisticsTable;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The pass over all gradients that {@link GradientStatistics} come from. Each gradient is cut in the same way whatever the
 * number of threads, and the pieces' sums are added like the squares within a piece: piece i to sum i mod 32, in order of
 * i, then sums 16, 8, 4, 2 and 1 apart. {@code radam_cuda.h} has a GPU do the same, to the bit.
 */
final class Measurement {
    /** {@code RADAM_CUDA_STATISTICS_PIECE}: a microsecond's work, and small enough for a GPU to have many at once. */
    private static final long PIECE = 8192;
    private static final int SUMS = 32;

    private final Slot[] slots;
    private final Kernel[] kernels;
    /** The first table entry of each slot, and behind them the number of all. */
    private final int[] first;
    private final StatisticsTable table;
    private final double[] sums = new double[SUMS];
    // Made once, because they are in every pass.
    private final Parallelism.RangeAction measurePieces = this::measurePieces;

    Measurement(Slot[] slots, Kernel[] kernels, Arena arena) {
        this.slots = slots;
        this.kernels = kernels;
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
        StatisticsSum sum = new StatisticsSum(slots.length, factor);
        for (int i = 0; i < slots.length; i++) {
            Arrays.fill(sums, 0);
            float maxAbs = 0;
            long nonFinite = 0;
            for (int piece = first[i]; piece < first[i + 1]; piece++) {
                sums[(piece - first[i]) % SUMS] += table.sumOfSquares(piece);
                maxAbs = Math.max(maxAbs, table.maxAbs(piece)); // NaN if one is
                nonFinite += table.nonFinite(piece);
            }
            sum.add(slots[i], total(), maxAbs, nonFinite);
        }
        return sum.statistics();
    }

    private double total() {
        for (int distance = SUMS / 2; distance > 0; distance /= 2) {
            for (int j = 0; j < distance; j++) {
                sums[j] += sums[j + distance];
            }
        }
        return sums[0];
    }

    /** The pieces that begin between two positions of a row in which each takes as much room. */
    private void measurePieces(long from, long to) {
        int end = (int) ((to + PIECE - 1) / PIECE);
        int slot = 0;
        for (int piece = (int) ((from + PIECE - 1) / PIECE); piece < end; piece++) {
            slot = slotOf(piece, slot);
            long begin = (piece - first[slot]) * PIECE;
            long stop = Math.min(begin + PIECE, slots[slot].parameter.length());
            kernels[slot].gradientStatistics(slots[slot].tensor, begin, stop, table, piece);
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
