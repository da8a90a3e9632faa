package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.BOUND;
import static io.radam.internal.kernel.VectorRules.MINUS_BOUND;
import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.unlessZero;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.radam.internal.schedule.AdaBoundSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link AdaBoundRule} by the Vector API, for the usual step. */
final class AdaBoundVectors extends VectorRule {
    private final AdaBoundSchedule schedule;

    AdaBoundVectors(AdaBoundSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return t.state[2] == null && !Rule.stepsBack(schedule.oneMinusBeta1)
                && !Rule.stepsBack(schedule.oneMinusBeta2);
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long expAvg = state[0] + stateOffset;
        long expAvgSq = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector rate = all(schedule.rate);
        FloatVector lower = all(schedule.lower);
        FloatVector upper = all(schedule.upper);
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, offset + at);
            FloatVector g = load(gradient, offset + at).mul(scale);
            g = g.blend(l2.fma(p, g), decaysGradient);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector m = load(expAvg + at);
            m = g.sub(m).fma(oneMinusBeta1, m);
            FloatVector v = load(expAvgSq + at);
            v = g.fma(g, v.neg()).fma(oneMinusBeta2, v);
            FloatVector own = rate.div(v.sqrt().add(epsilon));
            own = own.blend(lower, own.compare(LT, lower));
            own = own.blend(upper, own.compare(GT, upper));
            store(m, expAvg + at);
            store(v, expAvgSq + at);
            FloatVector update = own.mul(m);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long expAvg = state[0] + stateOffset;
        long expAvgSq = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector rate = all(schedule.rate);
        FloatVector lower = all(schedule.lower);
        FloatVector upper = all(schedule.upper);
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, firstValue + i);
            FloatVector g = load(gradient, firstGradient + i).mul(scale);
            g = g.blend(l2.fma(p, g), decaysGradient);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector m = load(expAvg + at);
            m = g.sub(m).fma(oneMinusBeta1, m);
            FloatVector v = load(expAvgSq + at);
            v = g.fma(g, v.neg()).fma(oneMinusBeta2, v);
            FloatVector own = rate.div(v.sqrt().add(epsilon));
            own = own.blend(lower, own.compare(LT, lower));
            own = own.blend(upper, own.compare(GT, upper));
            store(m, expAvg + at);
            store(v, expAvgSq + at);
            FloatVector update = own.mul(m);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }
}
