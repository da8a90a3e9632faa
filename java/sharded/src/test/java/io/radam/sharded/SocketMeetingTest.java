package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How ranks find each other by sockets, and what keeps them from it. */
@Timeout(120)
class SocketMeetingTest {
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final long JOB = 5;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocketChannel listener = Engine.listener();
    private final int port = listener.socket().getLocalPort();
    private final String address = "127.0.0.1:" + port;
    /** Where the rank listens that has come to a rank 0 on the wire. */
    private int listened;

    @AfterEach
    void end() throws Exception {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES), "a thread hangs");
        listener.close();
    }

    /** Rank 0, which listens already. */
    private Future<String> first(int size, Duration timeout, String token) {
        return start(() -> SocketCollectives.open(listener, size, timeout, token));
    }

    private Future<String> other(int rank, int size, String token) {
        return start(() -> SocketCollectives.open(rank, size, address, LONG, token));
    }

    /** Opens a rank, and has it exchange something. */
    private Future<String> start(Callable<SocketCollectives> open) {
        return threads.submit(() -> {
            try (SocketCollectives collectives = open.call()) {
                CollectivesTest.requireExchange(collectives, 100);
                return "rank " + collectives.rank() + " of " + collectives.size();
            }
        });
    }

    private static String failure(Future<?> rank) {
        Throwable thrown = assertThrows(ExecutionException.class, () -> rank.get(1, TimeUnit.MINUTES)).getCause();
        return assertInstanceOf(CollectivesException.class, thrown).getMessage();
    }

    private static void requireBegin(String begin, String message) {
        assertTrue(message.startsWith(begin), message);
    }

    private static void requireAll(List<Future<String>> ranks) throws Exception {
        for (int rank = 0; rank < ranks.size(); rank++) {
            assertEquals("rank " + rank + " of " + ranks.size(), ranks.get(rank).get(1, TimeUnit.MINUTES));
        }
    }

    /** Ranks come before rank 0 listens, by a name, and in any order. */
    @Test
    void ranksComeInAnyOrder() throws Exception {
        listener.close();
        String here = "localhost:" + port;
        Future<String> two = start(() -> SocketCollectives.open(2, 5, here, LONG, "secret"));
        Future<String> four = start(() -> SocketCollectives.open(4, 5, here, LONG, "secret"));
        Thread.sleep(150);
        Future<String> first = start(() -> SocketCollectives.open(0, 5, here, LONG, "secret"));
        Future<String> three = start(() -> SocketCollectives.open(3, 5, here, LONG, "secret"));
        Future<String> one = start(() -> SocketCollectives.open(1, 5, here, LONG, "secret"));
        requireAll(List.of(first, one, two, three, four));
    }

    @Test
    void addressesOfIpVersion6() throws Exception {
        try (ServerSocketChannel six = ServerSocketChannel.open()) {
            try {
                six.bind(new InetSocketAddress(InetAddress.getByName("::1"), 0));
            } catch (IOException e) {
                org.junit.jupiter.api.Assumptions.abort("there is no IPv6: " + e);
            }
            String there = "[::1]:" + six.socket().getLocalPort();
            requireAll(List.of(start(() -> SocketCollectives.open(six, 3, LONG, "")),
                    start(() -> SocketCollectives.open(1, 3, there, LONG, "")),
                    start(() -> SocketCollectives.open(2, 3, there, LONG, ""))));
        }
    }

    /** Without a network, and whatever the address is. */
    @Test
    void oneRankNeedsNobody() throws Exception {
        assertEquals("rank 0 of 1", start(() -> SocketCollectives.open(0, 1, "nowhere", LONG, "")).get());
        assertEquals("rank 0 of 1", first(1, LONG, "").get());
        assertTrue(!listener.isOpen());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-1, 2", "2, 2"})
    void ranksAreInRange(int rank, int size) {
        assertThrows(IllegalArgumentException.class, () -> SocketCollectives.open(rank, size, address, LONG, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":29400", "host:0", "host:65536", "::1:29400", "host:x"})
    void anAddressHasAHostAndAPort(String wrong) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> SocketCollectives.open(1, 2, wrong, LONG, "")).getMessage();
        assertTrue(message.contains("unlike \"" + wrong + "\""), message);
    }

    @Test
    void ranksThatNeverComeAreNamedToAll() {
        Future<String> first = first(4, Duration.ofSeconds(2), "");
        Future<String> two = other(2, 4, "");
        String message = failure(first);
        assertEquals("ranks 1 and 3 did not come to rank 0 at /127.0.0.1:" + port + ", for 2000 ms", message);
        assertEquals("rank 0 at /127.0.0.1:" + port + " refuses rank 2: " + message, failure(two));
    }

    @Test
    void aRankWithoutRankZeroNamesIt() throws Exception {
        listener.close();
        requireBegin("rank 1 cannot reach rank 0 at 127.0.0.1:" + port + ": ",
                failure(start(() -> SocketCollectives.open(1, 2, address, SHORT, ""))));
        requireBegin("rank 1 cannot reach rank 0 at no.such.invalid:1: java.net.UnknownHostException",
                failure(start(() -> SocketCollectives.open(1, 2, "no.such.invalid:1", SHORT, ""))));
        requireBegin("rank 0 does not know its own address no.such.invalid:1, for 500 ms",
                failure(start(() -> SocketCollectives.open(0, 2, "no.such.invalid:1", SHORT, ""))));
    }

    /** A port at which somebody else listens, and an address of another machine. */
    @Test
    void rankZeroThatCannotListenSaysSo() {
        requireBegin("rank 0 cannot listen at " + address + ": ",
                failure(start(() -> SocketCollectives.open(0, 2, address, LONG, ""))));
        requireBegin("rank 0 cannot listen at 192.0.2.1:29400: ",
                failure(start(() -> SocketCollectives.open(0, 2, "192.0.2.1:29400", LONG, ""))));
    }

    /** They are told why, rank 0 remembers it, and the right ones are let in. */
    @Test
    void ranksThatAreWrongAreRefused() throws Exception {
        String refused = "rank 0 at /127.0.0.1:" + port + " refuses rank ";
        Future<String> first = first(3, LONG, "secret");
        Future<String> one = other(1, 3, "secret");
        assertEquals(refused + "2: its token is another one", failure(other(2, 3, "")));
        assertEquals(refused + "2: it says that there are 4 ranks, and here there are to be 3",
                failure(other(2, 4, "secret")));
        String again;
        do {
            // The first of both to come is rank 1.
            Future<String> second = other(1, 3, "secret");
            again = failure(second);
        } while (!again.contains("has come before"));
        requireBegin(refused + "1: that rank has come before, from /127.0.0.1:", again);
        requireAll(List.of(first, one, other(2, 3, "secret")));
    }

    @Test
    void whoWasRefusedIsInTheMessageOfTheTimeout() {
        Future<String> first = first(2, Duration.ofSeconds(2), "");
        failure(other(1, 3, ""));
        String message = failure(first);
        requireBegin("rank 1 did not come to rank 0 at /127.0.0.1:" + port + " (rank 1 from /127.0.0.1:", message);
        assertTrue(message.endsWith(" was refused: it says that there are 3 ranks, and here there are to be 2), for "
                + "2000 ms"), message);
    }

    /** One that says nothing, one that says nothing that is of a rank, one that begins as a rank, one that goes. */
    @Test
    void strangersDoNoHarm() throws Exception {
        Future<String> first = first(3, LONG, "");
        try (Socket silent = new Socket("127.0.0.1", port); Socket rubbish = new Socket("127.0.0.1", port);
                Socket half = new Socket("127.0.0.1", port)) {
            rubbish.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, rubbish.getInputStream().read(), "it is sent away");
            half.getOutputStream().write(new SocketHello(3, 1, 1, 0, SocketHello.digest("")).bytes().array(), 0, 40);
            new Socket("127.0.0.1", port).close();
            requireAll(List.of(first, other(1, 3, ""), other(2, 3, "")));
            assertEquals(-1, silent.getInputStream().read(), "it is sent away in the end");
        }
    }

    /** Another version would not understand what follows. */
    @Test
    void anotherVersionIsRefused() throws Exception {
        Future<String> first = first(2, LONG, "");
        try (Socket newer = new Socket("127.0.0.1", port)) {
            ByteBuffer hello = new SocketHello(2, 1, 1, 0, SocketHello.digest("")).bytes().putInt(8, 2);
            newer.getOutputStream().write(hello.array());
            String answer = new String(newer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.contains("its version of the protocol is 2, and this one is 1"), answer);
        }
        requireAll(List.of(first, other(1, 2, "")));
    }

    /** Such as one whose process was started again. */
    @Test
    void aRankMayGoAndComeAgain() throws Exception {
        Future<String> first = first(3, LONG, "");
        byte[] hello = new SocketHello(3, 1, 1, 0, SocketHello.digest("")).bytes().array();
        try (Socket gone = new Socket("127.0.0.1", port)) {
            gone.getOutputStream().write(hello);
        }
        try (Socket chatty = new Socket("127.0.0.1", port)) {
            chatty.getOutputStream().write(hello);
            chatty.getOutputStream().write(7);
            chatty.getInputStream().readAllBytes(); // until it is sent away
        }
        requireAll(List.of(first, other(1, 3, ""), other(2, 3, "")));
    }

    /** Those with a shorter one go earlier, and do not keep others from taking their place. */
    @Test
    void timeoutsMayDiffer() throws Exception {
        Future<String> first = first(3, LONG, "");
        requireBegin("rank 1 has come to rank 0 at " + address + ", which does not answer: java.net.SocketTimeout",
                failure(start(() -> SocketCollectives.open(1, 3, address, SHORT, ""))));
        requireAll(List.of(first, other(1, 3, ""), other(2, 3, "")));
    }

    /** A rank that died between coming to rank 0 and being reached by the others is named to all. */
    @Test
    void aRankThatCannotBeReachedIsNamed() throws Exception {
        Future<String> first = first(3, LONG, "");
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        try (Socket one = new Socket("127.0.0.1", port)) {
            one.getOutputStream().write(new SocketHello(3, 1, unused, 0, SocketHello.digest("")).bytes().array());
            Future<String> two = other(2, 3, "");
            requireBegin("rank 2 cannot reach rank 1 at /127.0.0.1:" + unused + ": ", failure(two));
            requireBegin("rank 2 cannot reach rank 1 at /127.0.0.1:" + unused + ": ", failure(first));
        }
    }

    /** Rank 2 of 3 as it is on the wire, in front of a rank 0 and a rank 1 that wait for it. */
    private void requireFailure(String begin, Act two) throws Exception {
        Future<String> first = first(3, LONG, "");
        Future<String> one = other(1, 3, "");
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(hello(3, 2, 1));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(Long.BYTES + 1);
            in.skipNBytes(in.readInt()); // so rank 1 has been told as well, and waits for rank 2
            two.run(socket);
            requireBegin(begin, failure(first));
            requireBegin(begin, failure(one));
        }
    }

    private interface Act {
        void run(Socket socket) throws Exception;
    }

    private static byte[] hello(int size, int rank, int port) {
        return new SocketHello(size, rank, port, 0, SocketHello.digest("")).bytes().array();
    }

    /** Rank 1 hears from rank 0 what it would not see itself. */
    @Test
    void aRankThatWaitsHearsThatAHigherOneHasEnded() throws Exception {
        requireFailure("rank 2 or its machine has ended: ", Socket::close);
    }

    @Test
    void aRankThatWaitsHearsWhyAHigherOneHasFailed() throws Exception {
        String why = "rank 2 cannot reach rank 1";
        requireFailure(why, socket -> {
            socket.getOutputStream().write(SocketPeer.last(new CollectivesException(List.of(1), why), 0).array());
            socket.shutdownOutput();
        });
    }

    /** Rank 0 on the wire, to which a rank of 3 comes that is told where the two others are. */
    private Socket served(int rank, int otherPort) throws IOException {
        Socket served = listener.socket().accept();
        ByteBuffer hello = ByteBuffer.wrap(served.getInputStream().readNBytes(SocketHello.BYTES));
        listened = SocketHello.read(hello).port();
        ByteBuffer table = ByteBuffer.allocate(Long.BYTES + 2 * (2 * Integer.BYTES + 4)).putLong(JOB);
        for (int other = 1; other < 3; other++) {
            table.putInt(other == rank ? listened : otherPort).putInt(4).put(new byte[] {127, 0, 0, 1});
        }
        served.getOutputStream().write(SocketHello.reply(true, table.flip()).array());
        return served;
    }

    /** What rank 0 sends by then is of the first call. */
    @Test
    void whatRankZeroSendsMeanwhileIsNotLost() throws Exception {
        byte[] barrier = ByteBuffer.allocate(16).putInt(SocketPeer.Kind.BARRIER.ordinal()).array();
        for (int early : new int[] {7, 16}) {
            Future<Integer> one = threads.submit(() -> {
                try (SocketCollectives collectives = SocketCollectives.open(1, 3, address, LONG, "")) {
                    return collectives.rank();
                }
            });
            try (Socket zero = served(1, 1)) {
                zero.getOutputStream().write(barrier, 0, early);
                Thread.sleep(100); // so that rank 1 reads this before rank 2 comes
                try (Socket two = new Socket("127.0.0.1", listened)) {
                    two.getOutputStream().write(new SocketHello(3, 2, 0, JOB, SocketHello.digest("")).bytes().array());
                    two.getOutputStream().write(barrier);
                    zero.getOutputStream().write(barrier, early, 16 - early);
                    assertEquals(1, one.get(1, TimeUnit.MINUTES));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 16})
    void aRankZeroThatEndsMeanwhileIsNamed(int barrierBytes) throws Exception {
        Future<String> one = other(1, 3, "");
        try (Socket zero = served(1, 1)) {
            zero.getOutputStream().write(
                    ByteBuffer.allocate(16).putInt(SocketPeer.Kind.BARRIER.ordinal()).array(), 0, barrierBytes);
        }
        requireBegin("rank 0 or its machine has ended: ", failure(one));
    }

    /** Nor does one that waits for the answer of a lower rank wait for it alone. */
    @Test
    void aRankThatWaitsForAnAnswerListensToRankZero() throws Exception {
        Future<String> two = other(2, 3, "");
        try (ServerSocket one = new ServerSocket(0); Socket zero = served(2, one.getLocalPort());
                Socket come = one.accept()) {
            zero.getOutputStream().write(
                    SocketPeer.last(new CollectivesException(List.of(1), "rank 1 hangs"), 0).array());
            assertEquals("rank 1 hangs", failure(two));
            come.getInputStream().readAllBytes();
        }
    }

    @Test
    void aRankThatEndsInsteadOfAnAnswerIsNamed() throws Exception {
        Future<String> two = other(2, 3, "");
        try (ServerSocket one = new ServerSocket(0); Socket zero = served(2, one.getLocalPort())) {
            one.accept().close();
            requireBegin("rank 1 does not answer rank 2: ", failure(two));
            zero.getInputStream().readAllBytes();
        }
    }

    /** A rank that is gone when it would be told where the others are is named, to those also that have been told. */
    @Test
    void aRankThatCannotBeToldIsNamed() throws Exception {
        Future<String> first = first(3, LONG, "");
        try (Socket one = new Socket("127.0.0.1", port)) {
            one.getOutputStream().write(hello(3, 1, 1));
            try (Socket two = new Socket("127.0.0.1", port)) {
                two.getOutputStream().write(hello(3, 2, 1));
                two.setSoLinger(true, 0); // its end is a reset
            }
            String told = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(told.contains("rank 2 or its machine has ended: "), told);
        }
        requireBegin("rank 2 or its machine has ended: ", failure(first));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void aRankListensAtAPortThatCanBe(int wrong) throws Exception {
        Future<String> first = first(2, LONG, "");
        try (Socket stranger = new Socket("127.0.0.1", port)) {
            stranger.getOutputStream().write(hello(2, 1, wrong));
            String answer = new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("it says that it listens at port " + wrong), answer);
        }
        requireAll(List.of(first, other(1, 2, "")));
    }

    /** What listens where rank 0 is to be answers something else. */
    @Test
    void somethingElseThanRankZeroIsNamed() throws Exception {
        Future<String> one = other(1, 2, "");
        try (Socket served = listener.socket().accept()) {
            served.getOutputStream().write("SSH-2.0-something\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("something else than rank 0 at /127.0.0.1:" + port + " has answered", failure(one));
        }
    }

    @Test
    void anInterruptEndsTheMeeting() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        for (Callable<SocketCollectives> open : List.<Callable<SocketCollectives>>of(
                () -> SocketCollectives.open(listener, 3, LONG, ""),
                () -> SocketCollectives.open(1, 3, "127.0.0.1:1", LONG, ""))) {
            Thread thread = new Thread(() -> {
                CollectivesException e = assertThrows(CollectivesException.class, open::call);
                if (e.getMessage().endsWith(" was interrupted") && Thread.currentThread().isInterrupted()) {
                    ended.countDown();
                }
            });
            thread.start();
            Thread.sleep(100);
            thread.interrupt();
            thread.join();
        }
        assertEquals(0, ended.getCount());
    }
}
