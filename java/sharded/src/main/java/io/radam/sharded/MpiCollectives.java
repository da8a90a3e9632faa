package io.radam.sharded;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Ranks that are processes of MPI, on one machine or several:
 *
 * <pre>{@code mpirun -n 4 java --enable-native-access=... Training}</pre>
 *
 * <p>The library is Open MPI from 4 on, MPICH from 4 on, or one with the binary interface of one of these or of MPI 5.
 * It is that of the {@code mpirun} that has started the process, or the one that the system property
 * {@code radam.mpi.library} names. It is called by the Foreign Function and Memory API: nothing is compiled.
 *
 * <p>Memory is native. Messages of any size go in pieces that MPI can count.
 *
 * <p>A process that hangs is named by the exception of the others, after the time-out, and so is one that makes
 * another call. One whose message has another length is named at once. Where a process ends without {@link #close()},
 * {@code mpirun} ends the others. A program that cannot go on calls {@link #abort}, which ends all; otherwise the
 * others would wait for it:
 *
 * {@snippet :
 * try (MpiCollectives collectives = MpiCollectives.open()) {
 *     try {
 *         train(collectives);
 *     } catch (Throwable e) {
 *         e.printStackTrace();
 *         collectives.abort(e.toString());
 *     }
 * }
 * }
 */
public final class MpiCollectives implements Collectives {
    /** The bytes of a message at most. MPI counts in int. */
    private static final long LARGEST_MESSAGE = 1 << 30;
    /** The tests of requests before a thread that waits lets others run; some microseconds. */
    private static final int TESTS_BEFORE_PAUSE = 200;
    private static final long PAUSE_NANOS = 20_000;
    /** The memory of calls that failed: MPI may still write there. */
    private static final List<MemorySegment> LEAKED = new ArrayList<>();
    /** Tags tell apart this many calls, each of which may be of four kinds: all MPIs have tags up to 32,767. */
    private static final long TAGGED_CALLS = 8192;

    /** The kinds of calls. Their numbers are a part of tags. */
    private enum Kind {
        EXCHANGE("exchange"), ALL_GATHER("allGather"), BARRIER("barrier");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private static MpiCollectives present;

    private final MpiLibrary mpi;
    private final boolean started;
    private final long communicator;
    private final int rank;
    private final int size;
    private long timeoutNanos;
    private MemorySegment requests = Arena.ofAuto().allocate(Long.BYTES * 16L, Long.BYTES);
    /** For each request the other rank; -1 once it is done. */
    private int[] others = new int[16];
    /** For each request the memory of a message that has not come yet; null for others. */
    private MemorySegment[] awaited = new MemorySegment[16];
    private int count;
    private long calls;
    /** The tag of the present call's messages: those of another one never match. */
    private long tag;
    private String failure;
    private boolean closed;

    MpiCollectives(MpiLibrary mpi, long timeoutNanos) {
        this.mpi = mpi;
        this.timeoutNanos = timeoutNanos;
        started = mpi.start();
        communicator = mpi.newCommunicator();
        rank = mpi.rank(communicator);
        size = mpi.size(communicator);
    }

    /**
     * Joins the other processes, with a time-out of 30 minutes for each call.
     *
     * @return this process's rank
     * @throws UnsupportedOperationException if there is no MPI library, or it is not that of the launcher, or it cannot
     *     be told which that is
     * @throws CollectivesException if MPI fails
     * @throws IllegalStateException if the process has joined before
     */
    public static MpiCollectives open() {
        return open(Duration.ofMinutes(30));
    }

    /**
     * Joins the other processes. Once in a process.
     *
     * @param timeout how long a call waits for another rank; longer than all that one rank does alone
     * @return this process's rank
     * @throws IllegalArgumentException if the time-out is not positive
     * @throws UnsupportedOperationException as {@link #open()}
     * @throws CollectivesException if MPI fails
     * @throws IllegalStateException if the process has joined before
     */
    public static MpiCollectives open(Duration timeout) {
        long nanos = Timeouts.nanos(Objects.requireNonNull(timeout, "timeout"));
        synchronized (MpiCollectives.class) {
            if (present != null) {
                throw new IllegalStateException("this process has joined MPI's others before: " + present);
            }
            MpiLibrary mpi = MpiLibrary.load(System.getenv());
            MpiCollectives opened = new MpiCollectives(mpi, nanos);
            try {
                mpi.requireLauncher(opened.size, System.getenv());
                present = opened;
            } finally {
                if (present == null) {
                    opened.close();
                }
            }
            return present;
        }
    }

    /** For tests: a time-out for the calls from now on. */
    void setTimeout(Duration timeout) {
        timeoutNanos = Timeouts.nanos(timeout);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        run(Kind.EXCHANGE, send, receive, () -> {
            expect(receive, receiveBytes);
            long at = 0;
            for (int to = 0; to < size; to++) {
                give(send.asSlice(at, sendBytes[to]), to, receive, receiveBytes);
                at += sendBytes[to];
            }
        });
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        allGather(Kind.ALL_GATHER, send, receive, receiveBytes);
    }

    private void allGather(Kind kind, MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        run(kind, send, receive, () -> {
            expect(receive, receiveBytes);
            for (int i = 0; i < size; i++) {
                give(send, (rank + i) % size, receive, receiveBytes);
            }
        });
    }

    @Override
    public void barrier() {
        long[] ones = new long[size];
        Arrays.fill(ones, 1);
        allGather(Kind.BARRIER, Arena.ofAuto().allocate(1), Arena.ofAuto().allocate(size), ones);
    }

    /** Begins a call, and waits until all of its messages have gone and come. */
    private void run(Kind kind, MemorySegment send, MemorySegment receive, Runnable begin) {
        if (closed || failure != null) {
            throw new CollectivesException(List.of(), closed ? "rank " + rank + " is closed"
                    : "an earlier call failed: " + failure);
        }
        if (!send.isNative() || !receive.isNative()) {
            throw new IllegalArgumentException("MPI takes native memory only, not " + send + " and " + receive);
        }
        count = 0;
        tag = calls++ % TAGGED_CALLS * 4 + kind.ordinal();
        boolean complete = false;
        try {
            begin.run();
            await(kind.text);
            complete = true;
        } catch (CollectivesException e) {
            failure = e.getMessage();
            throw e;
        } finally {
            if (!complete) {
                failure = failure == null ? "an error" : failure;
                synchronized (LEAKED) {
                    LEAKED.addAll(List.of(send, receive, requests));
                }
            }
        }
    }

    private void expect(MemorySegment receive, long[] receiveBytes) {
        long at = 0;
        for (int from = 0; from < size; from++) {
            // Where nothing is expected, an empty message is: so a rank that gives something is noticed.
            for (long done = 0; from != rank && (done == 0 || done < receiveBytes[from]); done += LARGEST_MESSAGE) {
                long bytes = Math.min(LARGEST_MESSAGE, receiveBytes[from] - done);
                newRequest(from, receive.asSlice(at + done, bytes));
            }
            at += receiveBytes[from];
        }
    }

    /** Begins to send to a rank; what this rank gives itself is copied. */
    private void give(MemorySegment bytes, int to, MemorySegment receive, long[] receiveBytes) {
        if (to == rank) {
            long at = 0;
            for (int from = 0; from < rank; from++) {
                at += receiveBytes[from];
            }
            if (bytes.byteSize() != receiveBytes[rank]) {
                throw new CollectivesException(List.of(rank), "rank " + rank + " gives itself " + bytes.byteSize()
                        + " bytes, and expects " + receiveBytes[rank]);
            }
            if (bytes.address() != receive.address() + at) {
                receive.asSlice(at, receiveBytes[rank]).copyFrom(bytes);
            }
            return;
        }
        for (long done = 0; done == 0 || done < bytes.byteSize(); done += LARGEST_MESSAGE) {
            mpi.send(bytes.asSlice(done, Math.min(LARGEST_MESSAGE, bytes.byteSize() - done)), to, tag, communicator,
                    newRequest(to, null));
        }
    }

    private MemorySegment newRequest(int other, MemorySegment memory) {
        if (count == others.length) {
            others = Arrays.copyOf(others, 2 * count);
            awaited = Arrays.copyOf(awaited, 2 * count);
            MemorySegment more = Arena.ofAuto().allocate(Long.BYTES * 2L * count, Long.BYTES);
            // MPI knows a request by what is in this memory, not by where it is.
            requests = more.copyFrom(requests);
        }
        others[count] = other;
        awaited[count] = memory;
        return request(count++);
    }

    private void await(String what) {
        long begin = System.nanoTime();
        for (int tests = 1; !testAll(what); tests++) {
            if (tests % TESTS_BEFORE_PAUSE == 0) {
                requireTime(what, begin);
                // As many processes as processors spin; where there are more, the others have to run.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Whether all requests are done. */
    private boolean testAll(String what) {
        boolean all = true;
        for (int i = 0; i < count; i++) {
            if (others[i] >= 0) {
                if ((awaited[i] == null || receive(i, what)) && mpi.isDone(request(i))) {
                    others[i] = -1;
                } else {
                    all = false;
                }
            }
        }
        return all;
    }

    /**
     * Begins to receive a message that has come, once its length is known to be right. Open MPI 4.1.4 was seen to
     * damage the heap by a long message for which less memory was given.
     *
     * @return whether it has come
     */
    private boolean receive(int request, String what) {
        boolean isNext = request == 0 || others[request - 1] != others[request] || awaited[request - 1] == null;
        long bytes = isNext ? mpi.arrived(others[request], tag, communicator) : -1;
        if (bytes < 0) {
            return false;
        }
        if (bytes != awaited[request].byteSize()) {
            throw new CollectivesException(List.of(others[request]), "rank " + others[request] + " gives " + bytes
                    + " bytes to rank " + rank + " in " + what + ", which expects " + awaited[request].byteSize());
        }
        mpi.receive(awaited[request], others[request], tag, communicator, request(request));
        awaited[request] = null;
        return true;
    }

    private MemorySegment request(int number) {
        return requests.asSlice(Long.BYTES * (long) number, Long.BYTES);
    }

    private void requireTime(String what, long begin) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " was interrupted");
        }
        if (System.nanoTime() - begin > timeoutNanos) {
            TreeSet<Integer> missing = new TreeSet<>();
            for (int i = 0; i < count; i++) {
                if (others[i] >= 0) {
                    missing.add(others[i]);
                }
            }
            List<Integer> ranks = List.copyOf(missing);
            throw new CollectivesException(ranks, CollectivesException.name(ranks) + " did not answer rank " + rank
                    + " in " + what + " within " + timeoutNanos / 1_000_000 + " ms");
        }
    }

    /**
     * What MPI says of itself.
     *
     * @return such as {@code Open MPI v4.1.4, package: ...}
     */
    public String libraryVersion() {
        return mpi.version();
    }

    /** Ends all processes by MPI_Abort, this one included. */
    @Override
    public void abort(String reason) {
        System.getLogger("io.radam").log(System.Logger.Level.ERROR, "rank " + rank + " aborts: " + reason);
        mpi.abort(1);
    }

    /**
     * Ends this process's part: waits until the others do the same. After a failure it does not wait, and the launcher
     * will report that the process ended without finalizing MPI.
     */
    @Override
    public void close() {
        if (!closed && failure == null) {
            if (started) {
                mpi.finish();
            } else {
                mpi.free(communicator);
            }
        }
        closed = true;
    }

    @Override
    public String toString() {
        return "MpiCollectives[rank " + rank + " of " + size + "]";
    }
}
