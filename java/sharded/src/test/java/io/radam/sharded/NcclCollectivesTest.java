package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import io.radam.cuda.CudaDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that are threads with the emulated GPU and the emulated NCCL. NVIDIA's was not met. */
class NcclCollectivesTest {
    private static final Duration SHORT = Duration.ofMillis(1500);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long[] ONE_EACH = {1, 1};

    private final CudaDevice device;

    NcclCollectivesTest() {
        EmulatedNccl.require();
        device = CudaDevice.of(0);
    }

    @BeforeEach
    @AfterEach
    void nothingIsLeft() {
        EmulatedNccl.trouble("", 0);
        assertEquals(0, EmulatedNccl.alive(), "communicators were not freed");
    }

    /** What all ranks return or throw, with a time-out for NCCL. */
    private static List<Object> outcomes(int ranks, Duration timeout, Ranks.Work<?> work) throws Exception {
        return Ranks.outcomes(ranks, LONG, hosts -> {
            try (NcclCollectives opened = NcclCollectives.open(hosts, EmulatedNccl.device(), timeout)) {
                return work.run(opened);
            }
        });
    }

    /** The message of the exception that all ranks have to get. */
    private static CollectivesException sameForAll(List<Object> outcomes) {
        CollectivesException first = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals(first.getMessage(), e.getMessage());
            assertEquals(first.ranks(), e.ranks());
        }
        return first;
    }

    private MemorySegment onDevice(long bytes) {
        return device.allocate(bytes, Arena.ofAuto());
    }

    private byte[] bytes(MemorySegment memory) {
        byte[] bytes = new byte[(int) memory.byteSize()];
        device.copy(memory, MemorySegment.ofArray(bytes));
        return bytes;
    }

    private Object barrierOnDevice(Collectives collectives) {
        long[] bytes = new long[collectives.size()];
        Arrays.fill(bytes, 1);
        collectives.allGather(onDevice(1), onDevice(bytes.length), bytes);
        return collectives.rank();
    }

    // ------------------------------------------------------------------------------------------------- what arrives

    static Stream<Arguments> sizes() {
        return Stream.of(Engine.values()).flatMap(engine -> Stream.of(1, 2, 3, 4).map(n -> Arguments.of(engine, n)));
    }

    /** The same bytes arrive on the device, by NCCL, and on the host, by threads or sockets. */
    @ParameterizedTest
    @MethodSource("sizes")
    void bytesArriveAsOnTheHost(Engine engine, int ranks) throws Exception {
        Ranks.run(engine, ranks, hosts -> {
            try (NcclCollectives opened = NcclCollectives.open(hosts, EmulatedNccl.device(), LONG)) {
                assertEquals(hosts.rank(), opened.rank());
                assertEquals(ranks, opened.size());
                for (long most : new long[] {0, 1, 100, 70_000}) {
                    requireSameExchange(opened, most);
                    requireSameAllGather(opened, most);
                    opened.barrier();
                }
            }
            return true;
        });
    }

    private static long size(int from, int to, long most) {
        return most * ((from + 2L * to) % 3) / 2;
    }

    private MemorySegment random(long bytes, long seed) {
        byte[] random = new byte[(int) bytes];
        new Random(seed).nextBytes(random);
        return Arena.ofAuto().allocate(Math.max(1, bytes)).asSlice(0, bytes).copyFrom(MemorySegment.ofArray(random));
    }

    private MemorySegment copy(MemorySegment host) {
        MemorySegment memory = onDevice(host.byteSize());
        device.copy(host, memory);
        return memory;
    }

    private void requireSameExchange(Collectives collectives, long most) {
        int size = collectives.size();
        long[] sendBytes = new long[size];
        long[] receiveBytes = new long[size];
        for (int other = 0; other < size; other++) {
            sendBytes[other] = size(collectives.rank(), other, most);
            receiveBytes[other] = size(other, collectives.rank(), most);
        }
        MemorySegment send = random(Arrays.stream(sendBytes).sum(), most + collectives.rank());
        MemorySegment receive = random(Arrays.stream(receiveBytes).sum(), 0);
        MemorySegment received = copy(receive);
        collectives.exchange(copy(send), sendBytes, received, receiveBytes);
        collectives.exchange(send, sendBytes, receive, receiveBytes);
        assertArrayEquals(receive.toArray(ValueLayout.JAVA_BYTE), bytes(received));
    }

    private void requireSameAllGather(Collectives collectives, long most) {
        int rank = collectives.rank();
        long[] receiveBytes = new long[collectives.size()];
        for (int from = 0; from < receiveBytes.length; from++) {
            receiveBytes[from] = size(from, 2, most);
        }
        MemorySegment send = random(receiveBytes[rank], most + rank);
        MemorySegment receive = random(Arrays.stream(receiveBytes).sum(), 0);
        MemorySegment received = copy(receive);
        collectives.allGather(copy(send), received, receiveBytes);
        collectives.allGather(send, receive, receiveBytes);
        assertArrayEquals(receive.toArray(ValueLayout.JAVA_BYTE), bytes(received));
        // In place: what is sent is where it belongs.
        MemorySegment inPlace = onDevice(receive.byteSize());
        MemorySegment own = inPlace.asSlice(Arrays.stream(receiveBytes, 0, rank).sum(), receiveBytes[rank]);
        device.copy(send, own);
        collectives.allGather(own, inPlace, receiveBytes);
        assertArrayEquals(receive.toArray(ValueLayout.JAVA_BYTE), bytes(inPlace));
    }

    /** Parameters of the host are trained as without NCCL. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void hostsTrainAsWithoutNccl(int ranks) throws Exception {
        Ranks.Work<List<List<byte[]>>> training = collectives -> {
            Training.Outcome outcome = Training.train("AdamW", Model.Storage.MASTERS, collectives);
            return Stream.concat(Stream.of(outcome.contents()), outcome.states().stream()).toList();
        };
        List<List<List<byte[]>>> expected = Ranks.run(ranks, training);
        List<Object> outcomes = outcomes(ranks, LONG, training);
        for (int rank = 0; rank < ranks; rank++) {
            List<?> actual = assertInstanceOf(List.class, outcomes.get(rank));
            assertTrue(Objects.deepEquals(
                    expected.get(rank).stream().map(List::toArray).toArray(),
                    actual.stream().map(list -> ((List<?>) list).toArray()).toArray()), "rank " + rank);
        }
    }

    // ---------------------------------------------------------------------------------------------- what is refused

    @Test
    void memoryOfTheDeviceAndOfTheHostAreNotMixed() throws Exception {
        outcomes(1, LONG, collectives -> {
            MemorySegment host = Arena.ofAuto().allocate(4);
            MemorySegment gpu = onDevice(4);
            long[] four = {4};
            String message = assertThrows(IllegalArgumentException.class,
                    () -> collectives.exchange(gpu, four, host, four)).getMessage();
            assertTrue(message.startsWith("the memory of a call is all of the device or all of the host, not "),
                    message);
            assertThrows(IllegalArgumentException.class, () -> collectives.exchange(host, four, gpu, four));
            assertThrows(IllegalArgumentException.class, () -> collectives.allGather(host, gpu, four));
            assertThrows(IllegalArgumentException.class, () -> collectives.allGather(gpu, host, four));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> collectives.exchange(gpu, new long[] {5}, onDevice(5), new long[] {5}));
            Arena arena = Arena.ofShared();
            MemorySegment freed = device.allocate(4, arena);
            arena.close();
            assertThrows(InvalidParameterException.class, () -> collectives.exchange(freed, four, gpu, four));
            assertThrows(InvalidParameterException.class, () -> collectives.allGather(gpu, freed, four));
            collectives.exchange(gpu, four, onDevice(4), four);
            collectives.exchange(MemorySegment.NULL, new long[1], gpu, new long[1]);
            return true;
        }).forEach(outcome -> assertEquals(true, outcome));
    }

    @Test
    void aTimeoutIsThereAndPositive() {
        for (Duration refused : new Duration[] {null, Duration.ZERO, Duration.ofMillis(-1)}) {
            Collectives hosts = ThreadCollectives.of(1, LONG).getFirst();
            RuntimeException e = assertThrows(RuntimeException.class,
                    () -> NcclCollectives.open(hosts, device, refused));
            assertEquals(refused == null ? NullPointerException.class : IllegalArgumentException.class, e.getClass());
            assertEquals("rank 0 is closed", assertThrows(CollectivesException.class, hosts::barrier).getMessage());
        }
        assertThrows(NullPointerException.class, () -> NcclCollectives.open(null, device));
        Collectives hosts = ThreadCollectives.of(1, LONG).getFirst();
        assertThrows(NullPointerException.class, () -> NcclCollectives.open(hosts, null));
    }

    /** What is wrong on one rank fails on all, before they wait for each other. */
    @Test
    void allLearnThatAnArgumentIsWrong() throws Exception {
        List<Object> outcomes = Ranks.outcomes(2, LONG, hosts -> NcclCollectives.open(hosts,
                hosts.rank() == 1 ? null : EmulatedNccl.device()));
        assertEquals("rank 1 failed: device",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
        assertInstanceOf(NullPointerException.class, outcomes.get(1));
        outcomes = Ranks.outcomes(2, LONG, hosts -> NcclCollectives.open(hosts, EmulatedNccl.device(),
                hosts.rank() == 1 ? Duration.ZERO : LONG));
        assertEquals("rank 1 failed: a time-out is longer than nothing, unlike PT0S",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
        assertInstanceOf(IllegalArgumentException.class, outcomes.get(1));
    }

    @Test
    void aStreamOfOneThreadIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            CudaDevice confined = device.withStream(device.newStream(arena));
            Collectives hosts = ThreadCollectives.of(1, LONG).getFirst();
            assertEquals("the device's stream is closed, or confined to a thread",
                    assertThrows(IllegalArgumentException.class, () -> NcclCollectives.open(hosts, confined))
                            .getMessage());
        }
    }

    // ------------------------------------------------------------------------------------------------- joining fails

    @Test
    void allLearnThatALibraryIsTooOld() throws Exception {
        List<Object> outcomes = Ranks.outcomes(3, LONG, hosts -> {
            EmulatedNccl.setVersion(hosts.rank() == 1 ? 21304 : 22703); // of a thread that ends
            return NcclCollectives.open(hosts, EmulatedNccl.device());
        });
        UnsupportedOperationException old = assertInstanceOf(UnsupportedOperationException.class, outcomes.get(1));
        assertTrue(old.getMessage().contains("it is version 2.13.4"), old.getMessage());
        for (int other : new int[] {0, 2}) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.get(other));
            assertEquals(List.of(1), e.ranks());
            assertEquals("rank 1 failed: " + old.getMessage(), e.getMessage());
        }
    }

    @Test
    void versionsThatDifferAreRefused() throws Exception {
        for (Object outcome : Ranks.outcomes(2, LONG, hosts -> {
            EmulatedNccl.setVersion(hosts.rank() == 1 ? 22704 : 22703);
            return NcclCollectives.open(hosts, EmulatedNccl.device());
        })) {
            assertEquals("ranks differ: rank 1 has NCCL 2.27.4, where rank 0 has NCCL 2.27.3",
                    assertInstanceOf(RankMismatchException.class, outcome).getMessage());
        }
    }

    /** The others are in NCCL until its time-out, and all of them say so. */
    @ParameterizedTest
    @CsvSource({"init, the system has failed", "init-later, another process or the network has failed"})
    void joiningFails(String trouble, String words) throws Exception {
        EmulatedNccl.trouble(trouble, 1);
        List<Object> outcomes = outcomes(3, SHORT, collectives -> null);
        assertEquals("NCCL 2.27.3: " + words + " (as the test has asked for)",
                assertInstanceOf(CollectivesException.class, outcomes.get(1)).getMessage());
        for (int other : new int[] {0, 2}) {
            assertEquals("NCCL did not end joining within 1500 ms",
                    assertInstanceOf(CollectivesException.class, outcomes.get(other)).getMessage());
        }
    }

    @Test
    void anotherGpuIsRefused() throws Exception {
        EmulatedNccl.trouble("device", 1);
        List<Object> outcomes = outcomes(2, LONG, collectives -> null);
        String message = "NCCL has taken the thread's GPU, number 1, not number 0: let a process see one GPU, by "
                + "CUDA_VISIBLE_DEVICES";
        assertEquals(message, assertInstanceOf(IllegalArgumentException.class, outcomes.get(1)).getMessage());
        assertEquals("rank 1 failed: " + message,
                assertInstanceOf(CollectivesException.class, outcomes.get(0)).getMessage());
    }

    @Test
    void aRankThatDoesNotJoinIsNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Object> outcomes = Ranks.outcomes(2, SHORT, hosts -> {
            if (hosts.rank() == 1) {
                failed.await();
                return null;
            }
            try {
                return NcclCollectives.open(hosts, EmulatedNccl.device());
            } finally {
                failed.countDown();
            }
        });
        assertEquals("rank 1 did not come to call 1 within 1500 ms",
                assertInstanceOf(CollectivesException.class, outcomes.getFirst()).getMessage());
    }

    // ---------------------------------------------------------------------------------------------------- calls fail

    @Test
    void bytesThatDifferInNumberAreFoundBeforeNcclLearnsOfThem() throws Exception {
        List<Object> outcomes = outcomes(3, LONG, collectives -> {
            long[] bytes = {4, collectives.rank() == 2 ? 6 : 5, 6};
            collectives.allGather(onDevice(new long[] {4, 5, 6}[collectives.rank()]), onDevice(16), bytes);
            return null;
        });
        CollectivesException e = sameForAll(outcomes);
        assertEquals("rank 1 gives 5 bytes to rank 2 in allGather, which expects 6 in allGather", e.getMessage());
        assertEquals(List.of(1), e.ranks());
    }

    @Test
    void callsThatDifferAreRefused() throws Exception {
        CollectivesException e = sameForAll(outcomes(2, LONG, collectives -> {
            if (collectives.rank() == 0) {
                collectives.allGather(onDevice(1), onDevice(2), ONE_EACH);
            } else {
                collectives.exchange(onDevice(2), ONE_EACH, onDevice(2), ONE_EACH);
            }
            return null;
        }));
        assertEquals("rank 1 gives 1 bytes to rank 0 in exchange, which expects 1 in allGather", e.getMessage());
        e = sameForAll(outcomes(2, LONG, collectives -> {
            if (collectives.rank() == 0) {
                collectives.allGather(Arena.ofAuto().allocate(1), Arena.ofAuto().allocate(2), ONE_EACH);
                return null;
            }
            return barrierOnDevice(collectives);
        }));
        assertEquals("rank 1 gives 1 bytes to rank 0 in allGather, which expects 0 in a call with memory of the host",
                e.getMessage());
    }

    /** All ranks learn which have failed, and why. Those that have not failed do when they come to their next call. */
    @ParameterizedTest
    @CsvSource({"send, invalid argument", "remote, another process or the network has failed"})
    void allLearnThatNcclHasFailed(String trouble, String words) throws Exception {
        List<Object> outcomes = outcomes(3, Duration.ofSeconds(2), collectives -> {
            barrierOnDevice(collectives);
            EmulatedNccl.trouble(trouble, 1);
            barrierOnDevice(collectives);
            return null;
        });
        CollectivesException e = sameForAll(outcomes);
        assertEquals(List.of(0, 1, 2), e.ranks());
        assertEquals("rank 0 failed: NCCL did not end allGather within 2000 ms; rank 1 failed: NCCL 2.27.3: " + words
                + " (as the test has asked for); rank 2 failed: NCCL did not end allGather within 2000 ms",
                e.getMessage());
    }

    /** In a call that is between two ranks, the third learns of it with its next one. */
    @ParameterizedTest
    @ValueSource(strings = {"queue", "lost"})
    void allLearnThatNcclDoesNotEnd(String trouble) throws Exception {
        List<Object> outcomes = outcomes(3, SHORT, collectives -> {
            barrierOnDevice(collectives);
            collectives.barrier();
            EmulatedNccl.trouble(trouble, 1);
            collectives.barrier();
            long[] toOther = new long[3];
            if (collectives.rank() < 2) {
                toOther[1 - collectives.rank()] = 9;
            }
            CollectivesException e = assertThrows(CollectivesException.class, () -> {
                collectives.exchange(onDevice(9), toOther, onDevice(9), toOther);
                barrierOnDevice(collectives);
            });
            assertEquals(e.getMessage(),
                    assertThrows(CollectivesException.class, collectives::barrier).getMessage());
            throw e;
        });
        CollectivesException e = sameForAll(outcomes);
        String one = "rank 1 failed: NCCL did not end exchange within 1500 ms";
        assertEquals(trouble.equals("queue") ? one
                : "rank 0 failed: NCCL did not end exchange within 1500 ms; " + one, e.getMessage());
    }

    @Test
    void aRankThatDoesNotComeIsNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Object> outcomes = Ranks.outcomes(Engine.SOCKETS, 2, Duration.ofSeconds(5), hosts -> {
            try (NcclCollectives opened = NcclCollectives.open(hosts, EmulatedNccl.device(), LONG)) {
                if (opened.rank() == 1) {
                    failed.await();
                    return null;
                }
                try {
                    return barrierOnDevice(opened);
                } finally {
                    failed.countDown();
                }
            }
        });
        CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        assertEquals(List.of(1), e.ranks());
        assertTrue(e.getMessage().matches("rank 1 did not come to call \\d+ within 5000 ms"), e.getMessage());
    }

    @Test
    void aRankThatEndsIsNamedAtOnce() throws Exception {
        List<Object> outcomes = outcomes(2, SHORT,
                collectives -> collectives.rank() == 1 ? null : barrierOnDevice(collectives));
        CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        assertEquals(List.of(1), e.ranks());
        assertTrue(e.getMessage().startsWith("rank 1 closed before call "), e.getMessage());
    }

    /** A rank that has failed cannot tell one that is gone. */
    @Test
    void aRankThatFailsAloneSaysBoth() throws Exception {
        List<Object> outcomes = Ranks.outcomes(2, LONG, hosts -> {
            try (NcclCollectives opened = NcclCollectives.open(hosts, EmulatedNccl.device(), SHORT)) {
                if (opened.rank() == 1) {
                    // Comes to the meeting, and ends before anything goes by NCCL.
                    hosts.allGather(header(), Arena.ofAuto().allocate(80, 8), new long[] {40, 40});
                    hosts.close();
                    return null;
                }
                return barrierOnDevice(opened);
            }
        });
        CollectivesException e = assertInstanceOf(CollectivesException.class, outcomes.getFirst());
        assertEquals(List.of(1), e.ranks());
        assertTrue(e.getMessage().matches("rank 1 closed before call \\d+; before that, rank 0 failed: NCCL did not "
                + "end allGather within 1500 ms"), e.getMessage());
    }

    /** An allGather of a byte of each of two ranks. */
    private static MemorySegment header() {
        return Arena.ofAuto().allocate(40, 8).copyFrom(MemorySegment.ofArray(new long[] {2, 1, 1, 1, 1}));
    }

    @Test
    void anAbortEndsTheCallsOfOthers() throws Exception {
        CollectivesException e = sameForAll(outcomes(2, LONG, collectives -> {
            if (collectives.rank() == 1) {
                collectives.abort("the disk is full");
            }
            return barrierOnDevice(collectives);
        }));
        assertEquals("rank 1 aborted: the disk is full", e.getMessage());
    }

    @Test
    void anInterruptedRankIsNamed() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        Thread[] threads = new Thread[1];
        List<Object> outcomes = outcomes(2, LONG, collectives -> {
            if (collectives.rank() == 1) {
                threads[0] = Thread.currentThread();
            }
            collectives.barrier();
            if (collectives.rank() == 0) {
                threads[0].interrupt();
                failed.await();
                return barrierOnDevice(collectives);
            }
            try {
                return barrierOnDevice(collectives);
            } finally {
                assertTrue(Thread.interrupted(), "the thread has forgotten that");
                failed.countDown();
            }
        });
        for (Object outcome : outcomes) {
            CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
            assertEquals(List.of(1), e.ranks());
            assertEquals("rank 1 was interrupted", e.getMessage());
        }
    }

    /** While NCCL or the device works: on a rank alone, which is its own counterpart. */
    @ParameterizedTest
    @ValueSource(strings = {"queue", "lost"})
    void aRankMayBeInterruptedInNccl(String trouble) throws Exception {
        EmulatedNccl.trouble(trouble, 0);
        Object outcome = outcomes(1, LONG, collectives -> {
            interruptSoon(Thread.currentThread());
            try {
                return barrierOnDevice(collectives);
            } finally {
                assertTrue(Thread.interrupted(), "the thread has forgotten that");
            }
        }).getFirst();
        assertTrue(assertInstanceOf(CollectivesException.class, outcome).getMessage()
                .endsWith("rank 0 was interrupted"), outcome::toString);
    }

    /** The one that is interrupted tells the others, which have not failed. */
    @Test
    void allLearnThatARankWasInterruptedInNccl() throws Exception {
        EmulatedNccl.trouble("queue", 0); // rank 1 is done with the call
        CollectivesException e = sameForAll(outcomes(2, LONG, collectives -> {
            if (collectives.rank() == 1) {
                barrierOnDevice(collectives);
                return barrierOnDevice(collectives);
            }
            interruptSoon(Thread.currentThread());
            try {
                return barrierOnDevice(collectives);
            } finally {
                assertTrue(Thread.interrupted(), "the thread has forgotten that");
            }
        }));
        assertEquals(List.of(0), e.ranks());
        assertEquals("rank 0 failed: rank 0 was interrupted", e.getMessage());
    }

    private static void interruptSoon(Thread thread) {
        Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            thread.interrupt();
        });
    }

    /** The time-out is NCCL's: what was queued in the stream before takes as long as it takes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatWasQueuedBeforeHasItsTime(int ranks) throws Exception {
        for (Object outcome : Ranks.outcomes(ranks, LONG, hosts -> {
            CudaDevice own = EmulatedNccl.device();
            try (NcclCollectives opened = NcclCollectives.open(hosts, own, LONG)) {
                opened.setTimeout(SHORT);
                long work = EmulatedNccl.beginOtherWork(own);
                Thread.ofPlatform().start(() -> {
                    try {
                        Thread.sleep(SHORT.plusMillis(500));
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    EmulatedNccl.endOtherWork(work);
                });
                return barrierOnDevice(opened);
            }
        })) {
            assertInstanceOf(Integer.class, outcome);
        }
    }

    /** A rank that waits for its own work may be interrupted, and the others learn of it. */
    @Test
    void aRankMayBeInterruptedBeforeNccl() throws Exception {
        CudaDevice busy = EmulatedNccl.device();
        long work = EmulatedNccl.beginOtherWork(busy);
        try {
            List<Object> outcomes = Ranks.outcomes(2, LONG, hosts -> {
                boolean isBusy = hosts.rank() == 0;
                try (NcclCollectives opened =
                        NcclCollectives.open(hosts, isBusy ? busy : EmulatedNccl.device(), SHORT)) {
                    if (isBusy) {
                        interruptSoon(Thread.currentThread());
                    } else {
                        barrierOnDevice(opened); // which rank 0 may still come to
                    }
                    try {
                        return barrierOnDevice(opened);
                    } finally {
                        assertEquals(isBusy, Thread.interrupted());
                    }
                }
            });
            for (Object outcome : outcomes) {
                CollectivesException e = assertInstanceOf(CollectivesException.class, outcome);
                assertTrue(e.ranks().contains(0) && e.getMessage().contains("rank 0 was interrupted"), e::toString);
            }
        } finally {
            EmulatedNccl.endOtherWork(work);
        }
    }

    /** A thread to which something happens where it waits. */
    private static final class Unlucky extends Thread {
        private final Runnable work;
        private final Error error;
        private Throwable thrown;

        Unlucky(Runnable work, Error error) {
            this.work = work;
            this.error = error;
        }

        @Override
        public void run() {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
        }

        @Override
        public boolean isInterrupted() {
            throw error;
        }
    }

    /** A rank that throws an error tells the others, and does not go on. */
    @Test
    void allLearnOfAnError() throws Exception {
        List<Object> outcomes = outcomes(2, SHORT, collectives -> {
            if (collectives.rank() == 1) {
                Unlucky thread = new Unlucky(() -> barrierOnDevice(collectives),
                        new StackOverflowError("of the test"));
                thread.start();
                thread.join();
                assertInstanceOf(StackOverflowError.class, thread.thrown);
                throw assertThrows(CollectivesException.class, collectives::barrier);
            }
            barrierOnDevice(collectives); // may be complete
            return barrierOnDevice(collectives);
        });
        CollectivesException e = sameForAll(outcomes);
        assertTrue(e.ranks().contains(1), e::toString);
        assertTrue(e.getMessage().endsWith("rank 1 failed: java.lang.StackOverflowError: of the test"), e::toString);
    }

    /** An error after which there is no memory for its reason. */
    @Test
    void anErrorThatCannotBeToldIsNotForgotten() throws Exception {
        NcclCollectives only =
                NcclCollectives.open(ThreadCollectives.of(1, LONG).getFirst(), EmulatedNccl.device());
        Unlucky thread = new Unlucky(() -> barrierOnDevice(only), new StackOverflowError() {
            @Override
            public String toString() {
                throw new OutOfMemoryError("of the test");
            }
        });
        thread.start();
        thread.join();
        assertInstanceOf(OutOfMemoryError.class, thread.thrown);
        assertEquals(0, EmulatedNccl.alive());
        for (Executable call : List.<Executable>of(only::barrier, () -> barrierOnDevice(only))) {
            assertEquals("rank 0 failed, and then to say why",
                    assertThrows(CollectivesException.class, call).getMessage());
        }
        only.close();
    }

    /** MPI's abort does not return, and NCCL's may wait. */
    @Test
    void theOthersLearnOfAnAbortFirst() {
        int[] alive = new int[1];
        NcclCollectives only = NcclCollectives.open(new Delegating(ThreadCollectives.of(1, LONG).getFirst()) {
            @Override
            public void abort(String reason) {
                alive[0] = EmulatedNccl.alive();
                throw new IllegalStateException(reason);
            }
        }, EmulatedNccl.device());
        assertEquals("the disk is full",
                assertThrows(IllegalStateException.class, () -> only.abort("the disk is full")).getMessage());
        assertEquals(1, alive[0]);
        assertEquals(0, EmulatedNccl.alive());
        assertEquals("rank 0 aborted: the disk is full",
                assertThrows(CollectivesException.class, only::barrier).getMessage());
        only.close();
    }

    @Test
    void aClosedRankIsRefused() {
        NcclCollectives only = NcclCollectives.open(ThreadCollectives.of(1, LONG).getFirst(), EmulatedNccl.device());
        barrierOnDevice(only);
        assertTrue(only.toString().matches("NcclCollectives\\[rank 0 of 1, NCCL 2.27.3, CUDA device 0, stream 0x.*, "
                + "with ThreadCollectives\\[rank 0 of 1]]"), only.toString());
        only.close();
        only.close();
        assertEquals("rank 0 is closed", assertThrows(CollectivesException.class, only::barrier).getMessage());
        assertEquals("rank 0 is closed",
                assertThrows(CollectivesException.class, () -> barrierOnDevice(only)).getMessage());
    }

    /** All that was to arrive has arrived by then. */
    @Test
    void aRankClosesAlsoWhereNcclDoesNotEnd() throws Exception {
        EmulatedNccl.trouble("finalize", 0);
        assertEquals(List.of(0, 1), outcomes(2, SHORT, this::barrierOnDevice));
    }
}
