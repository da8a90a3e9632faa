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

import io.radam.internal.schedule.CocobSchedule;
import jdk.incubator.vector.FloatVector;

/** {@link CocobRule} by the Vector API. */
final class CocobVectors extends ChunkVectors {
    private static final FloatVector LARGEST = all(CocobRule.LARGEST);
    private static final FloatVector MINUS_LARGEST = all(-CocobRule.LARGEST);
    private static final FloatVector LARGEST_REWARD = all(CocobRule.LARGEST_REWARD);

    private final CocobSchedule schedule;

    CocobVectors(CocobSchedule schedule) {
        super(schedule);
        this.schedule = schedule;
    }

    @Override
    boolean has(Tensor t) {
        return true;
    }

    void makeUpdates(int count, long[] state, long stateOffset, long updates) {
        makeUpdates(count, schedule, updates, state[0] + stateOffset, state[1] + stateOffset, state[2] + stateOffset,
                state[3] + stateOffset);
    }

    private static void makeUpdates(int count, CocobSchedule schedule, long updates, long sums, long norms,
            long largest, long rewards) {
        FloatVector rate = all(schedule.rate);
        FloatVector alpha = all(schedule.alpha);
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector one = all(1);
        FloatVector minusOne = all(-1);
        FloatVector zero = all(0);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, MEMORY, updates + at, ORDER).mul(rate);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector sum = FloatVector.fromMemorySegment(SPECIES, MEMORY, sums + at, ORDER);
            FloatVector norm = FloatVector.fromMemorySegment(SPECIES, MEMORY, norms + at, ORDER);
            FloatVector most = FloatVector.fromMemorySegment(SPECIES, MEMORY, largest + at, ORDER);
            FloatVector reward = FloatVector.fromMemorySegment(SPECIES, MEMORY, rewards + at, ORDER);
            most = most.blend(epsilon, most.compare(LT, epsilon));

            FloatVector wealth = reward.add(most).div(most);
            wealth = wealth.blend(LARGEST_REWARD, wealth.compare(GT, LARGEST_REWARD));
            FloatVector bets = most.mul(alpha);
            FloatVector sure = norm.add(most);
            FloatVector share = sum.div(bets.blend(sure, bets.compare(LT, sure)));
            share = share.blend(one, share.compare(GT, one)).blend(minusOne, share.compare(LT, minusOne));
            FloatVector before = share.mul(wealth);

            FloatVector magnitude = g.abs();
            most = magnitude.blend(most, magnitude.compare(LT, most));
            sum = sum.sub(g);
            sum = sum.blend(LARGEST, sum.compare(GT, LARGEST)).blend(MINUS_LARGEST, sum.compare(LT, MINUS_LARGEST));
            norm = norm.add(magnitude);
            norm = norm.blend(LARGEST, norm.compare(GT, LARGEST));
            reward = g.neg().fma(before, reward);
            // The sum with 0 is for a -0, which Math.max makes 0.
            reward = reward.blend(zero, reward.compare(LT, zero)).add(zero);
            reward = reward.blend(LARGEST_REWARD, reward.compare(GT, LARGEST_REWARD));
            sum.intoMemorySegment(MEMORY, sums + at, ORDER);
            norm.intoMemorySegment(MEMORY, norms + at, ORDER);
            most.intoMemorySegment(MEMORY, largest + at, ORDER);
            reward.intoMemorySegment(MEMORY, rewards + at, ORDER);

            wealth = reward.add(most).div(most);
            wealth = wealth.blend(LARGEST_REWARD, wealth.compare(GT, LARGEST_REWARD));
            bets = most.mul(alpha);
            sure = norm.add(most);
            share = sum.div(bets.blend(sure, bets.compare(LT, sure)));
            share = share.blend(one, share.compare(GT, one)).blend(minusOne, share.compare(LT, minusOne));
            before.sub(share.mul(wealth)).intoMemorySegment(MEMORY, updates + at, ORDER);
        }
    }
}
