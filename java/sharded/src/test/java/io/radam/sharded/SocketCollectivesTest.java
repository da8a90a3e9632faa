package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What calls over sockets do where a connection or another thread gets in their way. */
@Timeout(120)
class SocketCollectivesTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int EXCHANGE = SocketPeer.Kind.EXCHANGE.ordinal();
    private static final int ALL_GATHER = SocketPeer.Kind.ALL_GATHER.ordinal();
    private static final int BARRIER = SocketPeer.Kind.BARRIER.ordinal();
    private static final int FAILED = SocketPeer.Kind.FAILED.ordinal();
    /** More than the system keeps for a connection. */
    private static final long LARGE = 64L << 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() throws Exception {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES), "a thread hangs");
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes);
    }

    /** Rank 1 of 2 as it is on the wire. */
    private static final class Wire implements AutoCloseable {
        final Socket socket;

        Wire(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.getOutputStream().write(
                    new SocketHello(2, 1, 1, 0, SocketHello.digest("")).bytes().array());
            frame(BARRIER, 0, 0); // by which all know that all have come
        }

        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        void frame(int kind, int bytes, long total) throws IOException {
            out().write(ByteBuffer.allocate(16).putInt(kind).putInt(bytes).putLong(total).array());
        }

        /** What follows the table and the barrier of rank 0. */
        DataInputStream afterTheMeeting() throws IOException {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(Long.BYTES + 1);
            in.skipNBytes(in.readInt());
            in.skipNBytes(16);
            return in;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** What rank 1 does on the wire. */
    private interface Act {
        void run(Wire wire) throws Exception;
    }

    /** How a call of rank 0 fails that expects 100 bytes from rank 1. */
    private CollectivesException failure(Duration timeout, Act act) throws Exception {
        ServerSocketChannel listener = Engine.listener();
        int port = listener.socket().getLocalPort();
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Future<?> other = threads.submit(() -> {
            try (Wire wire = new Wire(port)) {
                opened.await();
                act.run(wire);
                over.await();
            }
            return null;
        });
        try (SocketCollectives collectives = SocketCollectives.open(listener, 2, LONG, "")) {
            collectives.setTimeout(timeout);
            opened.countDown();
            CollectivesException e = assertThrows(CollectivesException.class, () -> collectives.exchange(
                    allocate(10), new long[] {0, 10}, allocate(100), new long[] {0, 100}));
            assertEquals(e.getMessage(), assertThrows(CollectivesException.class, collectives::barrier).getMessage());
            over.countDown(); // or the close would wait until rank 1 knows
            return e;
        } finally {
            over.countDown();
            other.get(1, TimeUnit.MINUTES);
        }
    }

    private void requireFailure(String begin, Act act) throws Exception {
        CollectivesException e = failure(LONG, act);
        assertTrue(e.getMessage().startsWith(begin), e.getMessage());
        assertEquals(List.of(1), e.ranks());
    }

    @Test
    void whatIsNotAFrameIsRefused() throws Exception {
        String message = "rank 1 sends something that is not of radam";
        requireFailure(message, wire -> wire.frame(99, 100, 100));
        requireFailure(message, wire -> wire.frame(-1, 100, 100));
        requireFailure(message, wire -> wire.frame(EXCHANGE, -1, 100));
        requireFailure(message, wire -> wire.frame(EXCHANGE, 101, 100));
        requireFailure(message, wire -> wire.frame(FAILED, Integer.MAX_VALUE, 100));
        requireFailure("rank 1 gives -1 bytes to rank 0 in exchange", wire -> wire.frame(EXCHANGE, 100, -1));
        requireFailure("rank 1 gives 100 bytes to rank 0 in allGather, which expects 100 in exchange",
                wire -> wire.frame(ALL_GATHER, 100, 100));
    }

    /** With what has come until then, in a header, in a message, and between frames. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 16, 50, 66})
    void aConnectionThatEndsIsNamed(int bytes) throws Exception {
        byte[] message = ByteBuffer.allocate(116).putInt(EXCHANGE).putInt(50).putLong(100).array();
        requireFailure("rank 1 or its machine has ended: the connection has ended", wire -> {
            wire.out().write(message, 0, bytes);
            wire.socket.shutdownOutput();
        });
        requireFailure("rank 1 or its machine has ended: ", wire -> {
            wire.out().write(message, 0, bytes);
            wire.socket.setSoLinger(true, 0); // a reset in place of an end
            wire.socket.close();
        });
    }

    @Test
    void aRankThatStopsInTheMiddleIsNamed() throws Exception {
        CollectivesException e = failure(Duration.ofMillis(300), wire -> {
            wire.frame(EXCHANGE, 50, 100);
            wire.out().write(new byte[20]);
        });
        assertEquals("rank 1 stopped in the middle of call 1, for 300 ms", e.getMessage());
        assertEquals(List.of(1), e.ranks());
    }

    /** As long as something moves, a call may last longer than the time-out. */
    @Test
    void aSlowRankIsNotOneThatHangs() throws Exception {
        ServerSocketChannel listener = Engine.listener();
        int port = listener.socket().getLocalPort();
        Future<Integer> other = threads.submit(() -> {
            try (Wire wire = new Wire(port)) {
                DataInputStream in = wire.afterTheMeeting();
                wire.frame(EXCHANGE, 1, 10);
                for (int i = 0; i < 9; i++) {
                    wire.out().write(i);
                    Thread.sleep(200);
                    wire.frame(EXCHANGE, 1, 10);
                }
                wire.out().write(9);
                in.skipNBytes(16);
                return in.read();
            }
        });
        try (SocketCollectives collectives = SocketCollectives.open(listener, 2, LONG, "")) {
            collectives.setTimeout(Duration.ofMillis(1500));
            MemorySegment got = allocate(10);
            MemorySegment given = allocate(1);
            given.set(ValueLayout.JAVA_BYTE, 0, (byte) 42);
            collectives.exchange(given, new long[] {0, 1}, got, new long[] {0, 10});
            for (int i = 0; i < 10; i++) {
                assertEquals(i, got.get(ValueLayout.JAVA_BYTE, i));
            }
            assertEquals(42, other.get(1, TimeUnit.MINUTES));
        }
    }

    /** A call of all ranks, to which the last comes late, and what another thread of rank 1 does meanwhile. */
    private List<Object> outcomes(int size, long bytes, Consumer<Collectives> meanwhile) throws Exception {
        return Ranks.outcomes(Engine.SOCKETS, size, LONG, collectives -> {
            long[] all = new long[size];
            Arrays.fill(all, bytes);
            MemorySegment give = allocate(bytes);
            MemorySegment get = allocate(size * bytes);
            collectives.barrier();
            if (collectives.rank() == size - 1) {
                Thread.sleep(500); // and still learns how it has ended
            }
            if (collectives.rank() == 1) {
                threads.submit(() -> {
                    Thread.sleep(100);
                    meanwhile.accept(collectives);
                    return null;
                });
            }
            collectives.allGather(give, get, all);
            return null;
        });
    }

    /** Also in the middle of messages. */
    @ParameterizedTest
    @ValueSource(longs = {0, LARGE})
    void anAbortByAnotherThreadEndsACall(long bytes) throws Exception {
        for (Object outcome : outcomes(3, bytes, collectives -> collectives.abort("the disk is full"))) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals("rank 1 aborted: the disk is full", e.getMessage());
            assertEquals(List.of(1), e.ranks());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, LARGE})
    void aCloseByAnotherThreadEndsACall(long bytes) throws Exception {
        for (Object outcome : outcomes(3, bytes, Collectives::close)) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            // The second is for those whose call has begun later than the end of rank 1.
            assertTrue(Set.of("rank 1 is closed", "rank 1 closed before call 2").contains(e.getMessage()),
                    e.getMessage());
            assertEquals(List.of(1), e.ranks());
        }
    }

    @Test
    void anInterruptEndsACall() throws Exception {
        List<Object> outcomes = Ranks.outcomes(Engine.SOCKETS, 3, LONG, collectives -> {
            collectives.barrier();
            if (collectives.rank() == 1) {
                Thread waiting = Thread.currentThread();
                threads.submit(() -> {
                    Thread.sleep(100);
                    waiting.interrupt();
                    return null;
                });
            }
            if (collectives.rank() == 2) {
                Thread.sleep(500);
            }
            try {
                collectives.barrier();
                return null;
            } finally {
                assertEquals(collectives.rank() == 1, Thread.interrupted());
            }
        });
        for (Object outcome : outcomes) {
            assertEquals("rank 1 was interrupted",
                    assertInstanceOf(CollectivesException.class, outcome).getMessage());
        }
    }

    /** A rank that is late learns why the others are gone, also where much was on its way to it. */
    @Test
    void theFirstReasonIsThatOfAll() throws Exception {
        CountDownLatch failed = new CountDownLatch(2);
        List<Object> outcomes = Ranks.outcomes(Engine.SOCKETS, 3, LONG, collectives -> {
            collectives.barrier();
            if (collectives.rank() == 2) {
                failed.await();
            }
            ((SocketCollectives) collectives).setTimeout(Duration.ofMillis(300));
            try {
                long[] all = {10, 10, 10};
                collectives.allGather(allocate(10), allocate(30), all);
                return null;
            } finally {
                failed.countDown();
            }
        });
        for (Object outcome : outcomes) {
            assertEquals("rank 2 did not come to call 2 within 300 ms",
                    assertInstanceOf(CollectivesException.class, outcome).getMessage());
        }
    }

    /** Ranks that have all they need may close while others still read. */
    @Test
    void whatWasGivenArrivesAfterAClose() throws Exception {
        for (int round = 0; round < 10; round++) {
            Ranks.run(Engine.SOCKETS, 3, collectives -> {
                CollectivesTest.requireExchange(collectives, 3_000_000);
                collectives.barrier();
                return true;
            });
        }
    }

    @Test
    void memoryOfTheHeapIsRefused() throws Exception {
        try (SocketCollectives alone = SocketCollectives.open(0, 1, "", LONG, "")) {
            MemorySegment heap = MemorySegment.ofArray(new byte[1]);
            assertThrows(IllegalArgumentException.class, () -> alone.allGather(heap, heap, new long[] {1}));
            MemorySegment one = allocate(1);
            assertThrows(IllegalArgumentException.class, () -> alone.allGather(one, heap, new long[] {1}));
            alone.allGather(one, one, new long[] {1}); // nothing has failed
            assertEquals("rank 0 gives itself 1 bytes, and expects 2", assertThrows(CollectivesException.class,
                    () -> alone.allGather(one, allocate(2), new long[] {2})).getMessage());
        }
    }

    /** What is wrong with the arguments of one rank fails all, since the others wait for it. */
    @Test
    void aCallThatIsWrongIsKnownToAll() throws Exception {
        List<Object> outcomes = Ranks.outcomes(Engine.SOCKETS, 2, LONG, collectives -> {
            long missing = collectives.rank() == 1 ? 1 : 0;
            collectives.allGather(allocate(4), allocate(8 - missing), new long[] {4, 4});
            return null;
        });
        assertTrue(assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage()
                .startsWith("rank 1 failed: java.lang.IndexOutOfBoundsException"), outcomes::toString);
        assertInstanceOf(IndexOutOfBoundsException.class, outcomes.getLast());
    }
}
