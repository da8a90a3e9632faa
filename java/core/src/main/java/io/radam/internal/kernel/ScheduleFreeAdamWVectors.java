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

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.ScheduleFreeAdamWSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link ScheduleFreeAdamWRule} by the Vector API, for the usual step. */
final class ScheduleFreeAdamWVectors extends ChunkVectors {
    private final ScheduleFreeAdamWSchedule schedule;

    ScheduleFreeAdamWVectors(ScheduleFreeAdamWSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta2)
                && (t.state[2] == null || !Rule.stepsBack(schedule.oneMinusInnerMomentum));
    }

    @Override
    boolean needsValues() {
        return schedule.decay != 0;
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        long expAvgSq = state[1] + stateOffset;
        moveSecondMoment(count, schedule.oneMinusBeta2, updates, expAvgSq);
        if (state[2] != 0) {
            average(count, schedule.oneMinusInnerMomentum, updates, state[2] + stateOffset);
        }
        if (schedule.mode == Mode.ADAPTIVE) {
            divide(count, schedule.epsilon, updates, expAvgSq);
        }
        ScheduleFreeSgdVectors.move(count, schedule.move, updates, state[0] + stateOffset);
    }

    private static void moveSecondMoment(int count, float rate, long gradients, long expAvgSq) {
        FloatVector oneMinusBeta2 = all(rate);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            g.fma(g, v.neg()).fma(oneMinusBeta2, v).intoMemorySegment(MEMORY, expAvgSq + at, ORDER);
        }
    }

    /** Puts the averages in the place of gradients, too. */
    private static void average(int count, float rate, long gradients, long expAvg) {
        FloatVector oneMinusInnerMomentum = all(rate);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvg + at, ORDER);
            m = g.sub(m).fma(oneMinusInnerMomentum, m);
            m.intoMemorySegment(MEMORY, expAvg + at, ORDER);
            m.intoMemorySegment(MEMORY, gradients + at, ORDER);
        }
    }

    private static void divide(int count, float added, long gradients, long expAvgSq) {
        FloatVector epsilon = all(added);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector n = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            n = n.div(v.sqrt().add(epsilon));
            n = n.blend(BOUND, n.compare(GT, BOUND)).blend(MINUS_BOUND, n.compare(LT, MINUS_BOUND));
            n.intoMemorySegment(MEMORY, gradients + at, ORDER);
        }
    }
}
