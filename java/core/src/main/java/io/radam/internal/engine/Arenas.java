package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The arenas of an optimizer: one for as long as it is open, and one for each lot of parameters that were added together.
 * May be closed by any thread.
 */
public final class Arenas implements AutoCloseable {
    private final SequencedSet<Arena> open = new LinkedHashSet<>();
    /** Those that users have views of. */
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
     * Closes one of them.
     *
     * @throws IllegalStateException if its memory is in use; it stays open
     */
    synchronized void close(Arena arena) {
        arena.close();
        open.remove(arena);
        state.remove(arena);
    }

    /** Whether {@link #close()} has closed some of them, and failed at another. */
    public synchronized boolean hasClosedSome() {
        return closing;
    }

    /** Whether all have been closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Closes all, those of state first, since only they can be in use elsewhere.
     *
     * @throws IllegalStateException if the memory of one is in use; it and those that are left stay open
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
