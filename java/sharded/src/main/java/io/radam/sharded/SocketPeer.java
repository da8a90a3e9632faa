package io.radam.sharded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The connection to another rank. In each call a message goes each way, in frames: so a rank that fails in the middle
 * of a long one can say why. Bytes go straight from and to the memory of the call.
 */
final class SocketPeer {
    /** The kinds of frames. Their numbers go over the wire. */
    enum Kind {
        EXCHANGE("exchange"), ALL_GATHER("allGather"), BARRIER("barrier"), FAILED("a failure"), CLOSED("its end");

        private static final Kind[] ALL = values();
        final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * A frame begins with its kind, the bytes that follow, and those of the whole message; in place of these, a failure
     * has the number of the call in which it was.
     */
    private static final int HEADER_BYTES = 2 * Integer.BYTES + Long.BYTES;
    /** The bytes of a frame at most; a frame that has begun is finished even where the call fails. */
    private static final long LARGEST_FRAME = 1 << 20;
    private static final int LARGEST_REASON = 1 << 16;

    private final int own;
    private final int rank;
    private final SocketChannel channel;
    private SelectionKey key;

    private Kind kind;
    private MemorySegment give;
    private long given;
    private boolean givesMore;
    private String givingFailed;
    private final ByteBuffer[] out = {header(), ByteBuffer.allocate(0)};

    private MemorySegment get;
    private long got;
    private boolean hasGot;
    private final ByteBuffer headerIn = header();
    /** What follows the header; null while that is not complete, or not looked at yet. */
    private ByteBuffer in;
    private Kind kindIn;
    private long totalIn;
    /** The last that this rank has said is that it has failed, in which call. */
    private CollectivesException failure;
    private long failedCall;
    /** The last that this rank has said is that it closes. */
    private boolean hasClosed;
    /** Why nothing comes any more; null as long as something may. */
    private String end;
    private long movedAt;

    /** Begins with the barrier by which all know that all have come: the other may be in it before this rank is. */
    SocketPeer(int own, int rank, SocketChannel channel) {
        this.own = own;
        this.rank = rank;
        this.channel = channel;
        begin(Kind.BARRIER, MemorySegment.NULL, MemorySegment.NULL, System.nanoTime());
    }

    private static ByteBuffer header() {
        return ByteBuffer.allocateDirect(HEADER_BYTES);
    }

    int rank() {
        return rank;
    }

    void register(Selector selector) throws IOException {
        key = channel.register(selector, 0);
    }

    /** Begins a call: what is to go, and where what comes is to be. */
    void begin(Kind callKind, MemorySegment toGive, MemorySegment toGet, long now) {
        kind = callKind;
        give = toGive;
        given = 0;
        givesMore = true;
        out[0].position(HEADER_BYTES);
        get = toGet;
        got = 0;
        hasGot = false;
        movedAt = now;
    }

    boolean isDone() {
        return hasGot && !givesMore;
    }

    /** Whether nothing of the present call's message has come. */
    boolean isAwaited() {
        return !hasGot && got == 0 && in == null;
    }

    /** How long nothing has moved. */
    long idleNanos(long now) {
        return now - movedAt;
    }

    /**
     * Moves at most a frame each way, as far as that is possible without waiting.
     *
     * @return whether something has moved
     * @throws CollectivesException if the other gives something else than is expected
     */
    boolean move() {
        boolean moved = givesMore && givingFailed == null && write();
        moved |= read();
        if (moved) {
            movedAt = System.nanoTime();
        } else if (end == null) {
            end = givingFailed; // but what the other has said before is read first
        }
        return moved;
    }

    private boolean write() {
        if (!hasFrame()) {
            long bytes = Math.min(LARGEST_FRAME, give.byteSize() - given);
            out[0].clear().putInt(kind.ordinal()).putInt((int) bytes).putLong(give.byteSize()).flip();
            out[1] = give.asSlice(given, bytes).asByteBuffer();
            given += bytes;
        }
        try {
            long written = channel.write(out);
            givesMore = hasFrame() || given < give.byteSize();
            return written > 0;
        } catch (IOException e) {
            givingFailed = String.valueOf(e.getMessage());
            return false;
        }
    }

    private boolean hasFrame() {
        return out[0].hasRemaining() || out[1].hasRemaining();
    }

    /** Reads a frame of the present call's message, and the header of what follows this. */
    private boolean read() {
        boolean moved = false;
        try {
            while (!saysNothing()) {
                if (in == null) {
                    int bytes = headerIn.hasRemaining() ? channel.read(headerIn) : 0;
                    moved |= bytes > 0;
                    end = bytes < 0 ? "the connection has ended" : null;
                    if (headerIn.hasRemaining() || !beginFrame()) {
                        return moved;
                    }
                }
                int bytes = in.hasRemaining() ? channel.read(in) : 0;
                moved |= bytes > 0;
                end = bytes < 0 ? "the connection has ended" : null;
                if (in.hasRemaining()) {
                    return moved;
                }
                endFrame();
                if (!hasGot) {
                    return true;
                }
                // If the other has failed in this call, and this is known here, it is not to succeed.
            }
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
        }
        return moved;
    }

    private boolean saysNothing() {
        return end != null || hasClosed || failure != null;
    }

