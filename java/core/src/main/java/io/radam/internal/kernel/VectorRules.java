package io.radam.internal.kernel;

import io.radam.internal.schedule.AdEMAMixSchedule;
import io.radam.internal.schedule.AdaBeliefSchedule;
import io.radam.internal.schedule.AdaBoundSchedule;
import io.radam.internal.schedule.AdaModSchedule;
import io.radam.internal.schedule.AdadeltaSchedule;
import io.radam.internal.schedule.AdagradSchedule;
import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.AdamaxSchedule;
import io.radam.internal.schedule.AdanSchedule;
import io.radam.internal.schedule.AdoptSchedule;
import io.radam.internal.schedule.CocobSchedule;
import io.radam.internal.schedule.CustomSchedule;
import io.radam.internal.schedule.DiffGradSchedule;
import io.radam.internal.schedule.LayerwiseSchedule;
import io.radam.internal.schedule.LionSchedule;
import io.radam.internal.schedule.MadgradSchedule;
import io.radam.internal.schedule.NAdamSchedule;
import io.radam.internal.schedule.PadamSchedule;
import io.radam.internal.schedule.QHAdamSchedule;
import io.radam.internal.schedule.QHMSchedule;
import io.radam.internal.schedule.RMSpropSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.ScheduleFreeAdamWSchedule;
import io.radam.internal.schedule.ScheduleFreeSgdSchedule;
import io.radam.internal.schedule.SgdSchedule;
import io.radam.internal.schedule.YogiSchedule;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the rules by the Vector API have in common, except for arithmetic. That is written out in each loop: the
 * compiler takes no method into a loop that it has compiled to more than 2,500 bytes by then, and each vector that goes
 * to or from such a method is an object. Both outcomes of a condition are computed: a loop with conditions would be
 * slow once it has met both.
 */
final class VectorRules {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /**
     * All memory, by address. By way of a constant that has no owner and is never closed, an access has little to
     * check. With the segments of state, seven accesses of a loop check seven owners and lives. What the compiler makes
     * of that depends on all segments that the JVM has met: it may suppose a thread where there is no owner, and throw
     * the code away when that fails, or leave vectors in objects.
     */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** By comparisons, a bound takes fewer instructions than by minimum and maximum, which look for NaN and for -0. */
    static final FloatVector BOUND = all(Rule.BOUND);
    static final FloatVector MINUS_BOUND = all(-Rule.BOUND);
    static final FloatVector NONE = all(0);

    private VectorRules() {
    }

    /** Whether the machine has vectors. Without, each operation would be a call that allocates. */
    static boolean isFast() {
        return WIDTH >= 4;
    }

    static VectorRule of(Schedule schedule) {
        return switch (schedule) {
            case AdamSchedule adam -> adam.cautious ? new CautiousAdamVectors(adam) : new AdamVectors(adam);
            case NAdamSchedule nadam -> new NAdamVectors(nadam);
            case SgdSchedule sgd -> sgd.hasSecond() ? new SgdSecondVectors(sgd) : new SgdVectors(sgd);
            case LionSchedule lion -> lion.cautious ? new CautiousLionVectors(lion) : new LionVectors(lion);
            case RMSpropSchedule rmsprop -> new RMSpropVectors(rmsprop);
            case AdagradSchedule adagrad -> new AdagradVectors(adagrad);
            case AdamaxSchedule adamax -> new AdamaxVectors(adamax);
            case AdadeltaSchedule adadelta -> new AdadeltaVectors(adadelta);
            case AdaBeliefSchedule adabelief -> new AdaBeliefVectors(adabelief);
            case AdoptSchedule adopt -> new AdoptVectors(adopt);
            case YogiSchedule yogi -> new YogiVectors(yogi);
            case QHAdamSchedule qhadam -> new QHAdamVectors(qhadam);
            case AdEMAMixSchedule ademamix -> new AdEMAMixVectors(ademamix);
            case AdaModSchedule adamod -> new AdaModVectors(adamod);
            case AdaBoundSchedule adabound -> new AdaBoundVectors(adabound);
            case QHMSchedule qhm -> new QHMVectors(qhm);
            case AdanSchedule adan -> new AdanVectors(adan);
            case DiffGradSchedule diffgrad -> new DiffGradVectors(diffgrad);
            case PadamSchedule padam -> new PadamVectors(padam);
            case MadgradSchedule madgrad -> new MadgradVectors(madgrad);
            case CocobSchedule cocob -> new CocobVectors(cocob);
            case ScheduleFreeSgdSchedule sgd -> new ScheduleFreeSgdVectors(sgd);
            case ScheduleFreeAdamWSchedule adamw -> new ScheduleFreeAdamWVectors(adamw);
            case LayerwiseSchedule layerwise -> of(layerwise.stepped());
            case CustomSchedule custom -> null;
        };
    }

    /**
     * Loads from native memory of the user, which another thread may close meanwhile if it is shared. The check tells
     * the compiler the class, whatever segments the JVM has met besides: where it has to ask for each load, a loop
     * takes twice as long.
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

    /** Loads state. It stays open throughout a step; that of the user must. */
    static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(SPECIES, MEMORY, address, ORDER);
    }

    static void store(FloatVector x, long address) {
        x.intoMemorySegment(MEMORY, address, ORDER);
    }

    static FloatVector load(float[] from, int index) {
        return FloatVector.fromArray(SPECIES, from, index);
    }

    static void store(FloatVector x, float[] to, int index) {
        x.intoArray(to, index);
    }

    static FloatVector all(float x) {
        return FloatVector.broadcast(SPECIES, x);
    }

    /** Whether a term is in the sum. */
    static VectorMask<Float> unlessZero(float factor) {
        return SPECIES.maskAll(factor != 0);
    }
}
