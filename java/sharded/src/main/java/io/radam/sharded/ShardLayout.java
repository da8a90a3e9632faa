package io.radam.sharded;

import io.radam.Parameter;
import io.radam.internal.sharding.Sharding;
import java.util.ArrayList;
import java.util.List;

/**
 * Which rank has which elements. All parameters in order form one row. Buckets are whole parameters one after the
 * other, of some elements together at least. Each bucket is cut into a part for each rank, of about as many elements:
 * so all ranks have something to do whichever bucket's gradients go to their owners. Cuts are where a parameter begins
 * or at a multiple of {@link Sharding#PIECE} of it, so that the pieces in which gradients are measured are those of
 * whole parameters.
 *
 * <p>Where a step depends on rows of a parameter, cuts are between rows, too: so each rank has the sums of its rows, to
 * the bit, and no row's goes from one to the next. That may leave a parameter whole: the rank that has more of one
 * bucket for that has less of the next.
 */
final class ShardLayout {
    /** A part of a parameter: {@code length} elements from {@code first} on. */
    interface PartAction {
        void accept(int parameter, long first, long length);
    }

    /** Where each parameter begins in the row, and after the last one the row's end. */
    private final long[] starts;
    /** Each parameter is cut at multiples of this. */
    private final long[] units;
    /** The bucket of each parameter. */
    private final int[] bucketOf;
    /** For each bucket, where each rank's part begins, and after the last one the bucket's end. */
    private final List<long[]> cuts = new ArrayList<>();

    /**
     * A layout.
     *
     * @param rowLengths     for each parameter, the length of the rows that are not cut; 1 for no rows
     * @param bucketElements how many elements a bucket has at least, but for the last
     */
    ShardLayout(List<Parameter> parameters, long[] rowLengths, int ranks, long bucketElements) {
        starts = new long[parameters.size() + 1];
        units = new long[parameters.size()];
        bucketOf = new int[parameters.size()];
        for (int i = 0; i < bucketOf.length; i++) {
            starts[i + 1] = starts[i] + parameters.get(i).length();
            // The least common multiple: a piece is a power of two.
            units[i] = Sharding.PIECE / Math.min(Sharding.PIECE, Long.lowestOneBit(rowLengths[i])) * rowLengths[i];
        }
        long[] owned = new long[ranks];
        long begin = 0;
        for (int i = 0; i < bucketOf.length; i++) {
            bucketOf[i] = cuts.size();
            if (starts[i + 1] - begin >= bucketElements || i == bucketOf.length - 1) {
                cuts.add(cuts(begin, starts[i + 1], owned));
                begin = starts[i + 1];
            }
        }
    }

    /**
     * Cuts a bucket, so that all ranks come as near as they can to an equal share of all elements up to its end.
     *
     * @param owned what each rank has of the buckets before; what it has of this one is added
     */
    private long[] cuts(long begin, long end, long[] owned) {
        int ranks = owned.length;
        long share = Math.ceilDiv(end, ranks);
        double lacking = 0;
        for (long some : owned) {
            lacking += Math.max(0, share - some);
        }
        long[] cuts = new long[ranks + 1];
        cuts[0] = begin;
        double before = 0;
        for (int rank = 0; rank < ranks; rank++) {
            before += Math.max(0, share - owned[rank]);
            cuts[rank + 1] = rank == ranks - 1 ? end : cut(begin + (long) (before / lacking * (end - begin)));
            owned[rank] += cuts[rank + 1] - cuts[rank];
        }
        return cuts;
    }

    /** The place that is next to a position, in the same parameter or at its end, where a cut may be. */
    private long cut(long position) {
        int i = parameterAt(position);
        long below = starts[i] + (position - starts[i]) / units[i] * units[i];
        long above = Math.min(below + units[i], starts[i + 1]);
        return position - below < above - position ? below : above;
    }

    /** The parameter that has a position. */
    private int parameterAt(long position) {
        int low = 0;
        int high = parameters() - 1;
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
        return bucketOf.length;
    }

    /** The number of buckets. */
    int buckets() {
        return cuts.size();
    }

    /** The bucket that has a parameter. */
    int bucketOf(int parameter) {
        return bucketOf[parameter];
    }

    /** Where a rank's part of a bucket begins in the row. */
    long begin(int bucket, int rank) {
        return cuts.get(bucket)[rank];
    }

    /** Where a rank's part of a bucket ends in the row. */
    long end(int bucket, int rank) {
        return cuts.get(bucket)[rank + 1];
    }

    /** The elements of a bucket that the rank with most of them has. */
    long longest(int bucket) {
        long longest = 0;
        for (int rank = 0; rank < cuts.get(bucket).length - 1; rank++) {
            longest = Math.max(longest, end(bucket, rank) - begin(bucket, rank));
        }
        return longest;
    }

    /** The first element of a parameter that a rank has; where it has none, some element or the end. */
    long first(int parameter, int rank) {
        return within(parameter, begin(bucketOf[parameter], rank));
    }

    /** How many elements of a parameter a rank has. */
    long length(int parameter, int rank) {
        return within(parameter, end(bucketOf[parameter], rank)) - first(parameter, rank);
    }

    private long within(int parameter, long position) {
        return Math.clamp(position, starts[parameter], starts[parameter + 1]) - starts[parameter];
    }

    /** Goes through the parts of parameters between two positions of the row, without empty ones. */
    void forEachPart(long from, long to, PartAction action) {
        long at = from;
        for (int i = at < to ? parameterAt(from) : 0; at < to; i++) {
            long end = Math.min(to, starts[i + 1]);
            if (at < end) {
                action.accept(i, at - starts[i], end - at);
                at = end;
            }
        }
    }
}
