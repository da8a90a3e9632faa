package io.radam.sharded;

import io.radam.DType;
import io.radam.OptimizerStateException;
import io.radam.internal.sharding.Sharding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Moves gradients to the ranks that have their elements, and elements from there to all ranks. A chunk of each rank's
 * part at a time, so that messages are of some megabytes however large the model is, and so is the memory for them.
 */
final class ShardExchange {
    /** The elements of a chunk where there are many ranks. */
    private static final long SMALLEST_CHUNK = 1 << 18;
    /** The elements of the chunks of all ranks where there are few. */
    private static final long ALL_CHUNKS = 1 << 21;
    /** A chunk's elements are a multiple of it, so that messages and parts of gradients begin where vectors may. */
    private static final long ALIGNMENT = 1 << 13;

    /** All elements of a parameter, or the part of them that a rank has. */
    record Elements(MemorySegment memory, DType type) {
        /** As many zeros as are asked for. */
        static Elements zeros(DType type) {
            return new Elements(null, type);
        }

        MemorySegment part(long first, long length) {
            return memory.asSlice(first * type.bytes(), length * type.bytes());
        }

        /** Whether any thread may use them. */
        boolean isShareable() {
            return memory == null || ShardExchange.isShareable(memory);
        }
    }

    private static final Thread ANOTHER_THREAD = new Thread(() -> { });

    private final Collectives collectives;
    private final ShardLayout layout;
    private final Mover mover;
    private final Sharding.Workers workers;
    private final long chunk;
    private final MemorySegment send;
    private final MemorySegment receive;
    private final long[] sendBytes;
    private final long[] receiveBytes;
    private final Parts parts = new Parts();
    /** Whether threads other than the caller may touch all memory of the parameters in {@link #parts}. */
    private boolean shareable;
    /** Whether other threads compute meanwhile, and may wait for this one. */
    private boolean background;
    private long at;
    /** Of one writer at a time, and of any thread that asks. */
    private volatile long sent;

    /**
     * An exchange.
     *
     * @param workers may be null where no other thread than the caller can use the memory of parameters
     */
    ShardExchange(Collectives collectives, ShardLayout layout, Mover mover, Sharding.Workers workers) {
        this.collectives = collectives;
        this.layout = layout;
        this.mover = mover;
        this.workers = workers;
        int ranks = collectives.size();
        long longest = 0;
        for (int bucket = 0; bucket < layout.buckets(); bucket++) {
            longest = Math.max(longest, layout.longest(bucket));
        }
        chunk = Math.min(chunk(ranks), longest);
        // Bytes may arrive even after a call has failed: this memory lives as long as it is reachable.
        send = mover.allocate(Math.max(1, ranks * chunk * Float.BYTES), Arena.ofAuto());
        receive = mover.allocate(Math.max(1, ranks * chunk * Float.BYTES), Arena.ofAuto());
        sendBytes = new long[ranks];
        receiveBytes = new long[ranks];
    }

    /**
     * The elements of a chunk. Ranks wait for each other at each, so that it is large where there are few ranks; where
     * there are many, messages would take much memory.
     */
    static long chunk(int ranks) {
        return Math.max(SMALLEST_CHUNK, ALL_CHUNKS / ranks & -ALIGNMENT);
    }

    /** Has memory made to add gradients that are rounded on the way. */
    void prepareToRound() {
        mover.prepareToRound(chunk);
    }

    /** The bytes that went to other ranks so far. */
    long sentBytes() {
        return sent;
    }

    /**
     * Adds the gradients of all ranks of the parameters of a bucket.
     *
     * @param bucket       the same on all ranks
     * @param gradients    of each parameter; null for those without
     * @param sums         gets the sum of this rank's elements of each parameter
     * @param asked        the type that was asked for on the way
     * @param isBackground whether threads may wait for the caller, those of the optimizer's pool among them
     */
    void reduce(int bucket, IntFunction<Elements> gradients, MemorySegment[] sums, DType asked, boolean isBackground) {
        background = isBackground;
        int rank = collectives.rank();
        for (long begin = 0; begin < layout.longest(bucket); begin += chunk) {
            clearParts();
            for (int to = 0; to < sendBytes.length; to++) {
                // What is this rank's is added from where it is.
                sendBytes[to] = to == rank ? 0 : addGradients(gradients, asked, part(bucket, to, begin));
            }
            sent += at;
            share((part, from, count) -> {
                Elements gradient = gradients.apply(part.parameter());
                DType wireType = mover.wireType(gradient.type(), asked);
                mover.write(partOf(gradient, part.first() + from, count), gradient.type(),
                        send.asSlice(part.at() + from * wireType.bytes(), count * wireType.bytes()), wireType);
            });
            clearParts();
            long stride = addGradients(gradients, asked, part(bucket, rank, begin));
            Arrays.fill(receiveBytes, stride);
            receiveBytes[rank] = 0;
            collectives.exchange(send, sendBytes, receive, receiveBytes);
            share((part, from, count) -> {
                Elements gradient = gradients.apply(part.parameter());
                DType wireType = mover.wireType(gradient.type(), asked);
                long first = part.first() + from;
                long inSums = first - layout.first(part.parameter(), rank);
                mover.sum(new GradientSum.Messages(receive, stride, sendBytes.length,
                        part.at() + from * wireType.bytes(), wireType), rank, partOf(gradient, first, count),
                        gradient.type(), sums[part.parameter()].asSlice(inSums * Float.BYTES, count * Float.BYTES));
            });
        }
    }

