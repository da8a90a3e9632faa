package io.radam.internal.engine;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The arenas of an optimizer: one for as long as it is open, and one for each lot of parameters that were added together.
 * May be closed by any thread.
 */
public final class Arenas implements AutoCloseable {
    private final List<Arena> open = new ArrayList<>();
    private boolean closed;
    private boolean closing;

    /** A new arena, which all threads may use. */
    synchronized Arena open() {
        Arena arena = Arena.ofShared();
        open.add(arena);
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
     * Closes all, the latest first.
     *
     * @throws IllegalStateException if the memory of one is in use; it and those before it stay open
     */
    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            open.getLast().close();
            open.removeLast();
            closing = true;
        }
        closed = true;
    }
}
