package io.radam.sharded;

import io.radam.Parameter;
import io.radam.internal.sharding.Sharding;
import java.util.List;

/**
 * Which rank has which elements. All parameters in order form one row, which is cut into a part for each rank, of about
 * as many elements. Cuts are where a parameter begins or at a multiple of {@link Sharding#PIECE} of it, so that the
 * pieces in which gradients are measured are those of whole parameters.
 */
final class ShardLayout {
    /** A part of a parameter: {@code length} elements from {@code first} on. */
    interface PartAction {
        void accept(int parameter, long first, long length);
    }

    /** Where each parameter begins in the row, and after the last one the row's end. */
    private final long[] starts;
    /** Where each rank's part begins, and after the last one the row's end. */
    private final long[] cuts;

    ShardLayout(List<Parameter> parameters, int ranks) {
        starts = new long[parameters.size() + 1];
        for (int i = 0; i < parameters.size(); i++) {
            starts[i + 1] = starts[i] + parameters.get(i).length();
        }
        cuts = new long[ranks + 1];
        long end = starts[parameters.size()];
        for (int rank = 1; rank < ranks; rank++) {
            // Not end * rank / ranks, which could be more than a long.
            cuts[rank] = cut(end / ranks * rank + end % ranks * rank / ranks);
        }
        cuts[ranks] = end;
    }

    /** The last place up to a position where a cut may be. */
    private long cut(long position) {
        int i = parameterAt(position);
        return i == parameters() ? position : position - (position - starts[i]) % Sharding.PIECE;
    }

    /** The parameter that has a position; their number if none has. */
    private int parameterAt(long position) {
        int low = 0;
        int high = parameters();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts[middle + 1] > position) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The number of parameters. */
    int parameters() {
        return starts.length - 1;
    }

    /** Where a rank's part of the row begins. */
    long begin(int rank) {
        return cuts[rank];
    }

    /** Where a rank's part of the row ends. */
    long end(int rank) {
        return cuts[rank + 1];
    }

    /** The elements that a rank has. */
    long length(int rank) {
        return end(rank) - begin(rank);
    }

    /** The elements that the rank with most of them has. */
    long longest() {
        long longest = 0;
        for (int rank = 0; rank < cuts.length - 1; rank++) {
            longest = Math.max(longest, length(rank));
        }
        return longest;
    }

    /** The first element of a parameter that a rank has; where it has none, some element or the end. */
    long first(int parameter, int rank) {
        return Math.clamp(begin(rank), starts[parameter], starts[parameter + 1]) - starts[parameter];
    }

    /** How many elements of a parameter a rank has. */
    long length(int parameter, int rank) {
        return Math.clamp(end(rank), starts[parameter], starts[parameter + 1]) - starts[parameter]
                - first(parameter, rank);
    }

    /** Goes through the parts of parameters between two positions of the row, without empty ones. */
    void forEachPart(long from, long to, PartAction action) {
        long at = from;
        for (int i = parameterAt(from); at < to; i++) {
            long end = Math.min(to, starts[i + 1]);
            if (at < end) {
                action.accept(i, at - starts[i], end - at);
                at = end;
            }
        }
    }
}
