package io.radam.sharded;

import io.radam.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Moves gradients to the ranks that have their elements, and elements from there to all ranks. A chunk of each rank's
 * part at a time, so that messages are of some megabytes however large the model is, and so is the memory for them.
 */
final class ShardExchange {
    /** The elements of a chunk. */
    private static final long CHUNK = 1 << 18;

    /** All elements of a parameter, or the part of them that a rank has. */
    record Elements(MemorySegment memory, DType type) {
        MemorySegment part(long first, long length) {
            return memory.asSlice(first * type.bytes(), length * type.bytes());
        }
    }

    private final Collectives collectives;
    private final ShardLayout layout;
    private final long chunk;
    private final MemorySegment send;
    private final MemorySegment receive;
    private final long[] sendBytes;
    private final long[] receiveBytes;
    private final GradientSum sum = new GradientSum();
    private long at;
    private long sent;

    ShardExchange(Collectives collectives, ShardLayout layout) {
        this.collectives = collectives;
        this.layout = layout;
        int ranks = collectives.size();
        chunk = Math.min(CHUNK, layout.longest());
        // Bytes may arrive even after a call has failed: this memory lives as long as it is reachable.
        send = Arena.ofAuto().allocate(Math.max(1, ranks * chunk * Float.BYTES), 64);
        receive = Arena.ofAuto().allocate(Math.max(1, ranks * chunk * Float.BYTES), 64);
        sendBytes = new long[ranks];
        receiveBytes = new long[ranks];
    }

    /** The bytes that went to other ranks so far. */
    long sentBytes() {
        return sent;
    }

    /**
     * Adds the gradients of all ranks.
     *
     * @param gradients of each parameter; null for those without
     * @param sums      gets the sum of this rank's elements of each parameter
     * @param asked     the type that was asked for on the way
     */
    void reduce(IntFunction<Elements> gradients, MemorySegment[] sums, DType asked) {
        int rank = collectives.rank();
        for (long begin = 0; begin < layout.longest(); begin += chunk) {
            at = 0;
            for (int to = 0; to < sendBytes.length; to++) {
                long before = at;
                if (to == rank) {
                    sendBytes[to] = 0; // is added from where it is
                    continue;
                }
                layout.forEachPart(begin(to, begin), end(to, begin), (parameter, first, length) -> {
                    Elements gradient = gradients.apply(parameter);
                    if (gradient != null) {
                        DType wireType = GradientSum.wireType(gradient.type(), asked);
                        sum.write(gradient.part(first, length), gradient.type(),
                                send.asSlice(at, length * wireType.bytes()), wireType);
                        at += GradientSum.wireBytes(length, wireType);
                    }
                });
                sendBytes[to] = at - before;
            }
            sent += at;
            long stride = messageBytes(gradients, asked, begin);
            Arrays.fill(receiveBytes, stride);
            receiveBytes[rank] = 0;
            collectives.exchange(send, sendBytes, receive, receiveBytes);
            at = 0;
            layout.forEachPart(begin(rank, begin), end(rank, begin), (parameter, first, length) -> {
                Elements gradient = gradients.apply(parameter);
                if (gradient != null) {
                    DType wireType = GradientSum.wireType(gradient.type(), asked);
                    long inSums = first - layout.first(parameter, rank);
                    sum.sum(new GradientSum.Messages(receive, stride, sendBytes.length, at, wireType), rank,
                            gradient.part(first, length), gradient.type(),
                            sums[parameter].asSlice(inSums * Float.BYTES, length * Float.BYTES));
                    at += GradientSum.wireBytes(length, wireType);
                }
            });
        }
    }

    /** The bytes of a chunk's gradients that this rank gets from each other. */
    private long messageBytes(IntFunction<Elements> gradients, DType asked, long begin) {
        int rank = collectives.rank();
        at = 0;
        layout.forEachPart(begin(rank, begin), end(rank, begin), (parameter, _, length) -> {
            Elements gradient = gradients.apply(parameter);
            at += gradient == null ? 0
                    : GradientSum.wireBytes(length, GradientSum.wireType(gradient.type(), asked));
        });
        return at;
    }

    /**
     * Gets the elements that other ranks have.
     *
     * @param wholes all elements of each parameter; null for those that are to stay as they are
     */
    void gather(IntFunction<Elements> wholes) {
        int rank = collectives.rank();
        for (long begin = 0; begin < layout.longest(); begin += chunk) {
            long place = 0;
            for (int from = 0; from < receiveBytes.length; from++) {
                at = 0;
                layout.forEachPart(begin(from, begin), end(from, begin), (parameter, _, length) -> {
                    Elements whole = wholes.apply(parameter);
                    at += whole == null ? 0 : length * whole.type().bytes();
                });
                receiveBytes[from] = at;
                place += from < rank ? at : 0;
            }
            at = place;
            layout.forEachPart(begin(rank, begin), end(rank, begin), (parameter, first, length) -> {
                Elements whole = wholes.apply(parameter);
                if (whole != null && receiveBytes.length > 1) {
                    MemorySegment part = whole.part(first, length);
                    MemorySegment.copy(part, 0, receive, at, part.byteSize());
                    at += part.byteSize();
                }
            });
            sent += receiveBytes[rank] * (receiveBytes.length - 1);
            collectives.allGather(receive.asSlice(place, receiveBytes[rank]), receive, receiveBytes);
            at = 0;
            for (int from = 0; from < receiveBytes.length; from++) {
                boolean isOwn = from == rank;
                layout.forEachPart(begin(from, begin), end(from, begin), (parameter, first, length) -> {
                    Elements whole = wholes.apply(parameter);
                    if (whole != null) {
                        MemorySegment part = whole.part(first, length);
                        if (!isOwn) {
                            MemorySegment.copy(receive, at, part, 0, part.byteSize());
                        }
                        at += part.byteSize();
                    }
                });
            }
        }
    }

    /** Where a chunk of a rank's part begins in the row of all parameters. */
    private long begin(int rank, long begin) {
        return Math.min(layout.begin(rank) + begin, layout.end(rank));
    }

    private long end(int rank, long begin) {
        return begin(rank, begin + chunk);
    }
}
