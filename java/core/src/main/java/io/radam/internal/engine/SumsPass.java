package io.radam.internal.engine;

import io.radam.internal.kernel.SumsTable;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pass over the tensors of a step that computes the sums of layer-wise algorithms, and from them the coefficients of
 * each tensor. Tensors are cut into the {@linkplain StatisticsPass pieces of statistics}, and sums are added in their
 * order: so they are the same whatever the threads.
 */
final class SumsPass {
    private static final long PIECE = StatisticsPass.PIECE;

    private final Arenas arenas;
    private Arena arena;
    private SumsTable table;
    private int entries;
    private final PieceTotals totals = new PieceTotals();

    private WorkList work;
    /** The tensors that are measured, and their numbers in the work list. */
    private final WorkList measured = new WorkList();
    private int[] numbers = new int[1];
    /** Whether a sum depends on state. */
    private boolean readsState;
    /** The first table entry of each tensor, and after the last one the number of entries. */
    private int[] first = new int[1];

    SumsPass(Arenas arenas) {
        this.arenas = arenas;
    }

    /** Begins a pass over a work list. Returns the tensors that are to be measured. */
    WorkList begin(WorkList work) {
        this.work = work;
        measured.clear(work.size());
        readsState = false;
        if (numbers.length < work.size()) {
            numbers = new int[Math.max(work.size(), 2 * numbers.length)];
        }
        if (first.length <= work.size()) {
            first = new int[Math.max(work.size() + 1, 2 * first.length)];
        }
        for (int i = 0; i < work.size(); i++) {
            Slot slot = work.get(i);
            first[i + 1] = Math.addExact(first[i], StatisticsPass.pieces(slot));
            if (PieceTotals.isSummed(slot)) {
                numbers[measured.size()] = i;
                measured.add(slot, slot.length);
                readsState |= slot.coefficients.coefficients.sumsReadState();
            }
        }
        int pieces = first[work.size()];
        if (pieces > entries) {
            int room = Math.max(pieces, 2 * entries);
            Arena larger = arenas.open();
            table = new SumsTable(room, larger);
            entries = room;
            if (arena != null) {
                arenas.close(arena);
            }
            arena = larger;
        }
        return measured;
    }

    /** Whether a sum depends on state, which may have to come from a disk. */
    boolean readsState() {
        return readsState;
    }

    /** Forgets all tensors, so that those that were removed can be collected. */
    void forget() {
        measured.forget();
    }

    /** Computes the sums of the pieces that begin with elements {@code begin} to {@code end} of a measured tensor. */
    void measure(int tensor, long begin, long end) {
        Slot slot = measured.get(tensor);
        long place = slot.parameter.first();
        long at = begin == 0 ? 0 : Math.ceilDiv(place + begin, PIECE) * PIECE - place;
        while (at < end) {
            long number = (place + at) / PIECE;
            long next = Math.min((number + 1) * PIECE - place, slot.length);
            int entry = (int) (first[numbers[tensor]] + number - place / PIECE);
            slot.coefficients.kernel.sums(slot.tensor, at, next, table, entry);
            at = next;
        }
    }

    /** Adds up the pieces of each tensor, and has its coefficients and numbers follow. */
    void end() {
        int own = first[work.size()];
        if (Sharding.CURRENT.isBound()) {
            totals.putSumsOfAll(work, own == 0 ? MemorySegment.NULL : table.memory().asSlice(0, own * SumsTable.SIZE));
        } else {
            for (int i = 0; i < work.size(); i++) {
                Slot slot = work.get(i);
                if (PieceTotals.isSummed(slot)) {
                    totals.putSums(slot, slot.length, table, first[i], first[i + 1], StatisticsPass.firstPiece(slot));
                }
            }
        }
        reduceAll();
    }

    /** Has the coefficients of all tensors follow from their sums. */
    private void reduceAll() {
        for (int i = 0; i < measured.size(); i++) {
            measured.get(i).reduce();
        }
    }
}
