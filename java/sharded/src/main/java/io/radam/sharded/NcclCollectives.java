package io.radam.sharded;

import io.radam.cuda.CudaDevice;
import io.radam.internal.sharding.DeviceStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Ranks whose messages are in the memory of GPUs, and go from there to there by NCCL: one rank in each process, with
 * the process's first GPU. What NCCL cannot do goes by other {@link Collectives}: ranks meet there before each
 * call, and messages in the memory of the host go that way.
 *
 * {@snippet :
 * CudaDevice device = CudaDevice.of(0); // which one that is, CUDA_VISIBLE_DEVICES says
 * try (Collectives ranks = NcclCollectives.open(Collectives.open(), device)) {
 *     ranks.allGather(own, all, bytes); // both of the device, as all ranks have it in this call, or both of the host
 * }
 * }
 *
 * <p>NCCL 2.14 or later is called by the Foreign Function and Memory API. It is {@code libnccl.so.2}, or the library
 * that the system property {@code radam.nccl.library} names. This was tested with an emulation of NCCL only.
 *
 * <p>A call waits for what is queued in the device's {@linkplain CudaDevice#stream stream} before, such as what
 * computes the bytes that are given, however long that takes. Then the ranks meet. The call is queued in the same
 * stream, and returns once the bytes that this rank gets are there.
 *
 * <p>Ranks that make different calls, or whose bytes differ in number, are found when they meet, all get the same
 * exception, and NCCL learns nothing of such a call. A rank that does not come there is named as by the other {@code
 * Collectives}. If NCCL fails, does not end within its own time-out, or the thread is interrupted in it, each rank that
 * notices aborts NCCL and tells the others, which get an exception that names it when they come to their next call. The
 * time-out of the other {@code Collectives} has to be longer than that of NCCL, since a rank that has failed waits for
 * the others there.
 */
public final class NcclCollectives implements Collectives {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    /** The questions after which a thread that waits for NCCL lets others run; some microseconds. */
    private static final int QUESTIONS_BEFORE_PAUSE = 200;
    private static final long PAUSE_NANOS = 20_000;
    /** How often NCCL is asked for errors while the device works. */
    private static final long MILLIS_BETWEEN_QUESTIONS = 1;

