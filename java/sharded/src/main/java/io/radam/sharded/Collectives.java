package io.radam.sharded;

import java.lang.foreign.MemorySegment;

/**
 * How the processes of a training, its ranks, exchange bytes. All ranks make the same calls in the same order. Nothing
 * is added or changed on the way: sums are {@link ShardedOptimizer}'s, so that their bits do not depend on what carries
 * the bytes.
 *
 * <p>Any thread may make calls, but only one at a time. The memory of a call is native, or on the Java heap where an
 * implementation says that it takes this, and accessible by any thread.
 *
 * <p>A call that fails throws a {@link CollectivesException}, and so does every call after it. Bytes may still arrive
 * in the memory of a call that failed, so that this memory must not be freed: take it from {@link
 * java.lang.foreign.Arena#ofAuto()}, which is kept as long as that may happen. A call whose thread is interrupted while
 * it waits fails, too.
 */
public interface Collectives extends AutoCloseable {
    /**
     * Joins the other processes, however they were started: by sockets where {@code radam.sockets.size} is set, as a
     * system property or in the environment ({@link SocketCollectives#open()}), and else by MPI ({@link
     * MpiCollectives#open()}).
     *
     * @return this process's rank
     * @throws RuntimeException as these
     */
    static Collectives open() {
        return new SocketSettings(System.getenv()).has(SocketSettings.SIZE) ? SocketCollectives.open()
                : MpiCollectives.open();
    }

    /**
     * Which of the ranks this is.
     *
     * @return at least 0, less than {@link #size()}
     */
    int rank();

    /**
     * The number of ranks.
     *
     * @return at least 1
     */
    int size();

    /**
     * Gives bytes to each rank, itself included, and gets some from each.
     *
     * @param send         the bytes for rank 0, then those for rank 1, and so on
     * @param sendBytes    how many bytes each rank is given
     * @param receive      gets the bytes of rank 0, then those of rank 1, and so on; does not overlap {@code send}
     * @param receiveBytes how many bytes each rank gives to this one
     * @throws CollectivesException if a rank fails, ends, makes another call, or makes none in time
     */
    void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes);

    /**
     * Gives the same bytes to all ranks, itself included, and gets those of each.
     *
     * @param send         the bytes of this rank
     * @param receive      gets the bytes of rank 0, then those of rank 1, and so on; does not overlap {@code send},
     *                     unless that is the place where this rank's bytes belong
     * @param receiveBytes how many bytes each rank gives
     * @throws CollectivesException as {@link #exchange}
     */
    void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes);

    /**
     * Waits until all ranks have called this.
     *
     * @throws CollectivesException as {@link #exchange}
     */
    void barrier();

    /**
     * Ends the work of all ranks, because this one cannot go on: their calls fail, or their processes end.
     *
     * @param reason for messages
     */
    void abort(String reason);

    /** Ends this rank's part. Calls of others that wait for it fail. Closing again does nothing. */
    @Override
    void close();
}
