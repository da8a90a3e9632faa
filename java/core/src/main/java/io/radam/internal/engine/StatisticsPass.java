package io.radam.internal.engine;

import io.radam.internal.kernel.Kernel;
import io.radam.internal.kernel.StatisticsTable;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pass over gradients that computes their statistics. Each gradient is cut into the same pieces whatever the number
 * of threads. {@link PieceTotals} adds them up. A GPU does the same, to the bit: see {@code radam_cuda.h}.
 *
 * <p>A gradient may be a slice of a tensor. Pieces begin at multiples of their size in the whole tensor.
 */
final class StatisticsPass {
    /**
     * The elements of a piece: {@code RADAM_CUDA_STATISTICS_PIECE}. They take about a microsecond, and are few enough
     * for a GPU to work on many pieces at once.
     */
    static final long PIECE = Sharding.PIECE;

    private final Kernel kernel;
    private final Arenas arenas;
    private Arena arena;
    private StatisticsTable table;
    private int entries;
    private final PieceTotals totals = new PieceTotals();

    // The present pass.
    private WorkList work;
    /** The first table entry of each gradient, and after the last one the number of entries. */
    private int[] first = new int[1];
    // Made once, because a pass allocates nothing.
    private final Sharding.RangeAction measurePieces = this::measurePieces;

    /** A pass by a kernel, which needs no coefficients. */
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

    /** The number, in the whole tensor, of a gradient's first piece. */
    static long firstPiece(Slot slot) {
        return slot.parameter.first() / PIECE;
    }

    /** The number of a gradient's pieces. */
    static int pieces(Slot slot) {
        return pieces(slot.parameter.first(), slot.length);
    }

    static int pieces(long begin, long length) {
        return length == 0 ? 0 : Math.toIntExact((begin + length + PIECE - 1) / PIECE - begin / PIECE);
    }

    /** Begins a pass over the gradients of the work list. Returns the amount of work, in elements. */
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

    /** Measures the gradients, on the current thread. */
    void run(long amount) {
        measurePieces(0, amount);
    }

    /** Measures the gradients, on several threads. */
    void run(long amount, Parallelism parallelism) {
        parallelism.run(0, amount, measurePieces);
    }

    /** Adds up the pieces of each gradient. */
    void end() {
        if (Sharding.CURRENT.isBound()) {
            int own = first[work.size()];
            totals.putStatisticsOfAll(work,
                    own == 0 ? MemorySegment.NULL : table.memory().asSlice(0, own * StatisticsTable.SIZE));
            return;
        }
        for (int i = 0; i < work.size(); i++) {
            totals.putStatistics(work.get(i), table, first[i], first[i + 1], firstPiece(work.get(i)));
        }
    }

    /**
     * Measures the pieces that begin between two positions of a row in which each piece takes {@code PIECE} positions.
     */
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

    /** The number of the gradient that has a piece; at least {@code least}. */
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
