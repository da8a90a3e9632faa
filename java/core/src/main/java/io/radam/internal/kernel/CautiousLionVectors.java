package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.BOUND;
import static io.radam.internal.kernel.VectorRules.MINUS_BOUND;
import static io.radam.internal.kernel.VectorRules.NONE;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.unlessZero;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.LionSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** A cautious step of {@link LionRule} by the Vector API, for usual averages. */
final class CautiousLionVectors extends VectorRule {
    private final LionSchedule schedule;

    CautiousLionVectors(LionSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta1) && !Rule.stepsBack(schedule.oneMinusBeta2);
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long expAvg = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, offset + at);
            FloatVector g = load(gradient, offset + at).mul(scale);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector m = load(expAvg + at);
            FloatVector direction = g.sub(m).fma(oneMinusBeta1, m);
            FloatVector update = direction.blend(1, direction.compare(GT, 0))
                    .blend(-1, direction.compare(LT, 0));
            update = update.mul(NONE.blend(1, update.mul(g).compare(GT, 0)));
            store(g.sub(m).fma(oneMinusBeta2, m), expAvg + at);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long expAvg = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, firstValue + i);
            FloatVector g = load(gradient, firstGradient + i).mul(scale);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector m = load(expAvg + at);
            FloatVector direction = g.sub(m).fma(oneMinusBeta1, m);
            FloatVector update = direction.blend(1, direction.compare(GT, 0))
                    .blend(-1, direction.compare(LT, 0));
            update = update.mul(NONE.blend(1, update.mul(g).compare(GT, 0)));
            store(g.sub(m).fma(oneMinusBeta2, m), expAvg + at);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }
}
