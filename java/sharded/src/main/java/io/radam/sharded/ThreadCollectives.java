package io.radam.sharded;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ranks that are threads of one process: for tests of a program that is to run in many processes, and for machines
 * whose processors have memory of their own. Memory may be on the Java heap.
 */
public final class ThreadCollectives implements Collectives {
    /** What a rank's call has for the others. */
    private record Call(String what, MemorySegment send, long[] sendBytes) {
        /** The bytes for a rank. */
        MemorySegment forRank(int rank) {
            if (sendBytes == null) {
                return send;
            }
            long begin = 0;
            for (int r = 0; r < rank; r++) {
                begin += sendBytes[r];
            }
            return send.asSlice(begin, sendBytes[rank]);
        }
    }

    /** What all ranks see. Its fields are guarded by the lock. */
    private static final class Meeting {
        final ReentrantLock lock = new ReentrantLock();
        final Condition changed = lock.newCondition();
        final Call[] calls;
        /** How often each rank has arrived, and left. */
        final long[] arrived;
        final long[] left;
        final boolean[] closed;
        CollectivesException failure;

        Meeting(int size) {
            calls = new Call[size];
            arrived = new long[size];
            left = new long[size];
            closed = new boolean[size];
        }
    }

    private final Meeting meeting;
    private final int rank;
    private final long timeoutNanos;
    private long call;

    private ThreadCollectives(Meeting meeting, int rank, long timeoutNanos) {
        this.meeting = meeting;
        this.rank = rank;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * Ranks for as many threads.
     *
     * @param size    the number of ranks
     * @param timeout how long a call waits for another rank
     * @return one for each thread
     * @throws IllegalArgumentException if there is no rank, or the time-out is not positive
     */
    public static List<Collectives> of(int size, Duration timeout) {
        if (size < 1) {
            throw new IllegalArgumentException("there is at least one rank, not " + size);
        }
        long nanos = Timeouts.nanos(timeout);
        Meeting meeting = new Meeting(size);
        List<Collectives> ranks = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            ranks.add(new ThreadCollectives(meeting, rank, nanos));
        }
        return List.copyOf(ranks);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return meeting.calls.length;
    }

    @Override
    public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        meet(new Call("exchange", send, sendBytes.clone()), receive, receiveBytes);
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        meet(new Call("allGather", send, null), receive, receiveBytes);
    }

    @Override
    public void barrier() {
        meet(new Call("barrier", MemorySegment.NULL, null), MemorySegment.NULL, new long[size()]);
    }

    private void meet(Call own, MemorySegment receive, long[] receiveBytes) {
        call++;
        Call[] calls = arrive(own);
        try {
            long at = 0;
            for (int from = 0; from < calls.length; from++) {
                MemorySegment bytes = calls[from].forRank(rank);
                if (!calls[from].what().equals(own.what()) || bytes.byteSize() != receiveBytes[from]) {
                    throw new CollectivesException(List.of(from), "rank " + from + " gives " + bytes.byteSize()
                            + " bytes to rank " + rank + " in " + calls[from].what() + ", which expects "
                            + receiveBytes[from] + " in " + own.what());
                }
                if (!bytes.isNative() || bytes.address() != receive.address() + at) {
                    MemorySegment.copy(bytes, 0, receive, at, bytes.byteSize());
                }
                at += bytes.byteSize();
            }
        } catch (CollectivesException e) {
            fail(e);
            throw e;
        } catch (RuntimeException e) {
            fail(new CollectivesException(List.of(rank), "rank " + rank + " failed: " + e));
            throw e;
        }
        leave();
    }

    /** Waits for all ranks' calls, and returns these. */
    private Call[] arrive(Call own) {
        meeting.lock.lock();
        try {
            requireUsable();
            meeting.calls[rank] = own;
            meeting.arrived[rank] = call;
            meeting.changed.signalAll();
            await(meeting.arrived);
            return meeting.calls.clone();
        } finally {
            meeting.lock.unlock();
        }
    }

    /** Waits until nobody reads this rank's bytes any more. */
    private void leave() {
        meeting.lock.lock();
        try {
            meeting.left[rank] = call;
            meeting.changed.signalAll();
            await(meeting.left);
        } finally {
            meeting.lock.unlock();
        }
    }

    /** Waits until the counts of all ranks have reached the present call. */
    private void await(long[] counts) {
        long nanos = timeoutNanos;
        while (true) {
            List<Integer> missing = new ArrayList<>();
            for (int r = 0; r < counts.length; r++) {
                if (counts[r] < call) {
                    missing.add(r);
                }
            }
            if (missing.isEmpty()) {
                return;
            }
            requireUsable();
            List<Integer> gone = missing.stream().filter(r -> meeting.closed[r]).toList();
            if (!gone.isEmpty()) {
                throw failed(new CollectivesException(gone, CollectivesException.name(gone) + " closed before call "
                        + call));
            }
            if (nanos <= 0) {
                throw failed(new CollectivesException(missing, CollectivesException.name(missing)
                        + " did not come to call " + call + " within " + timeoutNanos / 1_000_000 + " ms"));
            }
            try {
                nanos = meeting.changed.awaitNanos(nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed(new CollectivesException(List.of(rank), "rank " + rank + " was interrupted"));
            }
        }
    }

    /** For the thread that has the lock. */
    private CollectivesException failed(CollectivesException failure) {
        if (meeting.failure == null) {
            meeting.failure = failure;
            meeting.changed.signalAll();
        }
        return failure;
    }

    private void fail(CollectivesException failure) {
        meeting.lock.lock();
        try {
            failed(failure);
        } finally {
            meeting.lock.unlock();
        }
    }

    private void requireUsable() {
        if (meeting.closed[rank]) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " is closed");
        }
        if (meeting.failure != null) {
            throw new CollectivesException(meeting.failure.ranks(), meeting.failure.getMessage());
        }
    }

    @Override
    public void abort(String reason) {
        fail(new CollectivesException(List.of(rank), "rank " + rank + " aborted: " + reason));
    }

    @Override
    public void close() {
        meeting.lock.lock();
        try {
            meeting.closed[rank] = true;
            meeting.changed.signalAll();
        } finally {
            meeting.lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "ThreadCollectives[rank " + rank + " of " + size() + "]";
    }
}