    /** Elements of a gradient; zeros where that was asked for. */
    private MemorySegment partOf(Elements gradient, long first, long length) {
        if (gradient.memory() != null) {
            return gradient.part(first, length);
        }
        MemorySegment zeros = mover.allocate(length * gradient.type().bytes(), Arena.ofAuto());
        mover.zero(zeros);
        return zeros;
    }

    private void clearParts() {
        parts.clear();
        shareable = true;
        at = 0;
    }

    /** Adds gradients to the parts, and returns their bytes in a message. */
    private long addGradients(IntFunction<Elements> gradients, DType asked, Range range) {
        long before = at;
        layout.forEachPart(range.begin(), range.end(), (parameter, first, length) -> {
            Elements gradient = gradients.apply(parameter);
            if (gradient != null) {
                addPart(gradient, parameter, first, length);
                at += GradientSum.wireBytes(length, mover.wireType(gradient.type(), asked));
            }
        });
        return at - before;
    }

    /** Whether any thread may use memory. */
    static boolean isShareable(MemorySegment memory) {
        return memory.scope().isAlive() && memory.isAccessibleBy(ANOTHER_THREAD);
    }

    private void addPart(Elements elements, int parameter, long first, long length) {
        parts.add(parameter, first, length, at);
        shareable &= elements.isShareable();
    }

    /** Does work on all parts, which can be done again: by several threads, unless memory is only for the caller. */
    private void share(Parts.Action action) {
        if (!shareable || workers == null || parts.end() == 0) {
            parts.forEach(0, parts.end(), action);
            return;
        }
        Sharding.RangeAction work = (from, to) -> parts.forEach(from, to, action);
        try {
            if (background) {
                workers.shareInBackground(parts.end(), work);
            } else {
                workers.share(parts.end(), work);
            }
        } catch (OptimizerStateException e) {
            // The pool is shut down. The step will say so on all ranks; in the midst of an exchange they wait for this.
            work.accept(0, parts.end());
        }
    }

    /**
     * Gets the elements that other ranks have.
     *
     * @param wholes all elements of each parameter; null for those that are to stay as they are
     */
    void gather(IntFunction<Elements> wholes) {
        background = false;
        for (int bucket = 0; bucket < layout.buckets(); bucket++) {
            gather(bucket, wholes);
        }
    }

    private void gather(int bucket, IntFunction<Elements> wholes) {
        int rank = collectives.rank();
        for (long begin = 0; begin < layout.longest(bucket); begin += chunk) {
            clearParts();
            for (int owner = 0; owner < rank; owner++) {
                addElements(wholes, part(bucket, owner, begin));
            }
            long place = at;
            clearParts();
            at = place;
            receiveBytes[rank] = addElements(wholes, part(bucket, rank, begin));
            if (receiveBytes.length > 1) {
                share((part, from, count) -> copy(wholes, part, from, count, true));
            }
            clearParts();
            for (int owner = 0; owner < receiveBytes.length; owner++) {
                if (owner == rank) {
                    at += receiveBytes[rank];
                } else {
                    receiveBytes[owner] = addElements(wholes, part(bucket, owner, begin));
                }
            }
            sent += receiveBytes[rank] * (receiveBytes.length - 1);
            collectives.allGather(receive.asSlice(place, receiveBytes[rank]), receive, receiveBytes);
            share((part, from, count) -> copy(wholes, part, from, count, false));
        }
    }

    /** Adds elements to the parts, and returns their bytes. */
    private long addElements(IntFunction<Elements> wholes, Range range) {
        long before = at;
        layout.forEachPart(range.begin(), range.end(), (parameter, first, length) -> {
            Elements whole = wholes.apply(parameter);
            if (whole != null) {
                addPart(whole, parameter, first, length);
                at += length * whole.type().bytes();
            }
        });
        return at - before;
    }

    /** Copies elements from a parameter to the messages, or back. */
    private void copy(IntFunction<Elements> wholes, Parts.Part part, long from, long count, boolean toMessage) {
        Elements whole = wholes.apply(part.parameter());
        MemorySegment elements = whole.part(part.first() + from, count);
        MemorySegment inMessage = receive.asSlice(part.at() + from * whole.type().bytes(), elements.byteSize());
        if (toMessage) {
            mover.copy(elements, inMessage);
        } else {
            mover.copy(inMessage, elements);
        }
    }

    /** Positions in the row of all parameters. */
    private record Range(long begin, long end) {
    }

    /** The chunk of a rank's part of a bucket that begins with some element of it; empty beyond the end. */
    private Range part(int bucket, int rank, long first) {
        long begin = layout.begin(bucket, rank);
        long end = layout.end(bucket, rank);
        return new Range(Math.min(begin + first, end), Math.min(begin + first + chunk, end));
    }
}
