package io.radam.sharded;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * How ranks find each other. All others come to rank 0, each with the port at which it listens. Once they are complete,
 * rank 0 tells them where all are, and each connects to those between 0 and itself.
 */
final class SocketMeeting implements AutoCloseable {
    private static final int LARGEST_REPLY = 1 << 20;
    private static final long PAUSE_MILLIS = 100;
    /** How long a rank tries to reach an address, before it asks again what the name stands for. */
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int rank;
    private final int size;
    private final SocketGuests guests;
    private final byte[] token;
    private final long timeoutNanos;
    private final long begin = System.nanoTime();
    private final SocketChannel[] channels;
    private ServerSocketChannel listener;
    /** Rank 0, once this one has been told where the others are; null for rank 0 itself. */
    private SocketPeer first;

    SocketMeeting(int rank, int size, String token, long timeoutNanos) {
        this.rank = rank;
        this.size = size;
        this.token = SocketHello.digest(token);
        this.timeoutNanos = timeoutNanos;
        channels = new SocketChannel[size];
        guests = new SocketGuests(this, new SocketHello(size, rank, 0, 0, this.token), channels);
    }

    /** Binds rank 0 to its address, once its name is known. */
    ServerSocketChannel listen(HostPort place) throws IOException {
        while (true) {
            try {
                return listen(place.resolve());
            } catch (UnknownHostException e) {
                pause("rank 0 does not know its own address " + place, List.of(0));
            } catch (IOException e) {
                throw new CollectivesException(List.of(0), "rank 0 cannot listen at " + place + ": "
                        + e.getMessage());
            }
        }
    }

    /** At the first of some addresses that is one of this machine. */
    private ServerSocketChannel listen(List<InetSocketAddress> addresses) throws IOException {
        IOException failure = null;
        for (InetSocketAddress address : addresses) {
            ServerSocketChannel opened = ServerSocketChannel.open();
            try {
                return opened.bind(address, size);
            } catch (IOException e) {
                opened.close();
                failure = e;
            }
        }
        throw failure;
    }

    /** What rank 0 does. */
    List<SocketPeer> receive(ServerSocketChannel bound) throws IOException {
        listener = bound;
        try {
            guests.receive(listener, others(1), 0, null);
        } catch (CollectivesException e) {
            for (SocketChannel channel : channels) {
                if (channel != null) {
                    SocketHello.refuse(channel, e.getMessage());
                }
            }
            throw e;
        }
        ByteBuffer table = table();
        for (int other = 1; other < size; other++) {
            try {
                channels[other].configureBlocking(true); // so that all of a long table goes
                channels[other].write(SocketHello.reply(true, table.duplicate()));
            } catch (IOException e) {
                // The first call names this rank to all; but if the thread was interrupted, there is none.
                requireTime("rank " + other + " has gone: " + e.getMessage(), List.of(other));
            }
            channels[other].configureBlocking(false);
        }
        return peers();
    }

    private List<SocketPeer> peers() {
        return IntStream.range(0, size).filter(other -> other != rank)
                .mapToObj(other -> other == 0 ? first : new SocketPeer(rank, other, channels[other])).toList();
    }

    private Collection<Integer> others(int from) {
        return IntStream.range(from, size).boxed().toList();
    }

    /** A number of this job, and where all but rank 0 are. */
    private ByteBuffer table() throws IOException {
        ByteBuffer table = ByteBuffer.allocate(Long.BYTES + size * (2 * Integer.BYTES + 16));
        table.putLong(new SecureRandom().nextLong());
        for (int other = 1; other < size; other++) {
            byte[] address = ((InetSocketAddress) channels[other].getRemoteAddress()).getAddress().getAddress();
            table.putInt(guests.port(other)).putInt(address.length).put(address);
        }
        return table.flip();
    }

