package io.radam.sharded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How a rank that comes to another says who it is.
 *
 * @param size  how many ranks there are
 * @param rank  which of them it is
 * @param port  where it listens; only rank 0 has to know
 * @param job   the number that rank 0 has given to the job; 0 to rank 0 itself
 * @param token the digest of the token
 */
record SocketHello(int size, int rank, int port, long job, byte[] token) {
    static final long MAGIC = 0x7261_6461_6d53_6f63L; // radamSoc
    private static final int VERSION = 1;
    private static final int TOKEN_BYTES = 32;
    static final int BYTES = 2 * Long.BYTES + 4 * Integer.BYTES + TOKEN_BYTES;

    /** Of the same length for any token, and the token is not on the wire. */
    static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    ByteBuffer bytes() {
        return ByteBuffer.allocate(BYTES).putLong(MAGIC).putInt(VERSION).putInt(size).putInt(rank).putInt(port)
                .putLong(job).put(token).flip();
    }

    /** Whether what has come so far can be a rank's. */
    static boolean canBe(ByteBuffer come) {
        return come.position() < Long.BYTES || come.getLong(0) == MAGIC;
    }

    /** Why somebody who has said this is not let in by a rank; null if nothing is wrong. */
    static String wrong(ByteBuffer said, SocketHello own, long job) {
        int version = said.getInt(Long.BYTES);
        if (version != VERSION) {
            return "its version of the protocol is " + version + ", and this one is " + VERSION;
        }
        SocketHello other = read(said);
        if (!MessageDigest.isEqual(other.token, own.token)) {
            return "its token is another one";
        }
        if (other.size != own.size) {
            return "it says that there are " + other.size + " ranks, and here there are to be " + own.size;
        }
        if (other.rank <= own.rank || other.rank >= own.size) {
            return "there is no such rank to come here";
        }
        if (own.rank == 0 && (other.port < 1 || other.port >= 1 << 16)) {
            return "it says that it listens at port " + other.port;
        }
        return other.job == job ? null : "it is of another job";
    }

    static SocketHello read(ByteBuffer said) {
        ByteBuffer in = said.duplicate().position(Long.BYTES + Integer.BYTES);
        int size = in.getInt();
        int rank = in.getInt();
        int port = in.getInt();
        long job = in.getLong();
        byte[] token = new byte[TOKEN_BYTES];
        in.get(token);
        return new SocketHello(size, rank, port, job, token);
    }

    /** An answer: what a rank that is let in has to know, or why it is not. */
    static ByteBuffer reply(boolean accepted, ByteBuffer said) {
        return ByteBuffer.allocate(Long.BYTES + 1 + Integer.BYTES + said.remaining()).putLong(MAGIC)
                .put((byte) (accepted ? 1 : 0)).putInt(said.remaining()).put(said).flip();
    }

    static void refuse(SocketChannel channel, String reason) {
        try (channel) {
            channel.write(reply(false, StandardCharsets.UTF_8.encode(reason)));
        } catch (IOException e) {
            // Then it is gone already.
        }
    }
}
