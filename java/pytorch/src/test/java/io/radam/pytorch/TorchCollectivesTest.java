package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.sharded.CollectivesException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BackendOptional;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.ProcessGroup;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Collectives over gloo do what all collectives do. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TorchCollectivesTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private List<Object> outcomes(int size, Duration timeout, GlooRanks.Work<?> work) throws Exception {
        return GlooRanks.outcomes(folder.resolve("store"), size, timeout, work);
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes);
    }

    /** The bytes that a rank gives to another: none to some. */
    private static long bytes(int from, int to, long most) {
        return most * ((from + 2L * to) % 3) / 2;
    }

    private static void fill(MemorySegment message, int from, int to) {
        for (long i = 0; i < message.byteSize(); i++) {
            message.set(ValueLayout.JAVA_BYTE, i, (byte) (31 * from + 7 * to + i % 251));
        }
    }

    private static MemorySegment message(int from, int to, long bytes) {
        MemorySegment message = allocate(bytes);
        fill(message, from, to);
        return message;
    }

    private static void requireExchange(TorchCollectives collectives, long most) {
        int rank = collectives.rank();
        long[] sendBytes = new long[collectives.size()];
        long[] receiveBytes = new long[collectives.size()];
        MemorySegment send = allocate(collectives.size() * most + 1);
        MemorySegment receive = allocate(collectives.size() * most + 1);
        long at = 0;
        for (int other = 0; other < collectives.size(); other++) {
            sendBytes[other] = bytes(rank, other, most);
            receiveBytes[other] = bytes(other, rank, most);
            fill(send.asSlice(at, sendBytes[other]), rank, other);
            at += sendBytes[other];
        }
        collectives.exchange(send, sendBytes, receive, receiveBytes);
        at = 0;
        for (int from = 0; from < collectives.size(); from++) {
            assertEquals(-1, message(from, rank, receiveBytes[from]).mismatch(receive.asSlice(at, receiveBytes[from])));
            at += receiveBytes[from];
        }
        assertEquals(0, receive.get(ValueLayout.JAVA_BYTE, at), "something is written behind what comes");
    }

    private static void requireAllGather(TorchCollectives collectives, long most, boolean inPlace) {
        int rank = collectives.rank();
        long[] receiveBytes = new long[collectives.size()];
        MemorySegment receive = allocate(collectives.size() * most + 1);
        MemorySegment own = null;
        long at = 0;
        for (int from = 0; from < collectives.size(); from++) {
            receiveBytes[from] = bytes(from, 0, most);
            own = from == rank ? receive.asSlice(at, receiveBytes[from]) : own;
            at += receiveBytes[from];
        }
        MemorySegment send = inPlace ? own : allocate(receiveBytes[rank]);
        fill(send, rank, 0);
        collectives.allGather(send, receive, receiveBytes);
        at = 0;
        for (int from = 0; from < collectives.size(); from++) {
            assertEquals(-1, message(from, 0, receiveBytes[from]).mismatch(receive.asSlice(at, receiveBytes[from])));
            at += receiveBytes[from];
        }
        assertEquals(0, receive.get(ValueLayout.JAVA_BYTE, at), "something is written behind what comes");
    }

    private static boolean requireBytes(TorchCollectives collectives) {
        for (long most : new long[] {0, 1, 100, 464, 465, 929, 70_000, 3_000_000}) {
            requireExchange(collectives, most);
            requireAllGather(collectives, most, false);
            requireAllGather(collectives, most, true);
            collectives.barrier();
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void bytesArrive(int size) throws Exception {
        List<Object> outcomes = outcomes(size, LONG, (_, collectives) -> {
            assertEquals(size, collectives.size());
            return requireBytes(collectives);
        });
        assertEquals(size, GlooRanks.results(outcomes).size());
    }

    /** A group of several backends has one for the CPU. */
    @Test
    void aProcessGroupWillDo() throws Exception {
        GlooRanks.results(outcomes(2, LONG, (gloo, collectives) -> {
            ProcessGroup group = new ProcessGroup(collectives.rank(), 2);
            group.setBackend(DeviceType.CPU, ProcessGroup.BackendType.GLOO, new BackendOptional(gloo));
            group.setDefaultBackend(ProcessGroup.BackendType.GLOO);
            try (TorchCollectives others = TorchCollectives.of(group)) {
                return requireBytes(others);
            }
        }));
    }

    /** The caller's calls, and those of other collectives, go between. So they do once these are closed. */
    @Test
    void theGroupStaysTheCallers() throws Exception {
        GlooRanks.results(outcomes(3, LONG, (group, collectives) -> {
            requireSum(group);
            try (TorchCollectives others = TorchCollectives.of(group)) {
                requireExchange(collectives, 100);
                requireSum(group);
                requireExchange(others, 100);
            }
            requireSum(group);
            requireBytes(collectives);
            collectives.close();
            requireSum(group);
            try (TorchCollectives others = TorchCollectives.of(group)) {
                return requireBytes(others);
            }
        }));
    }

    private static void requireSum(ProcessGroupGloo group) {
        Tensor ones = torch.ones(5);
        group.allreduce(new TensorVector(ones))._wait();
        assertEquals(5f * group.getSize(), ones.sum().item_float());
    }

    /** Scopes of the caller do not end what receives failures. */
    @Test
    void pointerScopesOfTheCaller() throws Exception {
        List<Object> outcomes = GlooRanks.outcomes(List.of(() -> inScope(0), () -> inScope(1)));
        assertEquals(List.of("rank 1 closed before call 2", "nothing"), outcomes);
    }

    private String inScope(int rank) {
        ProcessGroupGloo group = GlooRanks.join(new FileStore(folder.resolve("store").toString(), 2), rank, 2);
        TorchCollectives collectives;
        try (PointerScope _ = new PointerScope()) {
            collectives = TorchCollectives.of(group);
        }
        try (collectives; PointerScope _ = new PointerScope()) {
            System.gc();
            collectives.barrier();
            return rank == 1 ? "nothing" : assertThrows(CollectivesException.class, collectives::barrier).getMessage();
        }
    }

    private static CollectivesException requireFails(TorchCollectives collectives) {
        CollectivesException e = assertThrows(CollectivesException.class, collectives::barrier);
        assertEquals(e.getMessage(), assertThrows(CollectivesException.class, collectives::barrier).getMessage());
        assertEquals(e.getMessage(), assertThrows(CollectivesException.class,
                () -> collectives.allGather(allocate(0), allocate(0), new long[collectives.size()])).getMessage());
        return e;
    }

    @Test
    void aRankThatDoesNotComeIsNamed() throws Exception {
        CountDownLatch othersFailed = new CountDownLatch(2);
        List<Object> outcomes = outcomes(3, SHORT, (group, collectives) -> {
            if (collectives.rank() == 1) {
                othersFailed.await();
                return requireFails(collectives);
            }
            GlooRanks.setTimeout(group, collectives.rank() == 0 ? SHORT : LONG);
            try {
                return requireFails(collectives);
            } finally {
                othersFailed.countDown();
            }
        });
        for (Object outcome : outcomes) { // the late one learns it too
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            // A machine may be so slow that rank 2 does not come in time either.
            assertTrue(e.ranks().contains(1), e.getMessage());
            assertTrue(e.getMessage().matches("ranks? 1( and 2)? did not come to call 1 within 500 ms"),
                    e.getMessage());
        }
    }

    /** It may come just when the time is over, so that there is none left to name. */
    @Test
    void aCallThatEndsTooLateIsASentence() {
        CollectivesException e = TorchCollectives.late(List.of(), false, 7, 500);
        assertEquals("one of the ranks did not come to call 7 within 500 ms", e.getMessage());
        assertEquals(List.of(), e.ranks());
        assertEquals("one of the ranks did not end call 7 within 500 ms",
                TorchCollectives.late(List.of(), true, 7, 500).getMessage());
        e = TorchCollectives.late(List.of(1, 2), false, 7, 500);
        assertEquals("ranks 1 and 2 did not come to call 7 within 500 ms", e.getMessage());
        assertEquals(List.of(1, 2), e.ranks());
    }

    @Test
    void aRankThatClosesIsNamedAtOnce() throws Exception {
        List<Object> outcomes = outcomes(3, LONG, (_, collectives) -> {
            collectives.barrier();
            return collectives.rank() == 1 ? null : requireFails(collectives);
        });
        for (int rank = 0; rank < 3; rank += 2) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.get(rank));
            assertEquals(List.of(1), e.ranks());
            assertEquals("rank 1 closed before call 2", e.getMessage());
        }
    }

    @Test
    void anAbortEndsTheCallsOfOthers() throws Exception {
        String reason = "the disk is full, \u00fc" + "x".repeat(2000);
        List<Object> outcomes = outcomes(3, LONG, (_, collectives) -> {
            if (collectives.rank() == 1) {
                collectives.abort(reason);
                collectives.abort("again");
            }
            return requireFails(collectives);
        });
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals(List.of(1), e.ranks());
            assertTrue(e.getMessage().startsWith("rank 1 aborted: the disk is full, \u00fcxxx"), e.getMessage());
            assertTrue(("rank 1 aborted: " + reason).startsWith(e.getMessage()), e.getMessage());
        }
    }

    /** By another thread, while this one waits. */
    @Test
    void anAbortEndsACallOfThisRank() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Object> outcomes = outcomes(2, LONG, (_, collectives) -> {
            if (collectives.rank() == 1) {
                failed.await();
                return requireFails(collectives);
            }
            Thread other = Thread.ofPlatform().start(() -> {
                sleep(200);
                collectives.abort("no power");
            });
            try {
                return requireFails(collectives);
            } finally {
                other.join();
                failed.countDown();
            }
        });
        for (Object outcome : outcomes) {
            assertEquals("rank 0 aborted: no power",
                    assertInstanceOf(CollectivesException.class, outcome).getMessage());
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Gloo would take fewer bytes for all, and end the process where they are more. */
    @ParameterizedTest
    @ValueSource(longs = {0, 4, 6, 3_000_000})
    void bytesThatDifferAreRefused(long given) throws Exception {
        List<Object> outcomes = outcomes(3, LONG, (_, collectives) -> {
            long[] lengths = {4, collectives.rank() == 1 ? given : 5, 7};
            return assertThrows(CollectivesException.class, () -> {
                collectives.allGather(allocate(lengths[collectives.rank()]), allocate(4 + lengths[1] + 7), lengths);
                collectives.barrier();
            });
        });
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertTrue(e.getMessage().matches("rank 1 gives " + given
                    + " bytes to rank [02] in allGather, which expects 5 in allGather"), e.getMessage());
        }
    }

    @Test
    void callsThatDifferAreRefused() throws Exception {
        List<Object> outcomes = outcomes(2, LONG, (_, collectives) -> assertThrows(CollectivesException.class, () -> {
            if (collectives.rank() == 0) {
                collectives.barrier();
            } else {
                collectives.allGather(MemorySegment.NULL, MemorySegment.NULL, new long[2]);
            }
        }));
        for (Object outcome : outcomes) {
            String message = assertInstanceOf(CollectivesException.class, outcome).getMessage();
            assertTrue(message.equals("rank 1 gives 0 bytes to rank 0 in allGather, which expects 0 in barrier")
                    || message.equals("rank 0 gives 0 bytes to rank 1 in barrier, which expects 0 in allGather"),
                    message);
        }
    }

    /** Two collectives of a group, in another order on each rank. */
    @Test
    void othersOfTheGroupAreToldApart() throws Exception {
        List<Object> outcomes = outcomes(2, LONG, (group, collectives) -> {
            try (TorchCollectives others = TorchCollectives.of(group)) {
                return assertThrows(CollectivesException.class,
                        (collectives.rank() == 0 ? collectives : others)::barrier);
            }
        });
        for (int rank = 0; rank < 2; rank++) {
            String message = assertInstanceOf(CollectivesException.class, outcomes.get(rank)).getMessage();
            assertEquals("rank " + (1 - rank) + " uses other collectives of the group than rank " + rank, message);
        }
    }

    @Test
    void anInterruptedRankIsNamed() throws Exception {
        List<Object> outcomes = outcomes(3, LONG, (_, collectives) -> {
            if (collectives.rank() == 1) {
                Thread.currentThread().interrupt();
            }
            try {
                return requireFails(collectives);
            } finally {
                assertEquals(collectives.rank() == 1, Thread.interrupted());
            }
        });
        requireInterrupted(outcomes, 1);
    }

    @Test
    void aRankThatIsInterruptedWhileItWaitsIsNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Object> outcomes = outcomes(2, LONG, (_, collectives) -> {
            if (collectives.rank() == 0) {
                failed.await();
                return requireFails(collectives);
            }
            Thread waiting = Thread.currentThread();
            Thread.ofPlatform().start(() -> {
                sleep(200);
                waiting.interrupt();
            });
            try {
                return requireFails(collectives);
            } finally {
                assertTrue(Thread.interrupted());
                failed.countDown();
            }
        });
        requireInterrupted(outcomes, 1);
    }

    private static void requireInterrupted(List<Object> outcomes, int rank) {
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals(List.of(rank), e.ranks());
            assertEquals("rank " + rank + " was interrupted", e.getMessage());
        }
    }

    /** What is wrong in one rank's own call fails, and the others need not wait for it. */
    @Test
    void aRankWhoseOwnCallIsWrong() throws Exception {
        List<Object> outcomes = outcomes(2, LONG, (_, collectives) -> {
            if (collectives.rank() == 0) {
                return requireFails(collectives);
            }
            return assertThrows(CollectivesException.class, () -> collectives.exchange(allocate(9), new long[] {4, 5},
                    allocate(8), new long[] {4, 4}));
        });
        for (Object outcome : outcomes) {
            assertEquals("rank 1 gives itself 5 bytes, and expects 4",
                    assertInstanceOf(CollectivesException.class, outcome).getMessage());
        }
        outcomes = GlooRanks.outcomes(folder.resolve("another"), 2, LONG, (_, collectives) -> {
            long[] bytes = {4, 5};
            if (collectives.rank() == 0) {
                return assertThrows(CollectivesException.class,
                        () -> collectives.exchange(allocate(9), new long[] {4, 4}, allocate(9), new long[] {4, 4}));
            }
            // The memory is too small.
            return assertThrows(IndexOutOfBoundsException.class,
                    () -> collectives.exchange(allocate(3), new long[] {4, 4}, allocate(9), new long[] {4, 4}));
        });
        assertTrue(assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage()
                .startsWith("rank 1 failed: java.lang.IndexOutOfBoundsException"), outcomes::toString);
    }

    @Test
    void memoryIsNative() throws Exception {
        GlooRanks.results(outcomes(1, LONG, (_, collectives) -> {
            MemorySegment heap = MemorySegment.ofArray(new byte[4]);
            assertThrows(IllegalArgumentException.class,
                    () -> collectives.allGather(heap, allocate(4), new long[] {4}));
            assertThrows(IllegalArgumentException.class,
                    () -> collectives.exchange(allocate(4), new long[] {4}, heap, new long[] {4}));
            return requireBytes(collectives);
        }));
    }

    @Test
    void aClosedRankAndNoGroupAreRefused() throws Exception {
        GlooRanks.results(outcomes(2, LONG, (_, collectives) -> {
            assertEquals("TorchCollectives[rank " + collectives.rank() + " of 2]", collectives.toString());
            collectives.close();
            collectives.close();
            return assertEqualsClosed(collectives);
        }));
        assertThrows(NullPointerException.class, () -> TorchCollectives.of((ProcessGroupGloo) null));
    }

    private static boolean assertEqualsClosed(TorchCollectives collectives) {
        assertEquals("rank " + collectives.rank() + " is closed",
                assertThrows(CollectivesException.class, collectives::barrier).getMessage());
        return true;
    }

    @Test
    void aRankThatDoesNotComeToTheOpeningIsNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Object> outcomes = GlooRanks.outcomes(List.of(() -> {
            ProcessGroupGloo group = GlooRanks.join(new FileStore(folder.resolve("store").toString(), 2), 0, 2);
            GlooRanks.setTimeout(group, SHORT);
            try {
                return assertThrows(CollectivesException.class, () -> TorchCollectives.of(group)).getMessage();
            } finally {
                failed.countDown();
            }
        }, () -> {
            ProcessGroupGloo group = GlooRanks.join(new FileStore(folder.resolve("store").toString(), 2), 1, 2);
            failed.await();
            return assertThrows(CollectivesException.class, () -> TorchCollectives.of(group)).getMessage();
        }));
        assertEquals("rank 1 did not come to call 0 within 500 ms", outcomes.getFirst());
        assertTrue(String.valueOf(outcomes.getLast()).startsWith("rank 0 or its machine has ended: "),
                outcomes::toString);
    }
}
