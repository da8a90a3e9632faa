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

/** {@link SgdRule} by the Vector API, with a second buffer: the last update, or an average of gradients. */
final class SgdSecondVectors extends VectorRule {
    private final SgdSchedule schedule;

    SgdSecondVectors(SgdSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return schedule.keepsUpdate || schedule.averagesGradient && !Rule.stepsBack(schedule.nesterov);
    }

    void stepNative(MemorySegment values, MemorySegment gradient, long offset, long[] state, long stateOffset,
            int count) {
        long momentumBuffer = state[0] + stateOffset;
        long second = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector minusStepSize = all(-schedule.stepSize);
        FloatVector nesterov = all(schedule.nesterov);
        VectorMask<Float> keeps = unlessZero(schedule.keepsUpdate ? 1 : 0);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, offset + at);
            FloatVector g = load(gradient, offset + at).mul(scale);
            FloatVector plain = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            g = g.blend(l2.fma(p, g), decaysGradient);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector b = momentum.fma(load(momentumBuffer + at), g.mul(oneMinusDampening));
            FloatVector kept = nesterov.fma(b, g);
            FloatVector average = load(second + at);
            store(b, momentumBuffer + at);
            store(plain.sub(average).fma(nesterov, average).blend(kept, keeps), second + at);
            store(b.blend(kept, keeps).fma(minusStepSize, p), values, offset + at);
        }
    }

    void stepArrays(float[] values, int firstValue, float[] gradient, int firstGradient, long[] state,
            long stateOffset, int count) {
        long momentumBuffer = state[0] + stateOffset;
        long second = state[1] + stateOffset;
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector minusStepSize = all(-schedule.stepSize);
        FloatVector nesterov = all(schedule.nesterov);
        VectorMask<Float> keeps = unlessZero(schedule.keepsUpdate ? 1 : 0);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        for (int i = 0; i < count; i += WIDTH) {
            long at = (long) i * Float.BYTES;
            FloatVector p = load(values, firstValue + i);
            FloatVector g = load(gradient, firstGradient + i).mul(scale);
            FloatVector plain = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            g = g.blend(l2.fma(p, g), decaysGradient);
            g = g.blend(BOUND, g.compare(GT, BOUND)).blend(MINUS_BOUND, g.compare(LT, MINUS_BOUND));
            FloatVector b = momentum.fma(load(momentumBuffer + at), g.mul(oneMinusDampening));
            FloatVector kept = nesterov.fma(b, g);
            FloatVector average = load(second + at);
            store(b, momentumBuffer + at);
            store(plain.sub(average).fma(nesterov, average).blend(kept, keeps), second + at);
            store(b.blend(kept, keeps).fma(minusStepSize, p), values, firstValue + i);
        }
    }
}
