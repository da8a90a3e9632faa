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

import io.radam.internal.schedule.QHMSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link QHMRule} by the Vector API, for the usual step. */
final class QHMVectors extends VectorRule {
    private final QHMSchedule schedule;

    QHMVectors(QHMSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return !Rule.stepsBack(schedule.oneMinusMomentum);
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long momentumBuffer = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusMomentum = all(schedule.oneMinusMomentum);
        FloatVector nu = all(schedule.nu);
        FloatVector oneMinusNu = all(schedule.oneMinusNu);
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
            FloatVector b = load(momentumBuffer + at);
            b = g.sub(b).fma(oneMinusMomentum, b);
            store(b, momentumBuffer + at);
            FloatVector update = b.fma(nu, g.mul(oneMinusNu));
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long momentumBuffer = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusMomentum = all(schedule.oneMinusMomentum);
        FloatVector nu = all(schedule.nu);
        FloatVector oneMinusNu = all(schedule.oneMinusNu);
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
            FloatVector b = load(momentumBuffer + at);
            b = g.sub(b).fma(oneMinusMomentum, b);
            store(b, momentumBuffer + at);
            FloatVector update = b.fma(nu, g.mul(oneMinusNu));
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }
}
