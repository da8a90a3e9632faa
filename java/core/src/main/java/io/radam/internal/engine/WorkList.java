package io.radam.internal.engine;

import io.radam.internal.kernel.Block8;
import java.util.Arrays;

/**
 * The tensors of a step, all their elements in one row, to be cut into pieces that cost the same.
 *
 * <p>Positions in the row count what the work costs, in elements. Each tensor is preceded by so many positions as the call
 * for it costs, so that a piece of thousands of tiny tensors is not taken for less work than a piece of a huge one.
 */
final class WorkList {
    /** What a call costs: 60 to 70 nanoseconds, where a vector target takes about 0.4 for an element in cache. */
    static final long CALL_COST = 160;
    /** Tensors are cut at multiples of this: where a block of 8-bit state begins, and a cache line too. */
    static final long CUT_ELEMENTS = Block8.SIZE;

    /** Work on elements {@code begin} to {@code end} of a tensor, which has that number in the list. */
    interface SliceAction {
        void accept(int tensor, long begin, long end);
    }

    private Slot[] slots = new Slot[1];
    /** Tensor i, and the call for it, are at positions starts[i] to starts[i + 1]. */
    private long[] starts = new long[2];
    private int size;

    /** Makes the list empty, with room for so many tensors. */
    void clear(int capacity) {
        if (capacity > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(capacity, 2 * slots.length));
            starts = Arrays.copyOf(starts, slots.length + 1);
        }
        size = 0;
    }

    /** Forgets tensors that have gone, so that they are not kept from being collected. */
    void forget() {
        Arrays.fill(slots, null);
        size = 0;
    }

    /** Adds a tensor of so many elements. */
    void add(Slot slot, long length) {
        slots[size] = slot;
        starts[size + 1] = starts[size] + CALL_COST + length;
        size++;
    }

    int size() {
        return size;
    }

    Slot get(int i) {
        return slots[i];
    }

    /** Where the row ends. */
    long end() {
        return starts[size];
    }

    /**
     * Hands the elements between two positions to the action. Pieces that adjoin in positions adjoin in elements: each
     * cut moves to the element that it comes to, in the same way for the pieces on both sides of it.
     */
    void forEach(long from, long to, SliceAction action) {
        int i = from == 0 ? 0 : Arrays.binarySearch(starts, 0, size + 1, from);
        i = i >= 0 ? i : -i - 2;
        while (i < size && starts[i] < to) {
            long begin = cut(i, from);
            long end = cut(i, to);
            if (begin < end) {
                action.accept(i, begin, end);
            }
            i++;
        }
    }

    /** The element of a tensor before which it is cut, for a cut at a position. */
    private long cut(int tensor, long position) {
        long length = starts[tensor + 1] - starts[tensor] - CALL_COST;
        long element = position - starts[tensor] - CALL_COST;
        if (element <= 0) {
            return 0;
        }
        return element >= length ? length : element & -CUT_ELEMENTS;
    }
}
