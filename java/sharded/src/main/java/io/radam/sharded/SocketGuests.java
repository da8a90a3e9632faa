package io.radam.sharded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Lets ranks in, and nobody else: whatever comes, those who are awaited are awaited until the time-out. */
final class SocketGuests {
    /** How long a guest has to say who it is. */
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int REMEMBERED = 5;

    /** A connection, and what it has said so far. */
    private static final class Guest {
        final SocketChannel channel;
        final String from;
        final ByteBuffer said = ByteBuffer.allocate(SocketHello.BYTES);
        final long since = System.nanoTime();

        Guest(SocketChannel channel) throws IOException {
            this.channel = channel;
            from = String.valueOf(channel.getRemoteAddress());
        }

        boolean isComplete() {
            return !said.hasRemaining();
        }
    }

    private final SocketMeeting meeting;
    private final SocketHello own;
    private final SocketChannel[] channels;
    private final int[] ports;
    /** What was wrong with the last guests. */
    private final Deque<String> refused = new ArrayDeque<>();
    private final TreeSet<Integer> awaited = new TreeSet<>();
    private long job;

    SocketGuests(SocketMeeting meeting, SocketHello own, SocketChannel[] channels) {
        this.meeting = meeting;
        this.own = own;
        this.channels = channels;
        ports = new int[channels.length];
    }

    /** Where a rank that has come listens. */
    int port(int rank) {
        return ports[rank];
    }

    /**
     * Waits for ranks. Those that come to rank 0 get their answer later, and may go and come again until then.
     *
     * @param first rank 0, which may fail meanwhile; null if this is it
     */
    void receive(ServerSocketChannel listener, Collection<Integer> ranks, long ofJob, SocketPeer first)
            throws IOException {
        awaited.addAll(ranks);
        job = ofJob;
        try (Selector selector = Selector.open()) {
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            if (first != null) {
                first.register(selector);
            }
            try {
                while (!awaited.isEmpty()) {
                    List<Integer> missing = List.copyOf(awaited);
                    meeting.requireTime(CollectivesException.name(missing) + " did not come to rank " + own.rank()
                            + " at " + listener.getLocalAddress() + notes(), missing);
                    if (first != null) {
                        first.listen();
                    }
                    selector.select(Math.clamp(meeting.remaining() / 1_000_000, 1, 1000));
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (key.isValid() && key.isAcceptable()) {
                            accept(listener, selector);
                        } else if (key.isValid() && key.attachment() instanceof Guest guest) {
                            hear(guest, key);
                        }
                    }
                    selector.selectedKeys().clear();
                    sendAway(selector, GREETING_NANOS);
                }
            } finally {
                sendAway(selector, -1);
            }
        }
    }

    private String notes() {
        return refused.isEmpty() ? "" : " (" + String.join("; ", refused) + ")";
    }

    private void accept(ServerSocketChannel listener, Selector selector) throws IOException {
        try {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                channel.configureBlocking(false);
                SocketMeeting.prepare(channel);
                channel.register(selector, SelectionKey.OP_READ, new Guest(channel));
            }
        } catch (IOException e) {
            // Such as too many open files, which those may have who say nothing.
            String what = "a connection failed: " + e.getMessage();
            if (!refused.contains(what)) {
                note(what);
            }
            sendAway(selector, 0);
            // What nobody takes is there in the next turn again.
            meeting.pause("rank " + own.rank() + " lets nobody in: " + e.getMessage(), List.of(own.rank()));
        }
    }

    private void hear(Guest guest, SelectionKey key) throws IOException {
        try {
            boolean hasSaid = guest.isComplete();
            int bytes = guest.channel.read(hasSaid ? ByteBuffer.allocate(1) : guest.said);
            if (bytes < 0 || bytes > 0 && (hasSaid || !SocketHello.canBe(guest.said))) {
                note(guest.from + (bytes < 0 ? " has gone again" : " does not speak as a rank does"));
                sendAway(guest);
            } else if (!hasSaid && guest.isComplete()) {
                decide(guest, key);
            }
        } catch (IOException e) {
            note(guest.from + ": " + e.getMessage());
            sendAway(guest);
        }
    }

    private void decide(Guest guest, SelectionKey key) throws IOException {
        SocketHello hello = SocketHello.read(guest.said);
        String wrong = SocketHello.wrong(guest.said, own, job);
        if (wrong == null && !awaited.contains(hello.rank())) {
            wrong = "that rank has come before, from " + channels[hello.rank()].getRemoteAddress();
        }
        if (wrong != null) {
            note("rank " + hello.rank() + " from " + guest.from + " was refused: " + wrong);
            SocketHello.refuse(guest.channel, wrong);
            return;
        }
        awaited.remove(hello.rank());
        channels[hello.rank()] = guest.channel;
        ports[hello.rank()] = hello.port();
        if (own.rank() > 0) {
            guest.channel.write(SocketHello.reply(true, ByteBuffer.allocate(0)));
            key.cancel(); // what it says next is of a call
        }
    }

    /** Closes a connection; if it was that of a rank, this is awaited again. */
    private void sendAway(Guest guest) throws IOException {
        for (int rank = 0; rank < channels.length; rank++) {
            if (channels[rank] == guest.channel) {
                channels[rank] = null;
                awaited.add(rank);
            }
        }
        guest.channel.close();
    }

    /** Closes the connections of those who have not said who they are in time. */
    private void sendAway(Selector selector, long nanos) throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Guest guest && !guest.isComplete()
                    && System.nanoTime() - guest.since > nanos) {
                guest.channel.close();
            }
        }
    }

    private void note(String what) {
        System.getLogger("io.radam").log(System.Logger.Level.WARNING, "rank " + own.rank() + ": " + what);
        refused.addLast(what);
        if (refused.size() > REMEMBERED) {
            refused.removeFirst();
        }
    }
}
