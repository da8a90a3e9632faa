package io.radam.sharded;

import java.util.ArrayList;
import java.util.List;

/** Elements of parameters that are one after the other in messages. They form a row of work for several threads. */
final class Parts {
    /**
     * Some elements of a parameter.
     *
     * @param start     where they begin in the row
     * @param parameter its number
     * @param first     the first of them
     * @param length    how many
     * @param at        the byte of the messages at which they begin
     */
    record Part(long start, int parameter, long first, long length, long at) {
    }

    /** Work on {@code count} elements of a part, from {@code from} on. */
    interface Action {
        void accept(Part part, long from, long count);
    }

    private final List<Part> parts = new ArrayList<>();
    private long end;

    void clear() {
        parts.clear();
        end = 0;
    }

    void add(int parameter, long first, long length, long at) {
        parts.add(new Part(end, parameter, first, length, at));
        end += length;
    }

    /** The elements of all parts. */
    long end() {
        return end;
    }

    /** Goes through the elements between two positions of the row. */
    void forEach(long from, long to, Action action) {
        int i = partAt(from);
        for (long at = from; at < to; i++) {
            Part part = parts.get(i);
            long count = Math.min(to, part.start() + part.length()) - at;
            action.accept(part, at - part.start(), count);
            at += count;
        }
    }

    /** The part that has a position. */
    private int partAt(long position) {
        int low = 0;
        int high = parts.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (parts.get(middle).start() <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
