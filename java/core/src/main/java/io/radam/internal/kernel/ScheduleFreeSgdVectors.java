package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.ScheduleFreeMove;
import io.radam.internal.schedule.ScheduleFreeSgdSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link ScheduleFreeSgdRule} by the Vector API. */
final class ScheduleFreeSgdVectors extends ChunkVectors {
    private static final FloatVector LARGEST = all(Rule.LARGEST_STATE);
    private static final FloatVector MINUS_LARGEST = all(-Rule.LARGEST_STATE);

    private final ScheduleFreeSgdSchedule schedule;

    ScheduleFreeSgdVectors(ScheduleFreeSgdSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return true;
    }

    @Override
    boolean needsValues() {
        return schedule.decay != 0;
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        move(count, schedule.move, updates, state[0] + stateOffset);
    }

    /** Puts updates in the place of directions, and moves how far the newest iterates are from parameters. */
    static void move(int count, ScheduleFreeMove move, long directions, long zMinusParam) {
        updates(count, move, directions, zMinusParam);
        if (move.decay != 0) {
            decay(count, move.zDecay, directions + VALUES, zMinusParam);
        }
        average(count, move.ckp1, zMinusParam);
    }

    private static void updates(int count, ScheduleFreeMove move, long directions, long zMinusParam) {
        FloatVector ckp1 = all(move.ckp1);
        FloatVector rate = all(move.rate);
        FloatVector minusZRate = all(-move.zRate);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector direction = FloatVector.fromMemorySegment(SPECIES, MEMORY, directions + at, ORDER);
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, zMinusParam + at, ORDER);
            direction.fma(rate, d.mul(ckp1).neg()).intoMemorySegment(MEMORY, directions + at, ORDER);
            d = direction.fma(minusZRate, d);
            d = d.blend(LARGEST, d.compare(GT, LARGEST)).blend(MINUS_LARGEST, d.compare(LT, MINUS_LARGEST));
            d.intoMemorySegment(MEMORY, zMinusParam + at, ORDER);
        }
    }

    private static void decay(int count, float zDecay, long values, long zMinusParam) {
        FloatVector minusZDecay = all(-zDecay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, MEMORY, values + at, ORDER);
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, zMinusParam + at, ORDER);
            p = MINUS_LARGEST.blend(p, p.compare(GT, MINUS_LARGEST)); // also of NaN
            d = p.blend(LARGEST, p.compare(GT, LARGEST)).fma(minusZDecay, d);
            d = d.blend(LARGEST, d.compare(GT, LARGEST)).blend(MINUS_LARGEST, d.compare(LT, MINUS_LARGEST));
            d.intoMemorySegment(MEMORY, zMinusParam + at, ORDER);
        }
    }

    private static void average(int count, float ckp1, long zMinusParam) {
        FloatVector minusCkp1 = all(-ckp1);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, zMinusParam + at, ORDER);
            d.fma(minusCkp1, d).intoMemorySegment(MEMORY, zMinusParam + at, ORDER);
        }
    }
}
