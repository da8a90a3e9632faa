package io.radam.pytorch;

import io.radam.sharded.Collectives;
import io.radam.sharded.CollectivesException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllToAllOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.ProcessGroup;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Ranks that are those of a process group of PyTorch for Java, over its gloo:
 *
 * {@snippet :
 * ProcessGroupGloo group = new ProcessGroupGloo(store, rank, size, options);
 * try (Collectives ranks = TorchCollectives.of(group);
 *         TorchParameters model = TorchParameters.of(module);
 *         ShardedOptimizer optimizer = ShardedOptimizer.of(ranks, RAdam.builder().parameters(model.all()))) {
 *     for (Batch batch : batchesOf(ranks.rank())) {
 *         module.zero_grad(true);
 *         torch.cross_entropy_loss(module.forward(batch.images()), batch.labels()).backward();
 *         model.step(optimizer);
 *     }
 * }
 * }
 *
 * <p>It takes the artifact {@code radam-sharded}. Keep the store and the options reachable while the group is used.
 *
 * <p>Memory is native, and is what libtorch sends from and receives in: nothing is copied but what a rank gives to
 * itself, and short messages. A call is two of the group's. In the first, an all-to-all of 512 bytes for each rank, all
 * learn that all have come to the same call, and expect what the others give. Without it, gloo takes fewer bytes than
 * are expected for all of them, and ends the process where they are more. The second is an all-to-all, or a broadcast
 * by each rank. There is none where no rank gives more than 464 bytes to any, itself included: these go with the
 * first.
 *
 * <p>The group stays the caller's, who may use it between calls, as long as all ranks make all calls of the group in
 * the same order, {@link #of} among them. From the first {@linkplain
 * io.radam.sharded.ShardedOptimizer#gradientReady announced} gradient to the end of the step nobody else may use it.
 * Tags from 1,500,000,000 on of its {@code send} and {@code recv} are taken.
 *
 * <p>Each of a call's two parts fails after the group's time-out. A rank that does not come to a call is named then. A
 * rank that ends is named by the exception of the others at once, if its system closes its connections, and so is one
 * that fails, whose reason the others are told. A rank that stops in the middle of a call is named where there are two.
 * A failure ends all connections of the group, as a time-out of gloo does: it cannot be used any more.
 *
 * <p>{@link #abort} and {@link #close()} may be called by any thread while another waits in a call. A thread that waits
 * notices within some hundredths of a second that it was interrupted.
 */
public final class TorchCollectives implements Collectives {
    /** How long a thread that waits sleeps before it looks whether others have failed, or it is interrupted. */
    private static final long TICK_MILLIS = 20;
    /** How much later than this class gloo would end a call, without telling which rank is missing. */
    private static final long LATER_MILLIS = 60_000;

    /** What ranks tell each other first in a call: longs, of which a call's number is never 0, and short messages. */
    private static final int INSTANCE = 0;
    private static final int CALL = 1;
    private static final int KIND = 2;
    private static final int GIVEN = 3;
    private static final int EXPECTED = 4;
    /** The most that the rank gives to any. */
    private static final int MOST = 5;
    private static final int NUMBERS = 6;
    private static final long SMALL_AT = Long.BYTES * (long) NUMBERS;
    private static final long HEADER = 512;
    /** A call in which no rank gives more than this to any has no second part. */
    private static final long SMALL = HEADER - SMALL_AT;

    private static final AtomicLong INSTANCES = new AtomicLong();

    private enum Kind {
        OPEN("opening"), EXCHANGE("exchange"), ALL_GATHER("allGather"), BARRIER("barrier");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** What this rank gives to each, and gets from each. */
    private record Parts(MemorySegment[] give, MemorySegment[] get) {
        static MemorySegment[] slices(MemorySegment memory, long[] bytes) {
            MemorySegment[] slices = new MemorySegment[bytes.length];
            long at = 0;
            for (int i = 0; i < bytes.length; i++) {
                slices[i] = memory.asSlice(at, bytes[i]);
                at += bytes[i];
            }
            return slices;
        }

        long most() {
            return Arrays.stream(give).mapToLong(MemorySegment::byteSize).max().orElse(0);
        }
    }

    private final Backend group;
    private final int rank;
    private final int size;
    private final GroupNotes notes;
    private final MemorySegment headers;
    private final MemorySegment othersHeaders;
    /** Held by a call; guards all that follows. */
    private final ReentrantLock lock = new ReentrantLock();
    /** The same for all ranks, and another than that of other collectives of the group. */
    private long instance;
    /** The number of the present call, or of the last. Number 0 is {@link #of}. */
    private long calls = -1;
    /** Whether all have come to the present call. */
    private boolean met;
    /** The group's, as it was when the present call began. */
    private long timeoutMillis;
    private CollectivesException failure;
    private boolean closed;
    /** What another thread asks the one in a call to fail with. */
    private volatile CollectivesException asked;

    private TorchCollectives(Backend group) {
        this.group = group;
        rank = group.getRank();
        size = group.getSize();
        notes = new GroupNotes(group, rank, size);
        headers = Arena.ofAuto().allocate(HEADER * size, Long.BYTES);
        othersHeaders = Arena.ofAuto().allocate(headers.byteSize(), Long.BYTES);
    }

    /**
     * The ranks of a group. All of them call this, and it returns once all have. The group, which is to live until this
     * is closed, stays the caller's.
     *
     * @param group a {@code ProcessGroupGloo}, or another with {@code alltoall_base}, {@code broadcast}, {@code send}
     *              and {@code recv} for tensors of the CPU; its time-out counts for each part of a call, and has to be
     *              longer than all that one rank does alone
     * @return this process's rank
     * @throws CollectivesException if another rank ends, fails or does not come here in time
     */
    public static TorchCollectives of(Backend group) {
        TorchCollectives opened = new TorchCollectives(Objects.requireNonNull(group, "group"));
        try {
            opened.open();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * The ranks of a group, by its backend for tensors of the CPU.
     *
     * @param group as for {@link #of(Backend)}
     * @return this process's rank
     * @throws CollectivesException as {@link #of(Backend)}
     */
    public static TorchCollectives of(ProcessGroup group) {
        return of(group.getBackend(DeviceType.CPU));
    }

    private void open() {
        instance = INSTANCES.get();
        run(Kind.OPEN, this::nothing, () -> { });
    }

    private Parts nothing() {
        MemorySegment[] none = new MemorySegment[size];
        Arrays.fill(none, MemorySegment.NULL);
        return new Parts(none, none);
    }

    /** For all ranks: the next that none of them has used. */
    private void listen() {
        for (int other = 0; other < size; other++) {
            instance = Math.max(instance, header(othersHeaders, other, INSTANCE));
        }
        INSTANCES.accumulateAndGet(instance + 1, Math::max);
        notes.listen(instance);
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
        requireNative(send, receive);
        run(Kind.EXCHANGE, () -> new Parts(Parts.slices(send, sendBytes), Parts.slices(receive, receiveBytes)), () ->
                await(works -> works.add(allToAll(send.asSlice(0, Arrays.stream(sendBytes).sum()), sendBytes,
                        receive.asSlice(0, Arrays.stream(receiveBytes).sum()), receiveBytes)), send, receive));
    }

    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        requireNative(send, receive);
        MemorySegment[] same = new MemorySegment[size];
        Arrays.fill(same, send);
        run(Kind.ALL_GATHER, () -> new Parts(same, Parts.slices(receive, receiveBytes)), () -> {
            MemorySegment[] parts = Parts.slices(receive, receiveBytes);
            copy(send, parts[rank]);
            await(broadcasts -> {
                for (int root = 0; root < size; root++) {
                    if (receiveBytes[root] > 0) {
                        broadcasts.add(broadcast(parts[root], root));
                    }
                }
            }, send, receive);
        });
    }

    private static void copy(MemorySegment from, MemorySegment to) {
        if (from.address() != to.address()) {
            to.copyFrom(from);
        }
    }

    @Override
    public void barrier() {
        run(Kind.BARRIER, this::nothing, () -> { });
    }

    private static void requireNative(MemorySegment send, MemorySegment receive) {
        if (!send.isNative() || !receive.isNative()) {
            throw new IllegalArgumentException("libtorch takes native memory only, not " + send + " and " + receive);
        }
    }

    /** A call. Its second part is made where there are more bytes than go with the first. */
    private void run(Kind kind, Supplier<Parts> bytes, Runnable secondPart) {
        lock.lock();
        try (PointerScope _ = new PointerScope()) {
            requireUsable();
            calls++;
            met = false;
            timeoutMillis = group.getBackendOptions().timeout().count();
            requireNotInterrupted(); // before others take this rank for one that has come
            Parts parts = bytes.get();
            long own = parts.give()[rank].byteSize();
            if (own != parts.get()[rank].byteSize()) {
                throw new CollectivesException(List.of(rank), "rank " + rank + " gives itself " + own
                        + " bytes, and expects " + parts.get()[rank].byteSize());
            }
            if (size == 1) {
                copy(parts.give()[0], parts.get()[0]);
                return;
            }
            long most = meet(kind, parts);
            met = true;
            if (kind == Kind.OPEN) {
                listen();
            } else if (most > SMALL) {
                secondPart.run();
            }
        } catch (CollectivesException e) {
            throw failed(e);
        } catch (RuntimeException | Error e) {
            failed(new CollectivesException(List.of(rank), "rank " + rank + " failed: " + e));
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all have come, fails unless all make the same call, and moves the bytes if no rank gives many.
     *
     * @return the most that any rank gives to any, itself included
     */
    private long meet(Kind kind, Parts parts) {
        long ownMost = parts.most();
        for (int other = 0; other < size; other++) {
            MemorySegment give = parts.give()[other];
            long[] numbers = {instance, calls + 1, kind.ordinal(), give.byteSize(), parts.get()[other].byteSize(),
                ownMost};
            MemorySegment.copy(numbers, 0, headers, ValueLayout.JAVA_LONG, HEADER * other, NUMBERS);
            if (ownMost <= SMALL) {
                MemorySegment.copy(give, 0, headers, HEADER * other + SMALL_AT, give.byteSize());
            }
        }
        othersHeaders.fill((byte) 0);
        long[] bytes = new long[size];
        Arrays.fill(bytes, HEADER);
        await(works -> works.add(allToAll(headers, bytes, othersHeaders, bytes)), headers, othersHeaders);
        long most = 0;
        for (int other = 0; other < size; other++) {
            requireFits(other, kind, parts.give()[other].byteSize(), parts.get()[other].byteSize());
            most = Math.max(most, header(othersHeaders, other, MOST));
        }
        for (int other = 0; other < size && most <= SMALL; other++) {
            MemorySegment get = parts.get()[other];
            MemorySegment.copy(othersHeaders, HEADER * other + SMALL_AT, get, 0, get.byteSize());
        }
        return most;
    }

    private static long header(MemorySegment headers, int rank, int number) {
        return headers.get(ValueLayout.JAVA_LONG, HEADER * rank + Long.BYTES * (long) number);
    }

    private void requireFits(int other, Kind kind, long send, long receive) {
        if (kind != Kind.OPEN && header(othersHeaders, other, INSTANCE) != instance
                || header(othersHeaders, other, CALL) != calls + 1) {
            throw new CollectivesException(List.of(other), "rank " + other
                    + " uses other collectives of the group than rank " + rank);
        }
        Kind theirs = Kind.values()[(int) header(othersHeaders, other, KIND)];
        long given = header(othersHeaders, other, GIVEN);
        long expected = header(othersHeaders, other, EXPECTED);
        if (theirs != kind || given != receive) {
            throw differ(other, other, given, theirs, rank, receive, kind);
        }
        if (expected != send) {
            throw differ(other, rank, send, kind, other, expected, theirs);
        }
    }

    private static CollectivesException differ(int named, int from, long given, Kind kind, int to, long expected,
            Kind kindThere) {
        return new CollectivesException(List.of(named), "rank " + from + " gives " + given + " bytes to rank " + to
                + " in " + kind.text + ", which expects " + expected + " in " + kindThere.text);
    }

    private Work allToAll(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        AllToAllOptions options = new AllToAllOptions().timeout(new Milliseconds(timeoutMillis + LATER_MILLIS));
        return begin(() -> group.alltoall_base(GroupNotes.tensor(receive), GroupNotes.tensor(send),
                new LongVector(receiveBytes), new LongVector(sendBytes), options));
    }

    private Work broadcast(MemorySegment part, int root) {
        BroadcastOptions options = new BroadcastOptions().rootRank(root)
                .timeout(new Milliseconds(timeoutMillis + LATER_MILLIS));
        return begin(() -> group.broadcast(new TensorVector(GroupNotes.tensor(part)), options));
    }

    private Work begin(Supplier<Work> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /**
     * Makes a part of a call, and waits for it. Where it fails, be it that only some of its works began, libtorch may
     * still use its memory.
     *
     * @param part begins works, and adds them to a list
     */
    private void await(Consumer<List<Work>> part, MemorySegment... memory) {
        boolean complete = false;
        try (Milliseconds tick = new Milliseconds(TICK_MILLIS)) {
            List<Work> works = new ArrayList<>();
            part.accept(works);
            long begin = System.nanoTime();
            for (Work work : works) {
                while (!isDone(work, tick)) {
                    requireGoingOn(begin);
                }
            }
            complete = true;
        } finally {
            if (!complete) {
                GroupNotes.keep(memory);
            }
        }
    }

    private boolean isDone(Work work, Milliseconds tick) {
        try {
            work._wait(tick);
            return true;
        } catch (RuntimeException late) {
            if (!work.isCompleted()) {
                return false;
            }
        }
        try {
            work._wait(tick); // it may have ended since
            return true;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private void requireGoingOn(long begin) {
        CollectivesException told = notes.failure(calls);
        if (told != null) {
            throw told;
        }
        if (asked != null) {
            throw asked;
        }
        requireNotInterrupted();
        if ((System.nanoTime() - begin) / 1_000_000 >= timeoutMillis) {
            throw late(missing(), met, calls, timeoutMillis);
        }
    }

    private void requireNotInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " was interrupted");
        }
    }

    /**
     * A call that is over.
     *
     * @param missing empty if it is not known which; so it is, too, where the last of them comes just now
     */
    static CollectivesException late(List<Integer> missing, boolean met, long call, long timeoutMillis) {
        String who = missing.isEmpty() ? "one of the ranks" : CollectivesException.name(missing);
        return new CollectivesException(missing, who + (met ? " did not end call " : " did not come to call ") + call
                + " within " + timeoutMillis + " ms");
    }

    /** The ranks that are waited for, as far as this is known. */
    private List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int other = 0; other < size; other++) {
            if (other != rank && (met ? size == 2 : header(othersHeaders, other, CALL) != calls + 1)) {
                missing.add(other);
            }
        }
        return missing;
    }

    /** What libtorch's failure means. */
    private CollectivesException broken(RuntimeException e) {
        String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("^\\[/.*?:\\d+] ", "");
        List<Integer> gone = new ArrayList<>(notes.unreachable());
        // A rank that has failed has said so before its connections ended, perhaps in a later call.
        CollectivesException told = notes.failure(calls);
        if (told != null) {
            return told;
        }
        for (int other : gone) {
            if (notes.hasFailed(other)) {
                return notes.reason(other);
            }
        }
        gone.removeIf(notes::hasClosed);
        return gone.isEmpty() ? new CollectivesException(missing(), "call " + calls + " failed: " + what)
                : new CollectivesException(gone, CollectivesException.name(gone) + " or its machine has ended: "
                + what);
    }

    /** For the thread that has the lock: keeps the first failure, and tells it to all others. */
    private CollectivesException failed(CollectivesException e) {
        if (failure == null && !closed) {
            failure = e;
            if (size > 1) {
                try (PointerScope _ = new PointerScope()) {
                    notes.fail(Math.max(0, calls), e);
                }
            }
        }
        return e;
    }

    private void requireUsable() {
        if (closed) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " is closed");
        }
        if (failure != null) {
            throw new CollectivesException(failure.ranks(), failure.getMessage());
        }
    }

    /**
     * Has this rank's calls fail, and those of the others, which are told the reason. The connections of the group end.
     */
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
        lock.lock();
    }

    /** Ends this rank's part, and waits for nobody. The group stays open, unless a call has failed. */
    @Override
    public void close() {
        ask("rank " + rank + " is closed");
        try (PointerScope _ = new PointerScope()) {
            if (!closed) {
                if (failure == null && size > 1) {
                    notes.close(calls + 1);
                }
                closed = true;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "TorchCollectives[rank " + rank + " of " + size + "]";
    }
}
