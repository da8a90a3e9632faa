package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.BOUND;
import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.MINUS_BOUND;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.AdanSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link AdanRule} by the Vector API, for the usual step. */
final class AdanVectors extends ChunkVectors {
    private final AdanSchedule schedule;

    AdanVectors(AdanSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta1) && !Rule.stepsBack(schedule.oneMinusBeta2)
                && !Rule.stepsBack(schedule.oneMinusBeta3);
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        long expAvgSq = state[1] + stateOffset;
        long expAvgDiff = state[2] + stateOffset;
        moveDifferences(count, schedule, updates, expAvgSq, expAvgDiff, state[3] + stateOffset);
        divide(count, schedule, updates, state[0] + stateOffset, expAvgSq, expAvgDiff);
    }

    private static void moveDifferences(int count, AdanSchedule schedule, long gradients, long expAvgSq,
            long expAvgDiff, long negPreGrad) {
        FloatVector diffScale = all(schedule.diffScale);
        FloatVector beta2 = all(schedule.beta2);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector oneMinusBeta3 = all(schedule.oneMinusBeta3);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector d = FloatVector.fromMemorySegment(SPECIES, MEMORY, negPreGrad + at, ORDER);
            d = g.add(d).mul(diffScale);
            g.neg().intoMemorySegment(MEMORY, negPreGrad + at, ORDER);
            FloatVector average = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgDiff + at, ORDER);
            average = d.sub(average).fma(oneMinusBeta2, average);
            average.intoMemorySegment(MEMORY, expAvgDiff + at, ORDER);
            FloatVector ahead = d.fma(beta2, g);
            ahead = ahead.blend(BOUND, ahead.compare(GT, BOUND));
            ahead = ahead.blend(MINUS_BOUND, ahead.compare(LT, MINUS_BOUND));
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            v = ahead.fma(ahead, v.neg()).fma(oneMinusBeta3, v);
            v.intoMemorySegment(MEMORY, expAvgSq + at, ORDER);
        }
    }

    private static void divide(int count, AdanSchedule schedule, long updates, long expAvg, long expAvgSq,
            long expAvgDiff) {
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector diffFactor = all(schedule.diffFactor);
        FloatVector epsilon = all(schedule.epsilon);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, updates + at, ORDER);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvg + at, ORDER);
            m = g.sub(m).fma(oneMinusBeta1, m);
            m.intoMemorySegment(MEMORY, expAvg + at, ORDER);
            FloatVector numerator = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgDiff + at, ORDER);
            numerator = numerator.fma(diffFactor, m);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            numerator.div(v.sqrt().add(epsilon)).intoMemorySegment(MEMORY, updates + at, ORDER);
        }
    }
}
