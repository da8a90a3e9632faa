package io.radam.djl;

import ai.djl.pytorch.engine.PtNDArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The values of parameters whose arrays have the averages of Schedule-Free's iterates, until the values are back. For
 * one thread at a time.
 */
final class ExchangedValues implements AutoCloseable {
    private static final int PIECE = 4096;

    private final Map<String, Kept> kept = new HashMap<>();

    /**
     * Values of a parameter.
     *
     * @param array that has something else now
     * @param arena of all values of one exchange. Unlike automatic memory it has no bound but that of the machine
     */
    private record Kept(PtNDArray array, MemorySegment values, Arena arena) {
    }

    /**
     * A parameter that is to be exchanged.
     *
     * @param memory  of the array
     * @param average writes what is to be in the memory to memory of the same size
     */
    record Exchange(String id, PtNDArray array, MemorySegment memory, Average average) {
    }

    /** Computes an average. */
    interface Average {
        void writeTo(MemorySegment average);
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    boolean has(String id) {
        return kept.containsKey(id);
    }

    /** Puts the averages of all in the place of their values. What can fail does so before the first is written. */
    void putAverages(List<Exchange> exchanges) {
        byte[] piece = new byte[PIECE];
        Map<String, Kept> next = new HashMap<>();
        Arena arena = Arena.ofShared();
        boolean complete = false;
        try {
            for (Exchange exchange : exchanges) {
                MemorySegment average = arena.allocate(exchange.memory.byteSize(), Float.BYTES);
                exchange.average.writeTo(average);
                next.put(exchange.id, new Kept(exchange.array, average, arena));
            }
            kept.putAll(next);
            complete = true;
        } finally {
            if (!complete) {
                kept.keySet().removeAll(next.keySet());
                arena.close();
            }
        }
        for (Exchange exchange : exchanges) {
            swap(exchange.memory, next.get(exchange.id).values, piece);
        }
    }

    /** Puts the values of a parameter back, and keeps them until they are forgotten. */
    void putBack(String id, MemorySegment memory) {
        memory.copyFrom(kept.get(id).values);
    }

    /** Gives the parameters and their arrays. */
    void forEach(BiConsumer<String, PtNDArray> action) {
        kept.forEach((id, values) -> action.accept(id, values.array));
    }

    /** Forgets values whose arrays are closed: they are of no model any more. */
    void forgetClosed() {
        forget(kept.entrySet().stream().filter(each -> each.getValue().array.isReleased()).map(Map.Entry::getKey)
                .toList());
    }

    /** Forgets values. Memory is freed when none of its exchange are left. */
    void forget(Collection<String> ids) {
        Set<Arena> arenas = new HashSet<>();
        for (String id : ids) {
            arenas.add(kept.remove(id).arena);
        }
        kept.values().forEach(values -> arenas.remove(values.arena));
        arenas.forEach(Arena::close);
    }

    /** Frees the memory. */
    @Override
    public void close() {
        forget(List.copyOf(kept.keySet()));
    }

    /** Exchanges the contents of two pieces of memory of one size. */
    static void swap(MemorySegment a, MemorySegment b) {
        swap(a, b, new byte[PIECE]);
    }

    private static void swap(MemorySegment a, MemorySegment b, byte[] piece) {
        MemorySegment copy = MemorySegment.ofArray(piece);
        for (long begin = 0; begin < a.byteSize(); begin += piece.length) {
            long count = Math.min(piece.length, a.byteSize() - begin);
            MemorySegment.copy(a, begin, copy, 0, count);
            MemorySegment.copy(b, begin, a, begin, count);
            MemorySegment.copy(copy, 0, b, begin, count);
        }
    }
}
