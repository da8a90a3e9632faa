package io.radam.internal.engine;

import io.radam.internal.kernel.Block8;
import java.util.Arrays;

/**
 * All elements of a model in one row, to be cut into pieces that cost the same.
 *
 * <p>Positions count what the work costs, in elements: each tensor is preceded by so many positions as the call for it
 * costs, so that a piece of thousands of tiny tensors is not taken for less work than a piece of a huge one.
 */
final class Row {
    /** What a call costs: 60 to 70 nanoseconds, where a vector target takes about 0.4 for an element in cache. */
    static final long CALL_COST = 160;
    /** Tensors are cut at multiples of this: where a block of 8-bit state begins, and a cache line too. */
    static final long CUT_ELEMENTS = Block8.SIZE;

    /** Work on elements {@code begin} to {@code end} of a tensor. */
    interface SliceAction {
        void accept(int tensor, long begin, long end);
    }

    private final int tensors;
    /** Tensor i, and the call for it, are at positions starts[i] to starts[i + 1]. */
    private final long[] starts;

    Row(long... lengths) {
        tensors = lengths.length;
        starts = new long[tensors + 1];
        for (int i = 0; i < tensors; i++) {
            starts[i + 1] = starts[i] + CALL_COST + lengths[i];
        }
    }

    /** Where a tensor begins, or where the row ends. */
    long start(int tensor) {
        return starts[tensor];
    }

    /**
     * Hands the elements between two positions to the action. Pieces that adjoin in positions adjoin in elements: each
     * cut moves to the element that it comes to, in the same way for the pieces on both sides of it.
     */
    void forEach(long from, long to, SliceAction action) {
        int i = Arrays.binarySearch(starts, from);
        i = i >= 0 ? i : -i - 2;
        while (i < tensors && starts[i] < to) {
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