    /** Looks at a header; false if it is that of the next call's message. */
    private boolean beginFrame() {
        headerIn.flip();
        int number = headerIn.getInt();
        int bytes = headerIn.getInt();
        totalIn = headerIn.getLong();
        if (number < 0 || number >= Kind.ALL.length || bytes < 0) {
            throw broken();
        }
        kindIn = Kind.ALL[number];
        if (kindIn == Kind.FAILED || kindIn == Kind.CLOSED) {
            if (bytes > LARGEST_REASON) {
                throw broken();
            }
            in = ByteBuffer.allocate(bytes);
            return true;
        }
        if (hasGot) {
            return false;
        }
        if (kindIn != kind || totalIn != get.byteSize()) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " gives " + totalIn + " bytes to rank "
                    + own + " in " + kindIn.text + ", which expects " + get.byteSize() + " in " + kind.text);
        }
        if (bytes > totalIn - got) {
            throw broken();
        }
        in = get.asSlice(got, bytes).asByteBuffer();
        return true;
    }

    private CollectivesException broken() {
        return new CollectivesException(List.of(rank), "rank " + rank + " sends something that is not of radam");
    }

    private void endFrame() {
        headerIn.clear();
        switch (kindIn) {
            case FAILED -> {
                failure = failure(in.flip());
                failedCall = totalIn;
            }
            case CLOSED -> hasClosed = true;
            default -> {
                got += in.position();
                hasGot = got == get.byteSize();
            }
        }
        in = null;
    }

    private static CollectivesException failure(ByteBuffer said) {
        List<Integer> ranks = new ArrayList<>();
        int count = said.remaining() < Integer.BYTES ? 0 : said.getInt();
        for (int i = 0; i < count && said.remaining() >= Integer.BYTES; i++) {
            ranks.add(said.getInt());
        }
        return new CollectivesException(ranks, StandardCharsets.UTF_8.decode(said).toString());
    }

    /** Fails if the other rank has failed in a call, or in one before. Its later ones are no matter of that one. */
    void requireNoFailure(long call) {
        if (failure != null && failedCall <= call) {
            throw failure;
        }
    }

    /** Fails if this rank can neither get nor give any more. */
    void requireAlive(long call) {
        if (hasClosed) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " closed before call " + call);
        }
        if (end != null) {
            throw new CollectivesException(List.of(rank), "rank " + rank + " or its machine has ended: " + end);
        }
    }

    /** Asks the selector for what the present call needs, and for the news that the other has failed. */
    void await() {
        key.interestOps((givesMore ? SelectionKey.OP_WRITE : 0) | readOperation());
    }

    /** Hears what the other says before this rank is in its first call; fails if the other has failed or ended. */
    void listen() {
        read();
        requireNoFailure(Long.MAX_VALUE);
        requireAlive(0);
        key.interestOps(readOperation());
    }

    private int readOperation() {
        boolean readsNothing = saysNothing() || hasGot && !headerIn.hasRemaining() && in == null;
        return readsNothing ? 0 : SelectionKey.OP_READ;
    }

    /** Makes a failure, or the end, the last that goes to this rank. A frame of which a part has gone comes first. */
    void beginLast(CollectivesException reason, long call) {
        boolean hasBegun = hasFrame() && out[0].position() > 0;
        ByteBuffer begun = ByteBuffer.allocate(0);
        if (hasBegun) {
            begun = ByteBuffer.allocate(out[0].remaining() + out[1].remaining()).put(out[0]).put(out[1]).flip();
        }
        out[0] = begun;
        out[1] = last(reason, call);
    }

    /** The frame by which a rank says that it has failed, or that it closes if it has not. */
    static ByteBuffer last(CollectivesException reason, long call) {
        byte[] said = reason == null ? new byte[0] : bytes(reason);
        return ByteBuffer.allocate(HEADER_BYTES + said.length)
                .putInt((reason == null ? Kind.CLOSED : Kind.FAILED).ordinal()).putInt(said.length)
                .putLong(call).put(said).flip();
    }

    private static byte[] bytes(CollectivesException reason) {
        List<Integer> ranks = reason.ranks();
        byte[] text = String.valueOf(reason.getMessage()).getBytes(StandardCharsets.UTF_8);
        int room = LARGEST_REASON - (1 + ranks.size()) * Integer.BYTES;
        text = Arrays.copyOf(text, Math.min(text.length, room));
        ByteBuffer said = ByteBuffer.allocate((1 + ranks.size()) * Integer.BYTES + text.length).putInt(ranks.size());
        ranks.forEach(said::putInt);
        return said.put(text).array();
    }

    /** Whether the last has gone, or cannot. The other may be about to say its last, and wait for this one. */
    boolean endLast() {
        try {
            channel.write(out);
            forget(hasFrame() ? SelectionKey.OP_WRITE : 0);
            return !hasFrame();
        } catch (IOException e) {
            key.interestOps(0);
            return true;
        }
    }

    /**
     * Says that nothing follows, and forgets what comes; true once nothing does. A connection that is closed with bytes
     * that nobody has read is reset, and what was on its way to the other is lost.
     */
    boolean hasEnded() {
        try {
            channel.shutdownOutput();
            forget(0);
            return end != null;
        } catch (IOException e) {
            return true;
        }
    }

    /** Reads what comes until its end, for nothing, and asks the selector for more of it. */
    private void forget(int otherOperations) throws IOException {
        ByteBuffer forgotten = ByteBuffer.allocateDirect(1 << 16);
        int bytes = 0;
        do {
            bytes = end == null ? channel.read(forgotten.clear()) : -1;
        } while (bytes > 0);
        end = bytes < 0 ? "the connection has ended" : null;
        key.interestOps(otherOperations | (bytes < 0 ? 0 : SelectionKey.OP_READ));
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // There is nothing left to do with it.
        }
    }
}
