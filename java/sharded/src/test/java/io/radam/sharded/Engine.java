package io.radam.sharded;

import java.io.UncheckedIOException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What connects the ranks that tests run as threads. */
enum Engine {
    THREADS {
        @Override
        List<Supplier<Collectives>> ranks(int size, Duration timeout) {
            return ThreadCollectives.of(size, timeout).stream().<Supplier<Collectives>>map(rank -> () -> rank).toList();
        }
    },
    SOCKETS {
        @Override
        List<Supplier<Collectives>> ranks(int size, Duration timeout) {
            // All are to come in time where a call is to fail after a short one.
            Duration joining = timeout.compareTo(JOINING) < 0 ? JOINING : timeout;
            ServerSocketChannel listener = listener();
            int port = listener.socket().getLocalPort();
            List<Supplier<Collectives>> ranks = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                int number = rank;
                ranks.add(() -> {
                    SocketCollectives opened = number == 0 ? SocketCollectives.open(listener, size, joining, "")
                            : SocketCollectives.open(number, size, "127.0.0.1:" + port, joining, "");
                    opened.setTimeout(timeout);
                    return opened;
                });
            }
            return ranks;
        }
    };

    private static final Duration JOINING = Duration.ofMinutes(1);

    /** Opens the ranks, each by the thread that it is for. */
    abstract List<Supplier<Collectives>> ranks(int size, Duration timeout);

    /** Listens at a port of the loopback interface that the system has chosen. */
    static ServerSocketChannel listener() {
        try {
            return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
