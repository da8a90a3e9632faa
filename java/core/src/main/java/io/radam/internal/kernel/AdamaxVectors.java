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

import io.radam.internal.schedule.AdamaxSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link AdamaxRule} by the Vector API, for the usual step. */
final class AdamaxVectors extends VectorRule {
    private static final FloatVector LARGEST = all(AdamaxRule.LARGEST);
    private final AdamaxSchedule schedule;

    AdamaxVectors(AdamaxSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusBeta1);
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long expAvg = state[0] + stateOffset;
        long expInf = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector beta2 = all(schedule.beta2);
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
            FloatVector decayed = load(expInf + at).mul(beta2);
            FloatVector magnitude = g.abs().add(epsilon);
            FloatVector n = decayed.blend(magnitude, magnitude.compare(GT, decayed));
            n = n.blend(LARGEST, n.compare(GT, LARGEST));
            store(m, expAvg + at);
            store(n, expInf + at);
            FloatVector update = m.div(n);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long expAvg = state[0] + stateOffset;
        long expInf = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector beta2 = all(schedule.beta2);
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
            FloatVector decayed = load(expInf + at).mul(beta2);
            FloatVector magnitude = g.abs().add(epsilon);
            FloatVector n = decayed.blend(magnitude, magnitude.compare(GT, decayed));
            n = n.blend(LARGEST, n.compare(GT, LARGEST));
            store(m, expAvg + at);
            store(n, expInf + at);
            FloatVector update = m.div(n);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }
}
