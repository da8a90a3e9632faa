package io.radam.sharded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranks in processes that nothing but system properties connects. */
class SocketProcessesTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    private void start(int size, String timeout, String mode) throws Exception {
        int port;
        try (ServerSocketChannel listener = Engine.listener()) {
            port = listener.socket().getLocalPort();
        }
        for (int rank = 0; rank < size; rank++) {
            List<String> command = new ArrayList<>(Mpirun.java());
            command.addAll(List.of("-Dradam.sockets.size=" + size, "-Dradam.sockets.address=127.0.0.1:" + port,
                    "-Dradam.sockets.timeout=" + timeout, MpiChild.class.getName(), mode));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(log(rank).toFile());
            // As Kubernetes gives a pod of an indexed job its number.
            builder.environment().put("JOB_COMPLETION_INDEX", "" + rank);
            builder.environment().put("RADAM_SOCKETS_TOKEN", "secret");
            processes.add(builder.start());
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

    /** Processes have the bits of threads, and where ranks differ, all get the same exception, and end in order. */
    @Test
    void processesWorkAsThreads() throws Exception {
        start(3, "PT2M", "work");
        List<String> digests = Ranks.run(3, MpiChild::digests);
        for (int rank = 0; rank < 3; rank++) {
            requireEnd(rank);
            List<String> lines = said(rank).lines().toList();
            assertEquals("rank " + rank + " of 3 has" + digests.get(rank), lines.getFirst());
            assertEquals("all bytes have arrived", lines.get(1));
            assertTrue(lines.get(2).startsWith("ranks differ: rank 1 has "), lines::toString);
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

    /** All others name it at once. */
    @Test
    void aProcessThatIsKilledIsNamed() throws Exception {
        start(3, "PT10M", "run");
        awaitSteps(3);
        processes.get(1).destroyForcibly();
        for (int rank = 0; rank < 3; rank += 2) {
            requireEnd(rank);
            String said = said(rank).lines().toList().getLast();
            assertTrue(said.startsWith("[1] rank 1 or its machine has ended: "), said);
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
        assertTrue(said.matches("\\[1] rank 1 (did not come to call|stopped in the middle of call) .* 3000 ms"), said);
    }
}
