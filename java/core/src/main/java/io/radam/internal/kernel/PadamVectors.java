package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.PadamSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link PadamRule} by the Vector API, for the usual step. */
final class PadamVectors extends ChunkVectors {
    private final PadamSchedule schedule;

    PadamVectors(PadamSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta1) && !Rule.stepsBack(schedule.oneMinusBeta2);
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        long expAvg = state[0] + stateOffset;
        long secondMoment = state[1] + stateOffset;
        moveMoments(count, schedule.oneMinusBeta1, schedule.oneMinusBeta2, updates, expAvg, secondMoment);
        if (state[2] != 0) {
            max(count, secondMoment, state[2] + stateOffset);
            secondMoment = state[2] + stateOffset;
        }
        denominators(count, schedule.epsilon, secondMoment, updates);
        ElementFunctionsVectors.power(count, updates, schedule.power, 0, updates);
        divide(count, expAvg, updates);
    }

    private static void max(int count, long expAvgSq, long maxExpAvgSq) {
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            FloatVector max = FloatVector.fromMemorySegment(SPECIES, MEMORY, maxExpAvgSq + at, ORDER);
            v.blend(max, v.compare(LT, max)).intoMemorySegment(MEMORY, maxExpAvgSq + at, ORDER);
        }
    }

    private static void denominators(int count, float added, long secondMoment, long to) {
        FloatVector epsilon = all(added);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, secondMoment + at, ORDER);
            v.sqrt().add(epsilon).intoMemorySegment(MEMORY, to + at, ORDER);
        }
    }

    private static void divide(int count, long expAvg, long divisors) {
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvg + at, ORDER);
            FloatVector divisor = FloatVector.fromMemorySegment(SPECIES, MEMORY, divisors + at, ORDER);
            m.div(divisor).intoMemorySegment(MEMORY, divisors + at, ORDER);
        }
    }
}
