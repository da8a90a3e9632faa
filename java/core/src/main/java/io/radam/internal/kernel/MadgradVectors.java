package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.MEMORY;
import static io.radam.internal.kernel.VectorRules.ORDER;
import static io.radam.internal.kernel.VectorRules.SPECIES;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.MadgradSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link MadgradRule} by the Vector API, unless decay moves the distance from x0. */
final class MadgradVectors extends ChunkVectors {
    private static final FloatVector LARGEST = all(Rule.LARGEST_STATE);
    private static final FloatVector MINUS_LARGEST = all(-Rule.LARGEST_STATE);

    private final MadgradSchedule schedule;

    MadgradVectors(MadgradSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return schedule.decay == 0 || schedule.stepSize == 1;
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        long gradSumSq = state[0] + stateOffset;
        long sums = state[1] + stateOffset;
        sum(count, schedule.rate, updates, gradSumSq, sums);
        ElementFunctionsVectors.power(count, gradSumSq, MadgradRule.THIRD, MadgradRule.REST_OF_THIRD, updates);
        divide(count, schedule, updates, sums, state[2] + stateOffset);
    }

    private static void sum(int count, float factor, long gradients, long gradSumSq, long sums) {
        FloatVector rate = all(factor);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradients + at, ORDER);
            FloatVector squares = FloatVector.fromMemorySegment(SPECIES, MEMORY, gradSumSq + at, ORDER);
            squares = g.mul(g).fma(rate, squares);
            squares = squares.blend(LARGEST, squares.compare(GT, LARGEST));
            squares.intoMemorySegment(MEMORY, gradSumSq + at, ORDER);
            FloatVector sum = FloatVector.fromMemorySegment(SPECIES, MEMORY, sums + at, ORDER);
            sum = g.fma(rate, sum);
            sum = sum.blend(LARGEST, sum.compare(GT, LARGEST));
            sum = sum.blend(MINUS_LARGEST, sum.compare(LT, MINUS_LARGEST));
            sum.intoMemorySegment(MEMORY, sums + at, ORDER);
        }
    }

    /** Writes updates in place of the roots. */
    private static void divide(int count, MadgradSchedule schedule, long roots, long sums, long x0MinusParam) {
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector stepSize = all(schedule.stepSize);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector root = FloatVector.fromMemorySegment(SPECIES, MEMORY, roots + at, ORDER);
            FloatVector sum = FloatVector.fromMemorySegment(SPECIES, MEMORY, sums + at, ORDER);
            FloatVector distance = FloatVector.fromMemorySegment(SPECIES, MEMORY, x0MinusParam + at, ORDER);
            FloatVector update = sum.div(root.add(epsilon)).sub(distance);
            update.intoMemorySegment(MEMORY, roots + at, ORDER);
            distance = update.fma(stepSize, distance);
            distance = distance.blend(LARGEST, distance.compare(GT, LARGEST));
            distance = distance.blend(MINUS_LARGEST, distance.compare(LT, MINUS_LARGEST));
            distance.intoMemorySegment(MEMORY, x0MinusParam + at, ORDER);
        }
    }
}
