package io.radam.internal.sharding;

import io.radam.Hyperparameters;
import io.radam.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What building an optimizer and making a step ask of {@code radam-sharded}, whose optimizer in each process has a part
 * of the elements. It is bound for the call of {@code build} or {@code step}, so that the classes that users see know
 * nothing of it.
 */
public interface Sharding {
    /** That of the present call; not bound where an optimizer has all elements of its parameters. */
    ScopedValue<Sharding> CURRENT = ScopedValue.newInstance();

    /**
     * The elements of a piece of statistics. Where slices are cut at multiples of this, each piece is in one of them,
     * and the sums of squares of all slices are added in the order of those of the whole.
     */
    long PIECE = 8192;

    /** The threads that make steps: the caller and those of its optimizer's pool. For one row of work at a time. */
    interface Workers {
        /** Fails if the optimizer was given a pool that takes no more work. */
        void requireRunning();

        /**
         * Does work on all of {@code [0, end)}, and returns when it is done. Where there is little, the caller does it.
         *
         * @param end  about as many elements as are read
         * @param work is called for ranges that do not overlap, by several threads at a time
         */
        void share(long end, RangeAction work);

        /**
         * The same while the caller may be waited for by any thread. A pool that the optimizer was given has no part in
         * it: its threads may all be among those that wait.
         *
         * @param end  as of {@link #share}
         * @param work as of {@link #share}
         */
        void shareInBackground(long end, RangeAction work);
    }

    /** Work on a range of a row. */
    interface RangeAction {
        /**
         * Works on some elements of the row.
         *
         * @param from the first
         * @param to   the one after the last
         */
        void accept(long from, long to);
    }

    /**
     * Parameters with the same hyperparameters.
     *
     * @param parameters     whole ones
     * @param hyperparameters theirs
     */
    record Group(List<Parameter> parameters, Hyperparameters hyperparameters) {
    }

    /**
     * Says that a GPU makes steps. Called at most once, before {@link #slices}; then no threads are set.
     *
     * @param stream that in which steps are queued
     */
    void setDevice(DeviceStream stream);

    /**
     * Says which threads make steps. Called at most once, while an optimizer is built.
     *
     * @param workers like those of the steps, with a row of their own
     */
    void setWorkers(Workers workers);

    /**
     * The parameters to build the optimizer of. Where steps depend on rows, slices are of whole rows, and know their
     * length.
     *
     * @param groups those of the builder, with whole parameters
     * @return a slice of each parameter, in order; it may be empty
     */
    List<Parameter> slices(List<Group> groups);

    /**
     * The statistics of all pieces of all gradients of the step, from all processes.
     *
     * @param own        a table of those of this process's slices, in order
     * @param entryBytes the size of an entry of a table
     * @return a table of all, in order; may be used until the step ends
     */
    MemorySegment allPieces(MemorySegment own, long entryBytes);

    /**
     * The sums of all rows that the step measures, from all processes: of an algorithm that measures rows, those of
     * the parameters that have some.
     *
     * @param own      those of this process's slices, in order
     * @param rowBytes the size of the sums of a row
     * @return those of all rows, in order; may be used until the step ends
     */
    MemorySegment allRows(MemorySegment own, long rowBytes);
}
