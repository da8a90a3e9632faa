package io.radam.internal.engine;

import io.radam.LookaheadMomentum;
import io.radam.internal.kernel.StateConversion;

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

    /** Moves all elements, in a device's memory. */
    void move(LookaheadMomentum how, float alpha, Memory memory) {
        switch (how) {
            case KEEP -> { }
            case RESET -> {
                memory.clear(buffer.elements());
                if (buffer.scales() != null) {
                    memory.clear(buffer.scales());
                }
            }
            case PULLBACK -> {
                StateConversion.Buffer slowHere = readable(slow, memory);
                StateConversion.Buffer here = readable(buffer, memory);
                StateConversion.average(here, alpha, slowHere, 0, here.length());
                write(slowHere, slow, memory);
                write(here, buffer, memory);
            }
        }
    }

    private static StateConversion.Buffer readable(StateConversion.Buffer buffer, Memory memory) {
        return new StateConversion.Buffer(buffer.type(), memory.readable(buffer.elements()),
                buffer.scales() == null ? null : memory.readable(buffer.scales()), buffer.signed());
    }

    private static void write(StateConversion.Buffer from, StateConversion.Buffer to, Memory memory) {
        memory.copy(from.elements(), to.elements());
        if (to.scales() != null) {
            memory.copy(from.scales(), to.scales());
        }
    }
}