    /** The kinds of calls. Their numbers are in what ranks tell each other. */
    private enum Kind {
        FAILED("a call that has failed"), EXCHANGE("exchange"), ALL_GATHER("allGather"), BARRIER("barrier"),
        ON_HOST("a call with memory of the host");

        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private final Collectives hosts;
    private final Agreement agreement;
    private final CudaDevice device;
    private final DeviceStream stream;
    private long timeoutNanos;
    private final NcclLibrary nccl;
    private final String version;
    /** Waits for the device, which no call of CUDA does for a limited time. */
    private final ThreadPoolExecutor waiter = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), task -> Thread.ofPlatform().daemon().name("radam-nccl")
                    .inheritInheritableThreadLocals(false).unstarted(task));
    /** NULL once it was freed. */
    private MemorySegment communicator = MemorySegment.NULL;
    private CollectivesException failure;
    /** Whether a call has failed, also where there was no memory for the reason. */
    private boolean failed;
    private boolean closed;

    private NcclCollectives(Collectives hosts, CudaDevice device, Duration timeout) {
        this.hosts = hosts;
        this.device = device;
        agreement = new Agreement(hosts);
        DeviceStream ofDevice = null;
        NcclLibrary library = null;
        MemorySegment id = MemorySegment.NULL;
        Throwable failed = null;
        try {
            timeoutNanos = Timeouts.nanos(Objects.requireNonNull(timeout, "timeout"));
            Objects.requireNonNull(device, "device");
            ofDevice = new DeviceStream(device.number(), device.stream().handle());
            if (!ShardExchange.isShareable(ofDevice.handle())) {
                throw new IllegalArgumentException("the device's stream is closed, or confined to a thread");
            }
            library = NcclLibrary.load();
            if (hosts.rank() == 0) {
                id = library.newUniqueId();
            }
            waiter.prestartCoreThread(); // not in a call, when there may be none any more
        } catch (RuntimeException | Error e) {
            failed = e;
        }
        stream = ofDevice;
        nccl = library;
        version = library == null ? "none" : library.version();
        boolean complete = false;
        try {
            agreement.require(failed, new long[] {library == null ? 0 : library.versionCode()},
                    () -> List.of("NCCL " + version));
            join(id);
            complete = true;
        } finally {
            if (!complete) {
                waiter.shutdown();
            }
        }
    }

    /** Joins the other ranks, or fails on all if it fails on one. */
    private void join(MemorySegment id) {
        long[] bytes = new long[hosts.size()];
        bytes[0] = NcclLibrary.UNIQUE_ID_BYTES;
        MemorySegment received = Arena.ofAuto().allocate(NcclLibrary.UNIQUE_ID_BYTES);
        hosts.allGather(id, received, bytes);
        Throwable failed = null;
        boolean complete = false;
        try {
            communicator = nccl.join(received, hosts.size(), hosts.rank());
            awaitProgress("joining", System.nanoTime());
            int taken = nccl.device(communicator);
            if (taken != device.number()) {
                throw new IllegalArgumentException("NCCL has taken the thread's GPU, number " + taken + ", not number "
                        + device.number() + ": let a process see one GPU, by CUDA_VISIBLE_DEVICES");
            }
        } catch (RuntimeException | Error e) {
            failed = e;
        }
        try {
            agreement.require(failed, new long[0], List::of);
            complete = true;
        } finally {
            if (!complete) {
                abortNccl();
            }
        }
    }

    /**
     * Joins the other ranks by NCCL, with a time-out of 5 minutes for what NCCL does.
     *
     * @param hosts  how the ranks meet, with a longer time-out; is closed with what is returned, or if this fails,
     *     which it does on all ranks
     * @param device the first GPU of this process, with the stream in which messages are queued
     * @return this process's rank, that of {@code hosts}
     * @throws UnsupportedOperationException if NCCL is not there, or older than 2.14
     * @throws IllegalArgumentException if NCCL takes another GPU of the process, or the stream is closed or confined to
     *     a thread
     * @throws RankMismatchException if ranks have different versions of NCCL
     * @throws CollectivesException if NCCL fails, as it does where two ranks have the same GPU, or another rank fails
     *     here or does not come here
     */
    public static NcclCollectives open(Collectives hosts, CudaDevice device) {
        return open(hosts, device, TIMEOUT);
    }

    /**
     * Joins the other ranks by NCCL.
     *
     * @param hosts   as {@link #open(Collectives, CudaDevice)}
     * @param device  as {@link #open(Collectives, CudaDevice)}
     * @param timeout how long NCCL may take, from when all ranks have come to a call
     * @return as {@link #open(Collectives, CudaDevice)}
     * @throws UnsupportedOperationException as {@link #open(Collectives, CudaDevice)}
     * @throws IllegalArgumentException as {@link #open(Collectives, CudaDevice)}; or if the time-out is not positive
     * @throws RankMismatchException as {@link #open(Collectives, CudaDevice)}
     * @throws CollectivesException as {@link #open(Collectives, CudaDevice)}
     */
    public static NcclCollectives open(Collectives hosts, CudaDevice device, Duration timeout) {
        Objects.requireNonNull(hosts, "hosts");
        NcclCollectives opened = null;
        try {
            opened = new NcclCollectives(hosts, device, timeout);
            return opened;
        } finally {
            if (opened == null) {
                hosts.close();
            }
        }
    }

    /** For tests: a time-out for the calls from now on. */
    void setTimeout(Duration timeout) {
        timeoutNanos = Timeouts.nanos(timeout);
    }

    @Override
    public int rank() {
        return hosts.rank();
    }

    @Override
    public int size() {
        return hosts.size();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the memory of one is of the device, and that of the other is not
     * @throws io.radam.InvalidParameterException if the device cannot use memory that was said to be its own
     */
    @Override
    public void exchange(MemorySegment send, long[] sendBytes, MemorySegment receive, long[] receiveBytes) {
        if (!isOnDevice(send, receive)) {
            onHosts(() -> hosts.exchange(send, sendBytes, receive, receiveBytes));
            return;
        }
        run(Kind.EXCHANGE, parts(send, sendBytes), parts(receive, receiveBytes));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException as {@link #exchange}
     * @throws io.radam.InvalidParameterException as {@link #exchange}
     */
    @Override
    public void allGather(MemorySegment send, MemorySegment receive, long[] receiveBytes) {
        if (!isOnDevice(send, receive)) {
            onHosts(() -> hosts.allGather(send, receive, receiveBytes));
            return;
        }
        MemorySegment[] sent = new MemorySegment[size()];
        Arrays.fill(sent, send);
        run(Kind.ALL_GATHER, sent, parts(receive, receiveBytes));
    }

    @Override
    public void barrier() {
        meet(Kind.BARRIER, null, null);
    }

    private static boolean isOnDevice(MemorySegment send, MemorySegment receive) {
        boolean sends = DeviceStream.isDeviceMemory(send);
        boolean receives = DeviceStream.isDeviceMemory(receive);
        if (sends != receives && (sends ? receive : send).byteSize() > 0) {
            throw new IllegalArgumentException("the memory of a call is all of the device or all of the host, not "
                    + send + " and " + receive);
        }
        return sends || receives;
    }

    private static MemorySegment[] parts(MemorySegment whole, long[] bytes) {
        MemorySegment[] parts = new MemorySegment[bytes.length];
        long at = 0;
        for (int i = 0; i < bytes.length; i++) {
            parts[i] = whole.asSlice(at, bytes[i]);
            at += bytes[i];
        }
        return parts;
    }

    /** The GPU, with the stream in which messages are queued. */
    CudaDevice device() {
        return device;
    }

    /** Whether messages are queued in a stream. */
    boolean isIn(DeviceStream other) {
        return stream.isSame(other);
    }

    /** Does what needs no NCCL, but is not made while another rank is in a call that does. */
    private void onHosts(Runnable call) {
        meet(Kind.ON_HOST, null, null);
        orFail(() -> {
            call.run();
            return null;
        });
    }

    private <T> T orFail(Supplier<T> call) {
        try {
            return call.get();
        } catch (CollectivesException e) {
            throw fail(e);
        }
    }

    // ------------------------------------------------------------------------------------------------ on the device

    /** Gives the parts of {@code send} to the ranks, and gets those of {@code receive} from them. */
    private void run(Kind kind, MemorySegment[] send, MemorySegment[] receive) {
        requireUsable();
        for (int other = 0; other < send.length; other++) {
            stream.requireUsable(send[other]);
            stream.requireUsable(receive[other]);
        }
        orTell(this::awaitWorkBefore);
        meet(kind, send, receive);
        orTell(() -> transfer(kind, send, receive));
    }

    /** Does what may fail on this rank alone, and tells the others if it does. */
    private void orTell(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            throw tell(e);
        } catch (Error e) {
            tell(e);
            throw e;
        }
    }

    /** Waits for what was queued in the stream before, so that NCCL's time-out is not for that. */
    private void awaitWorkBefore() {
        try {
            waiter.submit(stream::synchronize).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // which the ranks learn where they meet
        } catch (ExecutionException e) {
            throw Agreement.exception(e.getCause(), Map.of()); // such as a BackendException of CUDA
        }
    }

    /** Has all ranks fail where one has failed, or where their calls do not fit each other. */
    private void meet(Kind kind, MemorySegment[] send, MemorySegment[] receive) {
        requireUsable();
        List<long[]> all = orFail(() -> all(kind, send, receive));
        if (all.stream().anyMatch(call -> call[0] == Kind.FAILED.ordinal())) {
            throw fail(of(orFail(() -> agreement.failures(null))));
        }
        for (int to = 0; to < all.size(); to++) {
            for (int from = 0; from < all.size(); from++) {
                long given = all.get(from)[1 + to];
                long expected = all.get(to)[1 + all.size() + from];
                long called = all.get(from)[0];
                if (given != expected || called != all.get(to)[0]) {
                    throw fail(new CollectivesException(List.of(from), "rank " + from + " gives " + given
                            + " bytes to rank " + to + " in " + text(called) + ", which expects " + expected + " in "
                            + text(all.get(to)[0])));
                }
            }
        }
    }

    private static String text(long kind) {
        return kind >= 0 && kind < Kind.values().length ? Kind.values()[(int) kind].text : "another call";
    }

    /**
     * What all ranks are about to do: a kind of call, how many bytes each gives to each, and gets from each.
     *
     * @param send null for a call without messages on the device, and so is {@code receive}
     */
    private List<long[]> all(Kind kind, MemorySegment[] send, MemorySegment[] receive) {
        int size = size();
        MemorySegment own = Arena.ofAuto().allocate(Long.BYTES * (1 + 2L * size), Long.BYTES);
        own.setAtIndex(ValueLayout.JAVA_LONG, 0, kind.ordinal());
        for (int other = 0; send != null && other < size; other++) {
            own.setAtIndex(ValueLayout.JAVA_LONG, 1L + other, send[other].byteSize());
            own.setAtIndex(ValueLayout.JAVA_LONG, 1L + size + other, receive[other].byteSize());
        }
        MemorySegment received = Arena.ofAuto().allocate(own.byteSize() * size, Long.BYTES);
        long[] bytes = new long[size];
        Arrays.fill(bytes, own.byteSize());
        hosts.allGather(own, received, bytes);
        return received.elements(MemoryLayout.sequenceLayout(1 + 2L * size, ValueLayout.JAVA_LONG))
                .map(call -> call.toArray(ValueLayout.JAVA_LONG)).toList();
    }

    private void transfer(Kind kind, MemorySegment[] send, MemorySegment[] receive) {
        long begin = System.nanoTime();
        boolean any = false;
        nccl.startGroup();
        try {
            for (int other = 0; other < send.length; other++) {
                // A rank sends to itself, too, unless its bytes are where they belong.
                boolean isThere = other == rank() && send[other].address() == receive[other].address();
                if (send[other].byteSize() > 0 && !isThere) {
                    nccl.send(send[other], other, communicator, stream.handle());
                    any = true;
                }
                if (receive[other].byteSize() > 0 && !isThere) {
                    nccl.receive(receive[other], other, communicator, stream.handle());
                    any = true;
                }
            }
        } finally {
            nccl.endGroup(communicator);
        }
        if (any) {
            awaitProgress(kind.text, begin);
            awaitDevice(kind, begin, send, receive);
        }
    }

    /** Waits until NCCL has done or queued what was begun. */
    private void awaitProgress(String what, long begin) {
        for (int questions = 1; ; questions++) {
            int state = nccl.state(communicator);
            if (state == NcclLibrary.SUCCESS) {
                return;
            }
            requireProgress(state, what, begin);
            if (questions % QUESTIONS_BEFORE_PAUSE == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Fails if NCCL has failed, took too long, or the thread was interrupted. */
    private void requireProgress(int state, String what, long begin) {
        if (state != NcclLibrary.SUCCESS && state != NcclLibrary.IN_PROGRESS) {
            throw nccl.exception(state, communicator);
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectivesException(List.of(rank()), "rank " + rank() + " was interrupted");
        }
        if (System.nanoTime() - begin > timeoutNanos) {
            throw new CollectivesException(List.of(), "NCCL did not end " + what + " within "
                    + timeoutNanos / 1_000_000 + " ms");
        }
    }

    /** Waits until the stream has come to the end of what was queued, and keeps the memory alive until then. */
    private void awaitDevice(Kind kind, long begin, MemorySegment[] send, MemorySegment[] receive) {
        Future<?> done = waiter.submit(() -> {
            try {
                stream.synchronize();
            } finally {
                Reference.reachabilityFence(send);
                Reference.reachabilityFence(receive);
            }
        });
        while (true) {
            try {
                done.get(MILLIS_BETWEEN_QUESTIONS, TimeUnit.MILLISECONDS);
                requireProgress(nccl.state(communicator), kind.text, System.nanoTime());
                return;
            } catch (TimeoutException e) {
                requireProgress(nccl.state(communicator), kind.text, begin);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                requireProgress(NcclLibrary.SUCCESS, kind.text, begin);
            } catch (ExecutionException e) {
                throw Agreement.exception(e.getCause(), Map.of()); // such as a BackendException of CUDA
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------ failures

    /** Tells the other ranks why this one has failed, and learns which others have. */
    private CollectivesException tell(Throwable own) {
        failed = true; // before anything that may fail, such as for a lack of memory once more
        abortNccl();
        failure = new CollectivesException(List.of(rank()), "rank " + rank() + " failed: " + Agreement.message(own));
        boolean interrupted = Thread.interrupted(); // or the call that tells them would fail
        try {
            all(Kind.FAILED, null, null);
            return fail(of(agreement.failures(own)));
        } catch (CollectivesException e) {
            return fail(new CollectivesException(e.ranks(), e.getMessage() + "; before that, rank " + rank()
                    + " failed: " + Agreement.message(own)));
        } catch (RuntimeException | Error e) { // such as a lack of memory once more: the others will not be told
            failure.addSuppressed(e);
            return failure;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static CollectivesException of(Map<Integer, String> failures) {
        return new CollectivesException(List.copyOf(failures.keySet()), String.join("; ", failures.values()));
    }

    private CollectivesException fail(CollectivesException e) {
        failure = e;
        abortNccl();
        return e;
    }

    private void requireUsable() {
        if (closed) {
            throw new CollectivesException(List.of(rank()), "rank " + rank() + " is closed");
        }
        if (failure != null) {
            throw new CollectivesException(failure.ranks(), failure.getMessage());
        }
        if (failed) {
            throw new CollectivesException(List.of(rank()), "rank " + rank() + " failed, and then to say why");
        }
    }

    /** Has NCCL end what it does, and what is queued on the device. */
    private void abortNccl() {
        if (communicator.address() != 0) {
            nccl.abort(communicator);
            communicator = MemorySegment.NULL;
        }
    }

    @Override
    public void abort(String reason) {
        failure = failure != null ? failure : new CollectivesException(List.of(rank()),
                "rank " + rank() + " aborted: " + reason);
        try {
            hosts.abort(reason);
        } finally {
            abortNccl();
        }
    }

    /**
     * Ends this rank's part. Calls of others that wait for it fail. The {@code Collectives} of the hosts are closed,
     * and decide whether that waits for other ranks: those of MPI do until they close, for any time. Then NCCL's part
     * is ended, within NCCL's time-out. Closing again does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        waiter.shutdown();
        try {
            hosts.close();
        } finally {
            finishNccl();
        }
    }

    private void finishNccl() {
        if (communicator.address() == 0) {
            return;
        }
        try {
            long begin = System.nanoTime();
            nccl.finish(communicator);
            awaitProgress("close", begin);
            nccl.destroy(communicator);
            communicator = MemorySegment.NULL;
        } catch (CollectivesException e) {
            // All that this rank was to get has arrived.
            System.getLogger("io.radam").log(System.Logger.Level.WARNING, this + " was not closed in order: "
                    + e.getMessage());
            abortNccl();
        }
    }

    @Override
    public String toString() {
        return "NcclCollectives[rank " + rank() + " of " + size() + ", NCCL " + version + ", " + device + ", with "
                + hosts + "]";
    }
}
