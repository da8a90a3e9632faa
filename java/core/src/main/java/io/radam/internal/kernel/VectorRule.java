package io.radam.internal.kernel;

import io.radam.internal.schedule.Schedule;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Steps float32 by the Vector API where it lies; {@link VectorBlocks} makes float32 of other types. That is twice as
 * fast as by way of arrays. But the API is incubating: it is there only where the command line has {@code --add-modules
 * jdk.incubator.vector}. So this class does not name it, and what does is loaded only where it is there.
 *
 * <p>The same operations as in {@link Rule}, in the same order.
 */
abstract sealed class VectorRule permits AdamVectors, LionVectors, NAdamVectors, SgdVectors, SgdSecondVectors,
        RMSpropVectors, AdagradVectors, AdamaxVectors, AdadeltaVectors, AdaBeliefVectors, AdoptVectors, YogiVectors,
        QHAdamVectors, AdEMAMixVectors, AdaModVectors, QHMVectors, AdaBoundVectors, CautiousAdamVectors,
        CautiousLionVectors, ChunkVectors {
    private static final String MODULE = "jdk.incubator.vector";
    /** The class of segments that are native. */
    static final Class<?> NATIVE = MemorySegment.NULL.getClass();
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
            return false; // of another Java, where the API has changed; or without native access
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
        if (!isInPlace(t) || !hasNativeState(t) || !has(t)) {
            return begin;
        }
        long at = begin;
        while (at < end) {
            int count = (int) Math.min(PIECE, end - at) & -width();
            if (count == 0) {
                break;
            }
            stepInPlace(this, t, at, count, t.stateAddresses, at * Float.BYTES);
            at += count;
        }
        return at;
    }

    /** Whether values and gradient, if these are of float32, can be stepped where they lie. */
    static boolean isInPlace(Tensor t) {
        return areArrays(t) || t.values.getClass() == NATIVE && t.gradient.getClass() == NATIVE;
    }

    private static boolean areArrays(Tensor t) {
        return t.valuesArray != null && t.gradientArray != null;
    }

    static boolean hasNativeState(Tensor t) {
        for (MemorySegment buffer : t.state) {
            if (buffer != null && buffer.getClass() != NATIVE) {
                return false;
            }
        }
        return true;
    }

    /**
     * Steps {@code count} elements from {@code begin} on, whole vectors, where values and gradient lie.
     *
     * @param state       the addresses of the buffers
     * @param stateOffset how many bytes after them the first element's state is
     */
    static void stepInPlace(VectorRule rule, Tensor t, long begin, int count, long[] state, long stateOffset) {
        long offset = begin * Float.BYTES;
        if (areArrays(t)) {
            stepArrays(rule, t.valuesArray, index(t.values, offset), t.gradientArray, index(t.gradient, offset), state,
                    stateOffset, count);
        } else {
            stepNative(rule, t.values, t.gradient, offset, state, stateOffset, count);
        }
    }

    /** Where an offset into a segment is in its array. */
    private static int index(MemorySegment segment, long offset) {
        return (int) ((segment.address() + offset) / Float.BYTES);
    }

    /** The elements of a vector. */
    abstract int width();

    /**
     * Steps {@code count} elements from an offset on, whole vectors, in native memory. Each rule has a call of its own.
     * From one virtual call, the compiler takes in the loop of a rule that is seldom called, but not the methods
     * that the loop calls; from then on each vector between them is an object.
     */
    static void stepNative(VectorRule rule, MemorySegment values, MemorySegment gradient, long offset, long[] state,
            long stateOffset, int count) {
        switch (rule) {
            case AdamVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case LionVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case NAdamVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case SgdVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case SgdSecondVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case RMSpropVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdagradVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdamaxVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdadeltaVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdaBeliefVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdoptVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case YogiVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case QHAdamVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdEMAMixVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdaModVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case QHMVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case AdaBoundVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case CautiousAdamVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case CautiousLionVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
            case ChunkVectors r -> r.stepNative(values, gradient, offset, state, stateOffset, count);
        }
    }

    /** Likewise where values and gradient are arrays. */
    private static void stepArrays(VectorRule rule, float[] values, int firstValue, float[] gradient,
            int firstGradient, long[] state, long stateOffset, int count) {
        switch (rule) {
            case AdamVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case LionVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case NAdamVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case SgdVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case SgdSecondVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case RMSpropVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdagradVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdamaxVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdadeltaVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdaBeliefVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdoptVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case YogiVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case QHAdamVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdEMAMixVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdaModVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case QHMVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case AdaBoundVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case CautiousAdamVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case CautiousLionVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
            case ChunkVectors r ->
                    r.stepArrays(values, firstValue, gradient, firstGradient, state, stateOffset, count);
        }
    }
}
