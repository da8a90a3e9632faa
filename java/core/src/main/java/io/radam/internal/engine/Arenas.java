package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The arenas of an optimizer: one that is open as long as the optimizer, and one for each set of parameters that were
 * added together. Any thread may close them.
 */
public final class Arenas implements AutoCloseable {
    private final SequencedSet<Arena> open = new LinkedHashSet<>();
    /** The arenas of state, of which users may have views. */
    private final SequencedSet<Arena> state = new LinkedHashSet<>();
    private boolean closed;
    private boolean closing;

    /** A new arena, which all threads may use. */
    synchronized Arena open() {
        Arena arena = Arena.ofShared();
        open.add(arena);
        return arena;
    }

    /** A new arena for state, of which users may have views. */
    synchronized Arena openForState() {
        Arena arena = Arena.ofShared();
        state.add(arena);
        return arena;
    }

    /**
     * Closes one arena.
     *
     * @throws IllegalStateException if its memory is in use; the arena stays open
     */
    synchronized void close(Arena arena) {
        arena.close();
        open.remove(arena);
        state.remove(arena);
    }

    /** Whether {@link #close()} has closed some arenas, and failed at another. */
    public synchronized boolean hasClosedSome() {
        return closing;
    }

    /** Whether all arenas have been closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Closes all arenas. Those of state come first, since only these can be in use elsewhere.
     *
     * @throws IllegalStateException if the memory of one is in use; this one and those after it stay open
     */
    @Override
    public synchronized void close() {
        closeAll(state);
        closeAll(open);
        closed = true;
    }

    private void closeAll(SequencedSet<Arena> arenas) {
        while (!arenas.isEmpty()) {
            arenas.getLast().close();
            arenas.removeLast();
            closing = true;
        }
    }
}
