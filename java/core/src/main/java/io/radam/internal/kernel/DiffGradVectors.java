package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.DiffGradSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link DiffGradRule} by the Vector API, for the usual step. */
final class DiffGradVectors extends ChunkVectors {
    private final DiffGradSchedule schedule;

    DiffGradVectors(DiffGradSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta1) && !Rule.stepsBack(schedule.oneMinusBeta2);
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        long expAvg = state[0] + stateOffset;
        long expAvgSq = state[1] + stateOffset;
        moveMoments(count, schedule.oneMinusBeta1, schedule.oneMinusBeta2, updates, expAvg, expAvgSq);
        exponents(count, updates, state[2] + stateOffset);
        ElementFunctionsVectors.exp2(count, updates, updates);
        divide(count, schedule.epsilon, updates, expAvg, expAvgSq);
    }

    /** Writes what 2 is raised to, for the change of the gradient, in its place. */
    private static void exponents(int count, long gradients, long previousGrad) {
        FloatVector least = all(DiffGradRule.LEAST_EXPONENT);
        FloatVector minusLog2OfE = all(DiffGradRule.MINUS_LOG2_OF_E);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, MEMORY, previousGrad + at, ORDER);
            g.intoMemorySegment(MEMORY, previousGrad + at, ORDER);
            x = x.sub(g).abs().mul(minusLog2OfE);
            x.blend(least, x.compare(LT, least)).intoMemorySegment(MEMORY, gradients + at, ORDER);
        }
    }

    private static void divide(int count, float added, long updates, long expAvg, long expAvgSq) {
        FloatVector epsilon = all(added);
        FloatVector one = all(1);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector divisor = FloatVector.fromMemorySegment(SPECIES, MEMORY, updates + at, ORDER).add(one);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvg + at, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, MEMORY, expAvgSq + at, ORDER);
            m.div(divisor.mul(v.sqrt().add(epsilon))).intoMemorySegment(MEMORY, updates + at, ORDER);
        }
    }
}