    /** What the other ranks do. */
    List<SocketPeer> join(HostPort place) throws IOException {
        ByteBuffer table = meetFirst(place);
        try {
            channels[0].configureBlocking(false);
            first = new SocketPeer(rank, 0, channels[0]);
            long job = table.getLong();
            for (int other = 1; other < size; other++) {
                int port = table.getInt();
                byte[] address = new byte[table.getInt()];
                table.get(address);
                if (other < rank) {
                    meet(other, new InetSocketAddress(InetAddress.getByAddress(address), port), job);
                }
            }
            guests.receive(listener, others(rank + 1), job, first);
            for (int other = 1; other < rank; other++) {
                requireReply(other);
            }
            return peers();
        } catch (CollectivesException e) {
            try {
                channels[0].write(SocketPeer.last(e, 0));
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
    }

    private void requireReply(int other) {
        String problem = "rank " + other + " does not answer rank " + rank;
        try {
            channels[other].configureBlocking(false);
            awaitReply(channels[other], problem, List.of(other));
            channels[other].configureBlocking(true);
            reply(other, channels[other]);
            channels[other].configureBlocking(false);
        } catch (IOException e) {
            throw new CollectivesException(List.of(other), problem + ": " + e);
        }
    }

    /** Waits until a rank says something, unless rank 0 fails meanwhile. */
    private void awaitReply(SocketChannel channel, String problem, List<Integer> ranks) throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            first.register(selector);
            first.listen();
            do {
                requireTime(problem, ranks);
                selector.select(millis(remaining()));
                selector.selectedKeys().clear();
                first.listen(); // also where the other has ended: this may be why
            } while (!key.isReadable());
        }
    }

    /** Comes to rank 0, as often as it takes; returns what this says once all are there. */
    private ByteBuffer meetFirst(HostPort place) throws IOException {
        while (true) {
            String problem = "rank " + rank + " cannot reach rank 0 at " + place;
            try {
                channels[0] = connect(place.resolve());
                problem = "rank " + rank + " has come to rank 0 at " + place + ", which does not answer";
                InetAddress here = ((InetSocketAddress) channels[0].getLocalAddress()).getAddress();
                listener = listen(List.of(new InetSocketAddress(here, 0)));
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                channels[0].write(new SocketHello(size, rank, port, 0, token).bytes());
                return reply(0, channels[0]);
            } catch (IOException e) {
                close();
                pause(problem + ": " + e, List.of(0));
            }
        }
    }

    private void meet(int other, InetSocketAddress address, long job) {
        try {
            channels[other] = connect(List.of(address));
            channels[other].write(new SocketHello(size, rank, 0, job, token).bytes());
        } catch (IOException e) {
            throw new CollectivesException(List.of(other), "rank " + rank + " cannot reach rank " + other + " at "
                    + address + ": " + e.getMessage());
        }
    }

    private SocketChannel connect(List<InetSocketAddress> addresses) throws IOException {
        IOException failure = null;
        for (InetSocketAddress address : addresses) {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(address, millis(Math.min(remaining(), CONNECT_NANOS)));
                // Where nobody listens at a port from which connections come, one may come to itself.
                if (!channel.getLocalAddress().equals(channel.getRemoteAddress())) {
                    prepare(channel);
                    return channel;
                }
                failure = new ConnectException("nobody listens there");
            } catch (IOException e) {
                failure = e;
            }
            channel.close();
        }
        throw failure;
    }

    static void prepare(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    /** What a rank answers. */
    private ByteBuffer reply(int other, SocketChannel channel) throws IOException {
        channel.socket().setSoTimeout(millis(remaining()));
        DataInputStream in = new DataInputStream(channel.socket().getInputStream());
        String where = "rank " + other + " at " + channel.getRemoteAddress();
        if (in.readLong() != SocketHello.MAGIC) {
            throw new CollectivesException(List.of(other), "something else than " + where + " has answered");
        }
        boolean accepted = in.readBoolean();
        int bytes = in.readInt();
        if (bytes < 0 || bytes > LARGEST_REPLY) {
            throw new CollectivesException(List.of(other), where + " has answered " + bytes + " bytes");
        }
        byte[] said = new byte[bytes];
        in.readFully(said);
        if (!accepted) {
            throw new CollectivesException(List.of(other), where + " refuses rank " + rank + ": "
                    + new String(said, StandardCharsets.UTF_8));
        }
        return ByteBuffer.wrap(said);
    }

    private static int millis(long nanos) {
        return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** The nanoseconds that are left until the time-out; not positive after it. */
    long remaining() {
        return timeoutNanos - (System.nanoTime() - begin);
    }

    /** Fails if it is too late, or the thread is interrupted. */
    void requireTime(String problem, List<Integer> ranks) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " was interrupted");
        }
        if (remaining() <= 0) {
            throw new CollectivesException(ranks, problem + ", for " + timeoutNanos / 1_000_000 + " ms");
        }
    }

    void pause(String problem, List<Integer> ranks) {
        requireTime(problem, ranks);
        try {
            Thread.sleep(Math.min(PAUSE_MILLIS, millis(remaining())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            requireTime(problem, ranks);
        }
    }

    /** Leaves the connections to somebody else. */
    void release() {
        Arrays.fill(channels, null);
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            if (channel != null) {
                channel.close();
            }
        }
        if (listener != null) {
            listener.close();
        }
    }
}
