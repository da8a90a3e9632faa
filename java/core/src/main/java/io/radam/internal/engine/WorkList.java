package io.radam.internal.engine;

import io.radam.internal.kernel.Block8;
import java.util.Arrays;

/**
 * The tensors of a step. Their elements form one row, which is cut into pieces of the same cost.
 *
 * <p>Positions in the row count the cost of work, in elements. Each tensor is preceded by as many positions as a call
 * costs. So a piece of thousands of tiny tensors has as much work as a piece of one huge tensor.
 */
final class WorkList {
    /**
     * The cost of a call, in elements: 60 to 70 nanoseconds, where a vector target takes about 0.4 for an element in
     * cache.
     */
    static final long CALL_COST = 160;
    /** Tensors are cut at multiples of this, where a block of 8-bit state and a cache line begin. */
    static final long CUT_ELEMENTS = Block8.SIZE;

    /** Work on elements {@code begin} to {@code end} of the tensor with a number in the list. */
    interface SliceAction {
        void accept(int tensor, long begin, long end);
    }

    private Slot[] slots = new Slot[1];
    /** The call for tensor i, and then its elements, are at positions {@code starts[i]} to {@code starts[i + 1]}. */
    private long[] starts = new long[2];
    private int size;

    /** Empties the list, and makes room for {@code capacity} tensors. */
    void clear(int capacity) {
        if (capacity > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(capacity, 2 * slots.length));
            starts = Arrays.copyOf(starts, slots.length + 1);
        }
        size = 0;
    }

    /** Forgets all tensors, so that those that were removed can be collected. */
    void forget() {
        Arrays.fill(slots, null);
        size = 0;
    }

    /** Adds a tensor of {@code length} elements. */
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

    /** The end of the row. */
    long end() {
        return starts[size];
    }

    /**
     * Hands the elements between two positions to the action. Adjacent pieces of positions are adjacent pieces of
     * elements: each cut is moved to an element in the same way for the pieces on both sides.
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

    /** The element of a tensor before which a cut at a position cuts it. */
    private long cut(int tensor, long position) {
        long length = starts[tensor + 1] - starts[tensor] - CALL_COST;
        long element = position - starts[tensor] - CALL_COST;
        if (element <= 0) {
            return 0;
        }
        return element >= length ? length : element & -CUT_ELEMENTS;
    }
}
