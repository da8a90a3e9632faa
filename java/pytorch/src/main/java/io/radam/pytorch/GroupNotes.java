package io.radam.pytorch;

import io.radam.sharded.CollectivesException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The last that each rank of a group has to say: that it has failed, and why, or that it has closed. What is to receive
 * it is posted before, so that it comes into memory by itself, and whoever waits for something else looks there.
 */
final class GroupNotes {
    /** The bytes of a note: a checksum, kind, call, numbers of ranks and of bytes of text, ranks, text. */
    private static final long BYTES = 1024;
    private static final long KIND = 8;
    private static final long CALL = 16;
    private static final long RANK_COUNT = 24;
    private static final long TEXT_BYTES = 28;
    private static final long RANKS = 32;
    private static final int MOST_RANKS = 64;
    private static final long TEXT = RANKS + Integer.BYTES * (long) MOST_RANKS;
    private static final int FAILED = 1;
    private static final int CLOSED = 2;
    /** Tells a checksum from the zeros before a note has come. */
    private static final long ARRIVED = 1L << 32;

    /** Three tags for each: of notes, of what only tests a connection, and of what never comes. */
    private static final int FIRST_TAG = 1_500_000_000;
    private static final int INSTANCES = 100_000_000;

    private static final long LAST_MILLIS = 1000;
    /** What libtorch may still use: memory, and what keeps a message alive. */
    private static final List<Object> KEPT = new ArrayList<>();

    private final Backend group;
    private final int rank;
    private final int size;
    private final MemorySegment received;
    /** Negative until all ranks have agreed on one. */
    private int tag = -1;

    GroupNotes(Backend group, int rank, int size) {
        this.group = group;
        this.rank = rank;
        this.size = size;
        received = Arena.ofAuto().allocate(BYTES * size, Long.BYTES);
    }

    /** Memory as a tensor of bytes. */
    static Tensor tensor(MemorySegment memory) {
        Pointer pointer = new Pointer() {
            {
                address = memory.address();
            }
        };
        return torch.from_blob(pointer, new long[] {memory.byteSize()}, new TensorOptions(ScalarType.Byte));
    }

    /** Keeps memory for as long as the process lives. */
    static void keep(MemorySegment... memory) {
        synchronized (KEPT) {
            KEPT.addAll(List.of(memory));
        }
    }

    private static Work keep(Work work) {
        work.retainReference(); // a scope of the caller does not end it
        synchronized (KEPT) {
            KEPT.add(work);
        }
        return work;
    }

