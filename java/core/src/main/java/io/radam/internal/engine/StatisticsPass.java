package io.radam.internal.engine;

import io.radam.internal.kernel.Kernel;
import io.radam.internal.kernel.StatisticsTable;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * A pass over gradients that finds their statistics. Each gradient is cut in the same way whatever the number of threads,
 * and the pieces' sums are added like the squares within a piece: piece i to sum i mod 32, in order of i, then sums 16, 8,
 * 4, 2 and 1 apart. {@code radam_cuda.h} has a GPU do the same, to the bit.
 *
 * <p>Pieces are cut at multiples of their size in the whole tensor, of which a gradient may be a slice.
 */
final class StatisticsPass {
    /** {@code RADAM_CUDA_STATISTICS_PIECE}: a microsecond's work, and small enough for a GPU to have many at once. */
    static final long PIECE = 8192;
    private static final int SUMS = 32;

    private final Kernel kernel;
    private final Arenas arenas;
    private Arena arena;
    private StatisticsTable table;
    private int entries;
    private final double[] sums = new double[SUMS];

    // Of the present pass.
    private WorkList work;
    /** The first table entry of each gradient, and behind them the number of all. */
    private int[] first = new int[1];
    // Made once, because they are in every pass.
    private final Parallelism.RangeAction measurePieces = this::measurePieces;

    /** A pass by a kernel, which needs no coefficients for it. */
    StatisticsPass(Kernel kernel, Arenas arenas) {
        this.kernel = kernel;
        this.arenas = arenas;
    }

    /** Makes room for so many pieces; not for one after the other, since parameters may be added one by one. */
    private void reserve(int pieces) {
        if (pieces > entries) {
            int room = Math.max(pieces, 2 * entries);
            Arena larger = arenas.open();
            table = new StatisticsTable(room, larger);
            entries = room;
            if (arena != null) {
                arenas.close(arena);
            }
            arena = larger;
        }
    }

    /** Where the pieces of a gradient begin to count in the whole. */
    private static long firstPiece(Slot slot) {
        return slot.parameter.first() / PIECE;
    }

    private static int pieces(Slot slot) {
        long end = slot.parameter.first() + slot.length;
        return slot.length == 0 ? 0 : Math.toIntExact((end + PIECE - 1) / PIECE - firstPiece(slot));
    }

    /** Takes up gradients, and returns how much work they are, in elements. */
    long begin(WorkList work) {
        this.work = work;
        if (first.length <= work.size()) {
            first = new int[Math.max(work.size() + 1, 2 * first.length)];
        }
        for (int i = 0; i < work.size(); i++) {
            first[i + 1] = Math.addExact(first[i], pieces(work.get(i)));
        }
        reserve(first[work.size()]);
        return first[work.size()] * PIECE;
    }

    /** Measures them, on the current thread. */
    void run(long amount) {
        measurePieces(0, amount);
    }

    /** Measures them, on many threads. */
    void run(long amount, Parallelism parallelism) {
        parallelism.run(0, amount, measurePieces);
    }

    /** Adds up what was measured. */
    void end() {
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            Arrays.fill(sums, 0);
            float maxAbs = 0;
            long nonFinite = 0;
            for (int piece = first[i]; piece < first[i + 1]; piece++) {
                sums[(int) ((firstPiece(slot) + piece - first[i]) % SUMS)] += table.sumOfSquares(piece);
                maxAbs = Math.max(maxAbs, table.maxAbs(piece)); // NaN if one is
                nonFinite += table.nonFinite(piece);
            }
            slot.sumOfSquares = total();
            slot.maxAbs = maxAbs;
            slot.nonFinite = nonFinite;
        }
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
        int i = 0;
        for (int piece = (int) ((from + PIECE - 1) / PIECE); piece < end; piece++) {
            i = gradientOf(piece, i);
            Slot slot = work.get(i);
            long inWhole = (firstPiece(slot) + piece - first[i]) * PIECE - slot.parameter.first();
            kernel.gradientStatistics(slot.tensor, Math.max(0, inWhole), Math.min(inWhole + PIECE, slot.length), table,
                    piece);
        }
    }

    /** The gradient that a piece is of, at or after another. */
    private int gradientOf(int piece, int least) {
        int low = least;
        int high = work.size() - 1;
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
