package io.radam.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.sharded.Collectives;
import io.radam.sharded.SocketCollectives;
import io.radam.sharded.ThreadCollectives;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A module is trained by processes that a group over TCP connects. */
class TorchProcessesTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void oneThread() {
        torch.set_num_threads(1); // as processes
    }

    private void start(int size, String timeout, String mode) throws Exception {
        int port;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = listener.getLocalPort();
        }
        for (int rank = 0; rank < size; rank++) {
            processes.add(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                    System.getProperty("java.class.path"), TorchChild.class.getName(), "" + rank, "" + size,
                    "" + port, timeout, mode)
                    .redirectErrorStream(true).redirectOutput(log(rank).toFile()).start());
        }
    }

    private Path log(int rank) {
        return folder.resolve("rank" + rank);
    }

    private String said(int rank) throws Exception {
        return Files.readString(log(rank));
    }

    private void requireEnd(int rank) throws Exception {
        assertTrue(processes.get(rank).waitFor(3, TimeUnit.MINUTES), "rank " + rank + " does not end");
        assertEquals(0, processes.get(rank).exitValue(), said(rank));
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    /** The bits are those of ranks that are threads. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void processesTrainAsThreads(int size) throws Exception {
        start(size, "PT2M", "train");
        List<GlooRanks.Threaded> ranks = ThreadCollectives.of(size, Duration.ofMinutes(2)).stream()
                .<GlooRanks.Threaded>map(rank -> () -> TorchChild.train(rank)).toList();
        requireDigests(GlooRanks.results(GlooRanks.outcomes(ranks)));
    }

    /** The bits are those of ranks that sockets connect, and others than those of one process. */
    @Test
    void processesTrainAsSockets() throws Exception {
        start(2, "PT2M", "train");
        ServerSocketChannel listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        String address = "127.0.0.1:" + listener.socket().getLocalPort();
        Duration timeout = Duration.ofMinutes(2);
        List<Object> digests = GlooRanks.results(GlooRanks.outcomes(List.of(
                () -> train(SocketCollectives.open(listener, 2, timeout, "")),
                () -> train(SocketCollectives.open(1, 2, address, timeout, "")))));
        requireDigests(digests);
        assertNotEquals(TorchChild.train(ThreadCollectives.of(1, timeout).getFirst()), digests.getFirst());
    }

    private static String train(Collectives ranks) {
        try (ranks) {
            return TorchChild.train(ranks);
        }
    }

    private void requireDigests(List<Object> digests) throws Exception {
        for (int rank = 0; rank < digests.size(); rank++) {
            requireEnd(rank);
            String expected = "rank " + rank + " of " + digests.size() + " has " + digests.get(rank);
            assertTrue(said(rank).lines().anyMatch(expected::equals), expected + "\n" + said(rank));
        }
    }

    private void awaitSteps(int size) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        for (int rank = 0; rank < size; rank++) {
            while (!said(rank).contains("makes steps\n")) {
                assertTrue(System.nanoTime() < end && processes.get(rank).isAlive(), said(rank));
                Thread.sleep(20);
            }
        }
    }

    /** All others name it long before the time-out. */
    @Test
    void aProcessThatIsKilledIsNamed() throws Exception {
        start(4, "PT10M", "run");
        awaitSteps(4);
        processes.get(2).destroyForcibly();
        for (int rank : List.of(0, 1, 3)) {
            requireEnd(rank);
            String said = said(rank).lines().toList().getLast();
            assertTrue(said.startsWith("[2] rank 2 or its machine has ended: "), said(rank));
        }
    }

    /** A process that does not run any more, without its connections ending. */
    @Test
    void aProcessThatHangsIsNamed() throws Exception {
        start(2, "PT3S", "run");
        awaitSteps(2);
        assertEquals(0, new ProcessBuilder("kill", "-STOP", "" + processes.get(1).pid()).inheritIO().start().waitFor());
        requireEnd(0);
        String said = said(0).lines().toList().getLast();
        assertTrue(said.matches("\\[1] rank 1 did not (come to|end) call \\d+ within 3000 ms"), said(0));
    }
}