    /** Gets the notes of the others from now on, which are those with the same number. */
    void listen(long instance) {
        tag = FIRST_TAG + 3 * (int) (instance % INSTANCES);
        keep(received);
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                keep(group.recv(new TensorVector(tensor(note(received, other))), other, tag));
            }
        }
    }

    private static MemorySegment note(MemorySegment notes, int rank) {
        return notes.asSlice(BYTES * rank, BYTES);
    }

    /** Tells all others that this rank has failed, and ends the connections, so that nobody waits for it. */
    void fail(long call, CollectivesException failure) {
        if (tag >= 0) {
            List<Work> sent = new ArrayList<>();
            List<Work> sentToFailed = new ArrayList<>();
            forEachOther(call, FAILED, failure.ranks(), String.valueOf(failure.getMessage()), (other, work) ->
                    (failure.ranks().contains(other) ? sentToFailed : sent).add(work));
            // One that does not take its note within that time has gloo end all connections.
            sent.addAll(sentToFailed);
            sent.forEach(work -> attempt(() -> work._wait(new Milliseconds(LAST_MILLIS))));
        }
        disconnect();
    }

    /** Tells all others that this rank makes no call from one on. */
    void close(long call) {
        forEachOther(call, CLOSED, List.of(), "", (_, _) -> { });
    }

    private interface Sent {
        void to(int other, Work work);
    }

    private void forEachOther(long call, int kind, List<Integer> ranks, String text, Sent sent) {
        MemorySegment note = Arena.ofAuto().allocate(BYTES, Long.BYTES);
        note.set(ValueLayout.JAVA_LONG, KIND, kind);
        note.set(ValueLayout.JAVA_LONG, CALL, call);
        int count = Math.min(MOST_RANKS, ranks.size());
        note.set(ValueLayout.JAVA_INT, RANK_COUNT, count);
        for (int i = 0; i < count; i++) {
            note.setAtIndex(ValueLayout.JAVA_INT, RANKS / Integer.BYTES + i, ranks.get(i));
        }
        ByteBuffer encoded = note.asSlice(TEXT).asByteBuffer();
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), encoded, true);
        note.set(ValueLayout.JAVA_INT, TEXT_BYTES, encoded.position());
        note.set(ValueLayout.JAVA_LONG, 0, checksum(note));
        keep(note);
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                int to = other;
                attempt(() -> sent.to(to, keep(group.send(new TensorVector(tensor(note)), to, tag))));
            }
        }
    }

    private static long checksum(MemorySegment note) {
        CRC32C crc = new CRC32C();
        crc.update(note.asSlice(KIND).asByteBuffer());
        return ARRIVED | crc.getValue();
    }

    /** Returns false where libtorch refuses it, as it does what goes to a rank that has ended. */
    private static boolean attempt(Runnable work) {
        try {
            work.run();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** A receipt that nobody sends something for: where it is too late for one, gloo ends all connections. */
    private void disconnect() {
        MemorySegment never = Arena.ofAuto().allocate(1);
        keep(never);
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                int from = other;
                attempt(() -> keep(group.recv(new TensorVector(tensor(never)), from, neverTag()))
                        ._wait(new Milliseconds(1)));
            }
        }
    }

    private int neverTag() {
        return Math.max(tag, FIRST_TAG) + 2;
    }

    /** The ranks that the connections to have ended. To be asked only before {@link #fail}. */
    List<Integer> unreachable() {
        MemorySegment byteToNobody = Arena.ofAuto().allocate(1);
        keep(byteToNobody);
        List<Integer> unreachable = new ArrayList<>();
        for (int other = 0; other < size; other++) {
            int to = other;
            if (other != rank && !attempt(() -> keep(group.send(new TensorVector(tensor(byteToNobody)), to,
                    Math.max(tag, FIRST_TAG) + 1)))) {
                unreachable.add(other);
            }
        }
        return unreachable;
    }

    /** Whether a rank has said that it closes. */
    boolean hasClosed(int other) {
        MemorySegment note = note(received, other);
        return hasArrived(note) && note.get(ValueLayout.JAVA_LONG, KIND) == CLOSED;
    }

    /** Whether a rank has said that it has failed, in any call. */
    boolean hasFailed(int other) {
        return hasArrived(note(received, other)) && !hasClosed(other);
    }

    private static boolean hasArrived(MemorySegment note) {
        long said = note.get(ValueLayout.JAVA_LONG, 0);
        return said != 0 && said == checksum(note); // while bytes still come, it is another
    }

    /** Why a call cannot end, for a rank has failed or closed in it or before; null if none has said so. */
    CollectivesException failure(long call) {
        for (int other = 0; other < size; other++) {
            MemorySegment note = note(received, other);
            if (hasArrived(note) && note.get(ValueLayout.JAVA_LONG, CALL) <= call) {
                return hasFailed(other) ? reason(other)
                        : new CollectivesException(List.of(other), "rank " + other + " closed before call "
                                + note.get(ValueLayout.JAVA_LONG, CALL));
            }
        }
        return null;
    }

    /** Why a rank has failed. */
    CollectivesException reason(int other) {
        MemorySegment note = note(received, other);
        List<Integer> ranks = new ArrayList<>();
        for (int i = 0; i < note.get(ValueLayout.JAVA_INT, RANK_COUNT); i++) {
            ranks.add(note.getAtIndex(ValueLayout.JAVA_INT, RANKS / Integer.BYTES + i));
        }
        MemorySegment text = note.asSlice(TEXT, note.get(ValueLayout.JAVA_INT, TEXT_BYTES));
        return new CollectivesException(ranks, new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    }
}
