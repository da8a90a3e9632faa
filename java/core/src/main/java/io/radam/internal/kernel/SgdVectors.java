package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.gradient;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.loadArray;
import static io.radam.internal.kernel.VectorRules.moved;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.storeArray;
import static io.radam.internal.kernel.VectorRules.unlessZero;

import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link SgdRule} by the Vector API, with momentum. */
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
        return t.state[0] != null;
    }

    @Override
    void stepNative(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment momentumBuffer = state[0];
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector stepSize = all(schedule.stepSize);
        float nesterov = schedule.nesterov;
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = load(values, at);
            FloatVector g = gradient(load(gradient, at), scale, l2, decaysGradient, p);
            FloatVector b = momentum.fma(load(momentumBuffer, at), g.mul(oneMinusDampening));
            store(b, momentumBuffer, at);
            FloatVector update = nesterov == 0 ? b : all(nesterov).fma(b, g);
            store(moved(p, update, stepSize, decay, decays), values, at);
        }
    }

    @Override
    void stepArrays(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment momentumBuffer = state[0];
        FloatVector scale = all(schedule.gradScale);
        FloatVector momentum = all(schedule.momentum);
        FloatVector oneMinusDampening = all(schedule.oneMinusDampening);
        FloatVector stepSize = all(schedule.stepSize);
        float nesterov = schedule.nesterov;
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = loadArray(values, at);
            FloatVector g = gradient(loadArray(gradient, at), scale, l2, decaysGradient, p);
            FloatVector b = momentum.fma(load(momentumBuffer, at), g.mul(oneMinusDampening));
            store(b, momentumBuffer, at);
            FloatVector update = nesterov == 0 ? b : all(nesterov).fma(b, g);
            storeArray(moved(p, update, stepSize, decay, decays), values, at);
        }
    }
}
