package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all collectives do, between threads and by sockets. */
@ParameterizedClass
@EnumSource
class CollectivesTest {
    @Parameter
    Engine engine;

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(1);

    /** The bytes that a rank gives to another. */
    private static long bytes(int from, int to, long most) {
        return most * (1 + (from + 2L * to) % 3) / 3;
    }

    private static byte value(int from, int to, long at) {
        return (byte) (31 * from + 7 * to + at % 251);
    }

    private static MemorySegment message(int from, int to, long bytes) {
        MemorySegment message = Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes);
        for (long i = 0; i < bytes; i++) {
            message.set(ValueLayout.JAVA_BYTE, i, value(from, to, i));
        }
        return message;
    }

    /** Fails unless what others give arrives. */
    static void requireExchange(Collectives collectives, long most) {
        int ranks = collectives.size();
        int rank = collectives.rank();
        long[] sendBytes = new long[ranks];
        long[] receiveBytes = new long[ranks];
        long sum = 0;
        long received = 0;
        for (int other = 0; other < ranks; other++) {
            sendBytes[other] = bytes(rank, other, most);
            receiveBytes[other] = bytes(other, rank, most);
            sum += sendBytes[other];
            received += receiveBytes[other];
        }
        MemorySegment send = Arena.ofAuto().allocate(sum + 1);
        long at = 0;
        for (int to = 0; to < ranks; to++) {
            MemorySegment.copy(message(rank, to, sendBytes[to]), 0, send, at, sendBytes[to]);
            at += sendBytes[to];
        }
        MemorySegment receive = Arena.ofAuto().allocate(received + 1);
        collectives.exchange(send, sendBytes, receive, receiveBytes);
        at = 0;
        for (int from = 0; from < ranks; from++) {
            requireSame(message(from, rank, receiveBytes[from]), receive.asSlice(at, receiveBytes[from]));
            at += receiveBytes[from];
        }
    }

    /** Fails unless all get the bytes of each. */
    static void requireAllGather(Collectives collectives, long most) {
        int ranks = collectives.size();
        long[] receiveBytes = new long[ranks];
        long received = 0;
        for (int from = 0; from < ranks; from++) {
            receiveBytes[from] = bytes(from, 0, most);
            received += receiveBytes[from];
        }
        MemorySegment receive = Arena.ofAuto().allocate(received + 1);
        int rank = collectives.rank();
        collectives.allGather(message(rank, 0, receiveBytes[rank]), receive, receiveBytes);
        long at = 0;
        for (int from = 0; from < ranks; from++) {
            requireSame(message(from, 0, receiveBytes[from]), receive.asSlice(at, receiveBytes[from]));
            at += receiveBytes[from];
        }
    }

    private static void requireSame(MemorySegment expected, MemorySegment actual) {
        if (expected.mismatch(actual) != -1) {
            throw new AssertionError("the bytes differ from " + expected.mismatch(actual) + " on");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void bytesArrive(int ranks) throws Exception {
        Ranks.run(engine, ranks, collectives -> {
            for (long most : new long[] {0, 1, 100, 70_000}) {
                requireExchange(collectives, most);
                requireAllGather(collectives, most);
                collectives.barrier();
            }
            return true;
        });
    }

    @Test
    void aRankThatDoesNotComeIsNamed() throws Exception {
        CountDownLatch othersFailed = new CountDownLatch(2);
        List<Object> outcomes = Ranks.outcomes(engine, 3, SHORT, collectives -> {
            if (collectives.rank() == 1) {
                othersFailed.await();
                return null;
            }
            try {
                CollectivesException e = assertThrows(CollectivesException.class, collectives::barrier);
                assertEquals(e.getMessage(), assertThrows(CollectivesException.class, collectives::barrier)
                        .getMessage());
                return e;
            } finally {
                othersFailed.countDown();
            }
        });
        CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        // A machine may be so slow that one of the others does not come in time either.
        assertTrue(Set.of(List.of(1), List.of(0, 1), List.of(1, 2)).contains(e.ranks()), e.getMessage());
        assertEquals(CollectivesException.name(e.ranks()) + " did not come to call 1 within 300 ms", e.getMessage());
        assertEquals(e.getMessage(),
                assertInstanceOf(CollectivesException.class, outcomes.getLast()).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.001S", "PT-2562047788015215H"})
    void aTimeoutIsPositive(String timeout) {
        Duration refused = Duration.parse(timeout);
        assertThrows(IllegalArgumentException.class, () -> ThreadCollectives.of(1, refused));
        assertThrows(IllegalArgumentException.class, () -> MpiCollectives.open(refused));
        assertThrows(IllegalArgumentException.class, () -> SocketCollectives.open(0, 1, "", refused, ""));
    }

    @Test
    void aTimeoutIsThere() {
        assertThrows(NullPointerException.class, () -> ThreadCollectives.of(1, null));
        assertThrows(NullPointerException.class, () -> MpiCollectives.open(null));
        assertThrows(NullPointerException.class, () -> SocketCollectives.open(0, 1, "", null, ""));
    }

    /** More nanoseconds than a long has are as many as it has. */
    @Test
    void aTimeoutMayBeLong() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, Duration.ofSeconds(Long.MAX_VALUE), collectives -> {
            collectives.barrier();
            return true;
        });
        assertEquals(List.of(true, true), outcomes);
        assertEquals(Long.MAX_VALUE, Timeouts.nanos(Duration.ofSeconds(Long.MAX_VALUE)));
        assertEquals(1, Timeouts.nanos(Duration.ofNanos(1)));
    }

    @Test
    void ranksThatDoNotComeAreNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        Ranks.outcomes(engine, 4, SHORT, collectives -> {
            if (collectives.rank() != 1) {
                failed.await();
                return null;
            }
            try {
                return assertThrows(CollectivesException.class, collectives::barrier).getMessage();
            } finally {
                failed.countDown();
            }
        }).forEach(outcome -> assertTrue(outcome == null
                || outcome.equals("ranks 0, 2 and 3 did not come to call 1 within 300 ms"), () -> "" + outcome));
    }

    @Test
    void aRankThatEndsIsNamedAtOnce() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            if (collectives.rank() == 0) {
                collectives.barrier();
            }
            return null;
        });
        assertEquals("rank 1 closed before call 1",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
    }

    @Test
    void anAbortEndsTheCallsOfOthers() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            if (collectives.rank() == 1) {
                collectives.abort("the disk is full");
            }
            collectives.barrier();
            return null;
        });
        for (Object outcome : outcomes) {
            assertEquals("rank 1 aborted: the disk is full",
                    assertInstanceOf(CollectivesException.class, outcome).getMessage());
        }
    }

    @Test
    void callsThatDifferAreRefused() throws Exception {
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            MemorySegment ten = Arena.ofAuto().allocate(10);
            long[] expected = collectives.rank() == 0 ? new long[] {4, 5} : new long[] {4, 6};
            collectives.allGather(ten.asSlice(0, collectives.rank() == 0 ? 4 : 6), ten, expected);
            collectives.barrier(); // at the latest
            return null;
        });
        assertEquals("rank 1 gives 6 bytes to rank 0 in allGather, which expects 5 in allGather",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
        assertInstanceOf(CollectivesException.class, outcomes.get(1));

        outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            if (collectives.rank() == 0) {
                collectives.barrier();
            } else {
                collectives.allGather(MemorySegment.NULL, MemorySegment.NULL, new long[2]);
            }
            return null;
        });
        assertTrue(outcomes.stream().allMatch(CollectivesException.class::isInstance), outcomes::toString);
    }

    @Test
    void anInterruptedRankIsNamed() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Object> outcomes = Ranks.outcomes(engine, 2, LONG, collectives -> {
            if (collectives.rank() == 0) {
                interrupted.await();
                collectives.barrier();
                return null;
            }
            Thread.currentThread().interrupt();
            try {
                collectives.barrier();
                return null;
            } finally {
                assertTrue(Thread.interrupted(), "the thread has forgotten that");
                interrupted.countDown();
            }
        });
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals(List.of(1), e.ranks());
            assertEquals("rank 1 was interrupted", e.getMessage());
        }
    }

    @Test
    void aClosedRankAndNoRankAreRefused() {
        Collectives only = engine.ranks(1, LONG).getFirst().get();
        only.barrier();
        only.close();
        only.close();
        assertEquals("rank 0 is closed", assertThrows(CollectivesException.class, only::barrier).getMessage());
        assertThrows(IllegalArgumentException.class, () -> ThreadCollectives.of(0, LONG));
    }
}
