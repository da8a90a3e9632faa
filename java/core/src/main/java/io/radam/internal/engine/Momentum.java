package io.radam.internal.engine;

import io.radam.LookaheadMomentum;
import io.radam.internal.kernel.StateConversion;
import java.lang.foreign.MemorySegment;

/**
 * A buffer of state that is momentum, of which Lookahead makes another.
 *
 * @param slow the slow momentum, in float32; null where the momentum is never pulled back
 */
record Momentum(StateConversion.Buffer buffer, StateConversion.Buffer slow) {
    /** Moves some elements, in memory that Java can read. A range of 8-bit state begins at a block. */
    void move(LookaheadMomentum how, float alpha, long begin, long end) {
        switch (how) {
            case KEEP -> { }
            case RESET -> StateConversion.clear(buffer, begin, end);
            case PULLBACK -> StateConversion.average(buffer, alpha, slow, begin, end);
        }
    }

    /**
     * Moves all elements, in a device's memory.
     *
     * @param staging at least {@link #stagedBytes}
     */
    void move(LookaheadMomentum how, float alpha, Memory memory, MemorySegment staging) {
        switch (how) {
            case KEEP -> { }
            case RESET -> {
                memory.clear(buffer.elements());
                if (buffer.scales() != null) {
                    memory.clear(buffer.scales());
                }
            }
            case PULLBACK -> {
                StateConversion.Buffer slowHere = at(staging, slow);
                StateConversion.Buffer here = at(staging.asSlice(bytes(slow)), buffer);
                copy(slow, slowHere, memory);
                copy(buffer, here, memory);
                StateConversion.average(here, alpha, slowHere, 0, here.length());
                copy(slowHere, slow, memory);
                copy(here, buffer, memory);
            }
        }
    }

    /** The memory of the host that it takes to move all elements of a device. */
    long stagedBytes(LookaheadMomentum how) {
        return how == LookaheadMomentum.PULLBACK ? bytes(slow) + bytes(buffer) : 0;
    }

    /** What {@link #at} needs. */
    private static long bytes(StateConversion.Buffer buffer) {
        return padded(buffer.elements()) + (buffer.scales() == null ? 0 : padded(buffer.scales()));
    }

    private static long padded(MemorySegment segment) {
        return (segment.byteSize() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    /** A buffer like another one, at the beginning of some memory. */
    private static StateConversion.Buffer at(MemorySegment memory, StateConversion.Buffer like) {
        return new StateConversion.Buffer(like.type(), memory.asSlice(0, like.elements().byteSize()),
                like.scales() == null ? null : memory.asSlice(padded(like.elements()), like.scales().byteSize()),
                like.signed());
    }

    private static void copy(StateConversion.Buffer from, StateConversion.Buffer to, Memory memory) {
        memory.copy(from.elements(), to.elements());
        if (to.scales() != null) {
            memory.copy(from.scales(), to.scales());
        }
    }
}
