package io.radam.internal.kernel;

import io.radam.internal.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Steps float32 tensors where they lie, by the Vector API. That is twice as fast as by way of arrays. But the API is
 * incubating: it is there only where the command line has {@code --add-modules jdk.incubator.vector}. So this class
 * does not name it, and what does is loaded only where it is there.
 *
 * <p>The same operations as in {@link Rule}, in the same order.
 */
abstract class VectorRule {
    private static final String MODULE = "jdk.incubator.vector";
    /** The classes of segments that are native, and of those that are arrays of floats. */
    static final Class<?> NATIVE = MemorySegment.NULL.getClass();
    static final Class<?> ARRAY = MemorySegment.ofArray(new float[0]).getClass();
    /** The elements of a loop. The garbage collector may have to wait for its end. */
    private static final int PIECE = 8192;

    private static final boolean AVAILABLE = isAvailable();

    private static boolean isAvailable() {
        Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
        if (module.isEmpty()) {
            return false;
        }
        // Named modules read it only if they say so, which io.radam does not, since most users have no such module.
        VectorRule.class.getModule().addReads(module.get());
        try {
            return VectorRules.isFast();
        } catch (LinkageError e) {
            return false; // of another Java, where the API has changed
        }
    }

    /** The rule of a schedule's algorithm; null where there is no fast one. */
    static VectorRule of(Schedule schedule) {
        return AVAILABLE ? VectorRules.of(schedule) : null;
    }

    /** Whether there are rules by the Vector API. */
    static boolean available() {
        return AVAILABLE;
    }

    /** Whether it has the present step. */
    abstract boolean has(Tensor t);

    /**
     * Steps elements from {@code begin} on: whole vectors of them, and not beyond {@code end}.
     *
     * @return the end of what it has stepped
     */
    final long step(Tensor t, long begin, long end) {
        MemorySegment values = t.values;
        MemorySegment gradient = t.gradient;
        boolean arrays = values.getClass() == ARRAY && gradient.getClass() == ARRAY;
        boolean natives = values.getClass() == NATIVE && gradient.getClass() == NATIVE;
        if (!(arrays || natives) || !isNative(t.state) || !has(t)) {
            return begin;
        }
        long at = begin;
        while (at < end) {
            int count = (int) Math.min(PIECE, end - at) & -width();
            if (count == 0) {
                break;
            }
            if (arrays) {
                stepArrays(at * Float.BYTES, count, values, gradient, t.state);
            } else {
                stepNative(at * Float.BYTES, count, values, gradient, t.state);
            }
            at += count;
        }
        return at;
    }

    private static boolean isNative(MemorySegment[] state) {
        for (MemorySegment buffer : state) {
            if (buffer != null && buffer.getClass() != NATIVE) {
                return false;
            }
        }
        return true;
    }

    /** The elements of a vector. */
    abstract int width();

    /** Steps {@code count} elements, a multiple of the width, in native memory. */
    abstract void stepNative(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state);

    /** Likewise where values and gradient are arrays. */
    abstract void stepArrays(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state);
}
