package io.radam.sharded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Ranks that are processes, connected by TCP. There is no launcher: each process is told its rank, how many there are,
 * and where rank 0 is.
 *
 * <p>Rank 0 listens at its address. The others come there, in any order and also before it, and all get connected to
 * each other. They have to reach rank 0 by an address at which it listens, and each other by the addresses from which
 * they come to it.
 *
 * <p>Nothing is encrypted: this is for a network that others cannot listen to. A token that all ranks are given keeps
 * processes of other jobs out, and strangers that do not know it.
 *
 * <p>Memory is native. A rank that ends is named by the exception of the others at once. One from which nothing has
 * come, or to which nothing has gone, is named once that has lasted as long as the time-out. {@link #abort} and {@link
 * #close()} may be called by any thread while another waits in a call.
 */
public final class SocketCollectives implements Collectives {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);
    /** How long a rank that has failed waits until another has read that. */
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final int rank;
    private final int size;
    private long timeoutNanos;
    private final List<SocketPeer> peers = new ArrayList<>();
    private final Selector selector;
    /** Held by a call; guards all that follows. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The number of the present call, or of the last. Number 0 is that by which all know that all have come. */
    private long calls = -1;
    private boolean calling;
    private CollectivesException failure;
    private boolean closed;
    /** What another thread asks the one in a call to fail with. */
    private volatile CollectivesException asked;

    private SocketCollectives(int rank, int size, List<SocketPeer> others, long timeoutNanos) throws IOException {
        this.rank = rank;
        this.size = size;
        this.timeoutNanos = timeoutNanos;
        selector = Selector.open();
        for (SocketPeer peer : others) {
            peer.register(selector);
            peers.add(peer);
        }
    }

    /**
     * Joins the other ranks as system properties say, or environment variables where a property is not set:
     *
     * <table>
     * <caption>Settings</caption>
     * <tr><th>property</th><th>variable</th><th>meaning</th></tr>
     * <tr><td>{@code radam.sockets.rank}</td><td>{@code RADAM_SOCKETS_RANK}, else {@code JOB_COMPLETION_INDEX}, which
     *     Kubernetes sets in indexed jobs</td><td>{@link #rank()}</td></tr>
     * <tr><td>{@code radam.sockets.size}</td><td>{@code RADAM_SOCKETS_SIZE}</td><td>{@link #size()}</td></tr>
     * <tr><td>{@code radam.sockets.address}</td><td>{@code RADAM_SOCKETS_ADDRESS}</td>
     *     <td>where rank 0 is; not needed for one rank</td></tr>
     * <tr><td>{@code radam.sockets.token}</td><td>{@code RADAM_SOCKETS_TOKEN}</td><td>none unless set</td></tr>
     * <tr><td>{@code radam.sockets.timeout}</td><td>{@code RADAM_SOCKETS_TIMEOUT}</td>
     *     <td>as {@link Duration#parse} reads it; {@code PT30M} unless set</td></tr>
     * </table>
     *
     * @return this process's rank
     * @throws IllegalArgumentException if a setting is missing or wrong
     * @throws CollectivesException as {@link #open(int, int, String, Duration, String)}
     */
    public static SocketCollectives open() {
        SocketSettings settings = new SocketSettings(System.getenv());
        int size = settings.number(SocketSettings.SIZE);
        return open(settings.number(SocketSettings.RANK), size, size == 1 ? "" : settings.text(SocketSettings.ADDRESS),
                settings.duration(SocketSettings.TIMEOUT, DEFAULT_TIMEOUT), settings.text(SocketSettings.TOKEN, ""));
    }

    /**
     * Joins the other ranks, and returns once all have come.
     *
     * @param rank    which of the ranks this is
     * @param size    the number of ranks; one needs no network
     * @param address where rank 0 is: {@code host:port}, {@code 10.0.0.1:29400}, or {@code [2001:db8::1]:29400}. Rank 0
     *                listens there, and nowhere else
     * @param timeout how long this waits for the others, and a call for another rank; longer than all that one rank
     *                does alone
     * @param token   the same for all ranks; empty for none
     * @return this process's rank
     * @throws IllegalArgumentException if an argument is out of range
     * @throws CollectivesException if ranks do not come in time, or cannot be reached, or are of another job, or rank 0
     *     cannot listen
     */
    public static SocketCollectives open(int rank, int size, String address, Duration timeout, String token) {
        return open(rank, size, token, timeout, meeting -> {
            HostPort place = HostPort.parse(address);
            return rank == 0 ? meeting.receive(meeting.listen(place)) : meeting.join(place);
        });
    }

    /**
     * Joins the other ranks as rank 0, which listens already: so the system can choose a port, and the program can tell
     * the others which.
     *
     * @param listener bound; will be closed
     * @param size     as {@link #open(int, int, String, Duration, String)}
     * @param timeout  as there
     * @param token    as there
     * @return rank 0
     * @throws IllegalArgumentException as there
     * @throws CollectivesException as there
     */
    public static SocketCollectives open(ServerSocketChannel listener, int size, Duration timeout, String token) {
        try (listener) {
            return open(0, size, token, timeout, meeting -> meeting.receive(listener));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gets a connection to each other rank, in their order. */
    private interface Connect {
        List<SocketPeer> connect(SocketMeeting meeting) throws IOException;
    }

    private static SocketCollectives open(int rank, int size, String token, Duration timeout, Connect connect) {
        long nanos = Timeouts.nanos(Objects.requireNonNull(timeout, "timeout"));
        Objects.requireNonNull(token, "token");
        if (size < 1 || rank < 0 || rank >= size) {
            throw new IllegalArgumentException("there are " + size + " ranks, of which this is to be " + rank);
        }
        try (SocketMeeting meeting = new SocketMeeting(rank, size, token, nanos)) {
            List<SocketPeer> peers = size == 1 ? List.of() : connect.connect(meeting);
            SocketCollectives opened = new SocketCollectives(rank, size, peers, nanos);
            meeting.release();
            try {
                opened.run(() -> { }); // the barrier with which peers begin
                return opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            throw new CollectivesException(List.of(), "rank " + rank + " cannot join the others: " + e);
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
        run(SocketPeer.Kind.EXCHANGE, send, sendBytes, receive, receiveBytes);
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        run(SocketPeer.Kind.ALL_GATHER, send, null, receive, receiveBytes);
    }

    @Override
    public void barrier() {
        run(SocketPeer.Kind.BARRIER, MemorySegment.NULL, null, MemorySegment.NULL, new long[size]);
    }

    /** A call. Without numbers of bytes, each rank is given the same. */
    private void run(SocketPeer.Kind kind, MemorySegment send, long[] sendBytes, MemorySegment receive,
            long[] receiveBytes) {
        if (!send.isNative() || !receive.isNative()) {
            throw new IllegalArgumentException("sockets take native memory only, not " + send + " and " + receive);
        }
        run(() -> begin(kind, send, sendBytes, receive, receiveBytes));
    }

    private void run(Runnable begin) {
        lock.lock();
        try {
            requireUsable();
            requireNotInterrupted(); // before others take this rank for one that has come
            calls++;
            calling = true;
            begin.run();
            await();
            calling = false;
        } catch (CollectivesException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            failed(new CollectivesException(List.of(rank), "rank " + rank + " failed: " + e));
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void begin(SocketPeer.Kind kind, MemorySegment send, long[] sendBytes, MemorySegment receive,
            long[] receiveBytes) {
        long now = System.nanoTime();
        long giveAt = 0;
        long getAt = 0;
        for (int other = 0; other < size; other++) {
            MemorySegment give = sendBytes == null ? send : send.asSlice(giveAt, sendBytes[other]);
            MemorySegment get = receive.asSlice(getAt, receiveBytes[other]);
            if (other != rank) {
                peers.get(other < rank ? other : other - 1).begin(kind, give, get, now);
            } else if (give.byteSize() != get.byteSize()) {
                throw new CollectivesException(List.of(rank), "rank " + rank + " gives itself " + give.byteSize()
                        + " bytes, and expects " + get.byteSize());
            } else if (give.address() != get.address()) {
                get.copyFrom(give);
            }
            giveAt += give.byteSize();
            getAt += get.byteSize();
        }
    }

    /** Waits until all of a call's messages have gone and come. */
    private void await() {
        while (true) {
            boolean moved = false;
            boolean done = true;
            for (SocketPeer peer : peers) {
                moved |= peer.move();
                peer.requireNoFailure(calls);
                if (!peer.isDone()) {
                    peer.requireAlive(calls);
                    done = false;
                }
            }
            if (done) {
                return;
            }
            // Where others of this call may never come, failures after it count as well.
            peers.forEach(peer -> peer.requireNoFailure(Long.MAX_VALUE));
            if (asked != null) {
                throw asked;
            }
            requireNotInterrupted();
            if (!moved) {
                peers.forEach(SocketPeer::await);
                select(requireTime());
            }
        }
    }

    private void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " was interrupted");
        }
    }

    /** The nanoseconds until the time-out of the rank that has been idle for the longest time. */
    private long requireTime() {
        long now = System.nanoTime();
        long left = timeoutNanos;
        List<Integer> awaited = new ArrayList<>();
        List<Integer> stuck = new ArrayList<>();
        for (SocketPeer peer : peers) {
            if (!peer.isDone()) {
                long ofPeer = timeoutNanos - peer.idleNanos(now);
                left = Math.min(left, ofPeer);
                if (ofPeer <= 0) {
                    (peer.isAwaited() ? awaited : stuck).add(peer.rank());
                }
            }
        }
        if (!awaited.isEmpty()) {
            throw new CollectivesException(awaited, CollectivesException.name(awaited) + " did not come to call "
                    + calls + " within " + timeoutNanos / 1_000_000 + " ms");
        }
        if (!stuck.isEmpty()) {
            throw new CollectivesException(stuck, CollectivesException.name(stuck) + " stopped in the middle of call "
                    + calls + ", for " + timeoutNanos / 1_000_000 + " ms");
        }
        return left;
    }

    private void select(long nanos) {
        try {
            selector.select(Math.max(1, nanos / 1_000_000));
            selector.selectedKeys().clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the thread that has the lock: keeps the first failure, and tells it to all others. */
    private CollectivesException failed(CollectivesException e) {
        if (failure == null && !closed) {
            failure = e;
            last(e);
        }
        return e;
    }

    /** Tells all others the last that this rank has to say: a failure, or that it closes. */
    private void last(CollectivesException e) {
        boolean interrupted = Thread.interrupted(); // or the selector would not wait
        peers.forEach(peer -> peer.beginLast(e, calling ? calls : calls + 1));
        untilAll(SocketPeer::endLast, LAST_NANOS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries until it has succeeded with each peer, or it is too late. */
    private void untilAll(Predicate<SocketPeer> attempt, long nanos) {
        List<SocketPeer> left = new ArrayList<>(peers);
        long begin = System.nanoTime();
        left.removeIf(attempt);
        while (!left.isEmpty() && System.nanoTime() - begin < nanos) {
            select(nanos - (System.nanoTime() - begin));
            left.removeIf(attempt);
        }
    }

    private void requireUsable() {
        if (closed) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " is closed");
        }
        if (failure != null) {
            throw new CollectivesException(failure.ranks(), failure.getMessage());
        }
    }

    /** Has this rank's calls fail, and those of the others, which are told the reason. */
    @Override
    public void abort(String reason) {
        ask("rank " + rank + " aborted: " + reason);
        try {
            failed(asked);
        } finally {
            lock.unlock();
        }
    }

    /** Has a call that waits fail, and takes the lock. */
    private void ask(String message) {
        asked = new CollectivesException(List.of(rank), message);
        selector.wakeup();
        lock.lock();
    }

    /**
     * Ends this rank's part. Waits for nobody, unless a call has failed: then for some seconds at most, until the
     * others have read why.
     */
    @Override
    public void close() {
        ask("rank " + rank + " is closed");
        try {
            if (!closed) {
                if (failure == null) {
                    last(null);
                }
                closed = true;
                boolean interrupted = Thread.interrupted();
                untilAll(SocketPeer::hasEnded, failure == null ? 0 : LAST_NANOS);
                peers.forEach(SocketPeer::close);
                selector.close();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "SocketCollectives[rank " + rank + " of " + size + "]";
    }
}
