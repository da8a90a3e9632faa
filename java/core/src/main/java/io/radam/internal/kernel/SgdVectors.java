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

import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link SgdRule} by the Vector API, with momentum, unless there is a second buffer. */
final class SgdVectors extends VectorRule {
    private final SgdSchedule schedule;

    SgdVectors(SgdSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return t.state[0] != null && !schedule.hasSecond();
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long momentumBuffer = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector nesterov = all(schedule.nesterov);
        VectorMask<Float> usesNesterov = unlessZero(schedule.nesterov);
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
            FloatVector b = momentum.fma(load(momentumBuffer + at), g.mul(oneMinusDampening));
            store(b, momentumBuffer + at);
            FloatVector update = b.blend(nesterov.fma(b, g), usesNesterov);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long momentumBuffer = state[0] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector minusStepSize = stepSize.neg();
        FloatVector nesterov = all(schedule.nesterov);
        VectorMask<Float> usesNesterov = unlessZero(schedule.nesterov);
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
            FloatVector b = momentum.fma(load(momentumBuffer + at), g.mul(oneMinusDampening));
            store(b, momentumBuffer + at);
            FloatVector update = b.blend(nesterov.fma(b, g), usesNesterov);
            p = update.fma(minusStepSize, p).blend(p.sub(update.fma(stepSize, p.mul(decay))), decays);
            store(p, values, firstValue + i);
        }
    }
}
