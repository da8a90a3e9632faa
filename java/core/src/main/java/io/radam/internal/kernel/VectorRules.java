package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.LionSchedule;
import io.radam.internal.schedule.NAdamSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** What the rules by the Vector API have in common. */
final class VectorRules {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private static final FloatVector BOUND = all(Rule.BOUND);
    private static final FloatVector MINUS_BOUND = all(-Rule.BOUND);

    private VectorRules() {
    }

    /** Whether the machine has vectors. Without, each operation would be a call that allocates. */
    static boolean isFast() {
        return WIDTH >= 4;
    }

    static VectorRule of(Schedule schedule) {
        return switch (schedule) {
            case AdamSchedule adam -> new AdamVectors(adam);
            case NAdamSchedule nadam -> new NAdamVectors(nadam);
            case SgdSchedule sgd -> new SgdVectors(sgd);
            case LionSchedule lion -> new LionVectors(lion);
        };
    }

    /**
     * Loads from native memory. The check tells the compiler the class, whatever segments the JVM has met besides:
     * where it has to ask for each load, a loop takes twice as long.
     */
    static FloatVector load(MemorySegment from, long offset) {
        if (from.getClass() != VectorRule.NATIVE) {
            throw new AssertionError(from);
        }
        return FloatVector.fromMemorySegment(SPECIES, from, offset, ORDER);
    }

    static void store(FloatVector x, MemorySegment to, long offset) {
        if (to.getClass() != VectorRule.NATIVE) {
            throw new AssertionError(to);
        }
        x.intoMemorySegment(to, offset, ORDER);
    }

    /** Loads from an array of floats. */
    static FloatVector loadArray(MemorySegment from, long offset) {
        if (from.getClass() != VectorRule.ARRAY) {
            throw new AssertionError(from);
        }
        return FloatVector.fromMemorySegment(SPECIES, from, offset, ORDER);
    }

    static void storeArray(FloatVector x, MemorySegment to, long offset) {
        if (to.getClass() != VectorRule.ARRAY) {
            throw new AssertionError(to);
        }
        x.intoMemorySegment(to, offset, ORDER);
    }

    static FloatVector all(float x) {
        return FloatVector.broadcast(SPECIES, x);
    }

    /** Whether a term is in the sum. */
    static VectorMask<Float> unlessZero(float factor) {
        return SPECIES.maskAll(factor != 0);
    }

    /**
     * The gradient as all rules use it; {@link Rule} has the same for floats, as of what follows. Both outcomes of a
     * condition are computed: a loop with conditions would be slow once it has met both.
     */
    static FloatVector gradient(FloatVector g, FloatVector scale, FloatVector l2, VectorMask<Float> decays,
            FloatVector p) {
        return bounded(g.mul(scale).blend(l2.fma(p, g.mul(scale)), decays));
    }

    /** With fewer instructions than by minimum and maximum, which have to look for NaN and for the sign of zeros. */
    static FloatVector bounded(FloatVector g) {
        return g.blend(BOUND, g.compare(VectorOperators.GT, BOUND))
                .blend(MINUS_BOUND, g.compare(VectorOperators.LT, MINUS_BOUND));
    }

    static FloatVector average(FloatVector a, FloatVector x, FloatVector oneMinusBeta) {
        return x.sub(a).fma(oneMinusBeta, a);
    }

    static FloatVector averageOfSquare(FloatVector a, FloatVector g, FloatVector oneMinusBeta) {
        return g.fma(g, a.neg()).fma(oneMinusBeta, a);
    }

    static FloatVector moved(FloatVector p, FloatVector update, FloatVector stepSize, FloatVector decay,
            VectorMask<Float> decays) {
        return update.fma(stepSize.neg(), p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
    }
}
