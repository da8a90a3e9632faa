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
abstract sealed class VectorRule permits AdamVectors, LionVectors, NAdamVectors, SgdVectors, RMSpropVectors,
        AdagradVectors, AdamaxVectors, AdadeltaVectors, AdaBeliefVectors, AdoptVectors, YogiVectors,
        QHAdamVectors {
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
        MemorySegment values = t.values;
        MemorySegment gradient = t.gradient;
        boolean arrays = t.valuesArray != null && t.gradientArray != null;
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
                stepArrays(this, at, count, t);
            } else {
                stepNative(this, at, count, t);
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

    /**
     * Steps {@code count} elements from {@code begin} on, whole vectors, in native memory. Each rule has a call of its
     * own. From one virtual call, the compiler takes in the loop of a rule that is seldom called, but not the methods
     * that the loop calls; from then on each vector between them is an object.
     */
    private static void stepNative(VectorRule rule, long begin, int count, Tensor t) {
        switch (rule) {
            case AdamVectors adam -> adam.stepNative(begin, count, t);
            case LionVectors lion -> lion.stepNative(begin, count, t);
            case NAdamVectors nadam -> nadam.stepNative(begin, count, t);
            case SgdVectors sgd -> sgd.stepNative(begin, count, t);
            case RMSpropVectors rmsprop -> rmsprop.stepNative(begin, count, t);
            case AdagradVectors adagrad -> adagrad.stepNative(begin, count, t);
            case AdamaxVectors adamax -> adamax.stepNative(begin, count, t);
            case AdadeltaVectors adadelta -> adadelta.stepNative(begin, count, t);
            case AdaBeliefVectors adabelief -> adabelief.stepNative(begin, count, t);
            case AdoptVectors adopt -> adopt.stepNative(begin, count, t);
            case YogiVectors yogi -> yogi.stepNative(begin, count, t);
            case QHAdamVectors qhadam -> qhadam.stepNative(begin, count, t);
        }
    }

    /** Likewise where values and gradient are arrays. */
    private static void stepArrays(VectorRule rule, long begin, int count, Tensor t) {
        switch (rule) {
            case AdamVectors adam -> adam.stepArrays(begin, count, t);
            case LionVectors lion -> lion.stepArrays(begin, count, t);
            case NAdamVectors nadam -> nadam.stepArrays(begin, count, t);
            case SgdVectors sgd -> sgd.stepArrays(begin, count, t);
            case RMSpropVectors rmsprop -> rmsprop.stepArrays(begin, count, t);
            case AdagradVectors adagrad -> adagrad.stepArrays(begin, count, t);
            case AdamaxVectors adamax -> adamax.stepArrays(begin, count, t);
            case AdadeltaVectors adadelta -> adadelta.stepArrays(begin, count, t);
            case AdaBeliefVectors adabelief -> adabelief.stepArrays(begin, count, t);
            case AdoptVectors adopt -> adopt.stepArrays(begin, count, t);
            case YogiVectors yogi -> yogi.stepArrays(begin, count, t);
            case QHAdamVectors qhadam -> qhadam.stepArrays(begin, count, t);
        }
    }
}
