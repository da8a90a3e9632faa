package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.average;
import static io.radam.internal.kernel.VectorRules.averageOfSquare;
import static io.radam.internal.kernel.VectorRules.gradient;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.loadArray;
import static io.radam.internal.kernel.VectorRules.moved;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.storeArray;
import static io.radam.internal.kernel.VectorRules.unlessZero;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.AdamSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** {@link AdamRule} by the Vector API, for the usual step. */
final class AdamVectors extends VectorRule {
    private final AdamSchedule schedule;

    AdamVectors(AdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    int width() {
        return WIDTH;
    }

    @Override
    boolean has(Tensor t) {
        return schedule.mode == Mode.ADAPTIVE && t.state[2] == null && !Rule.stepsBack(schedule.oneMinusBeta1)
                && !Rule.stepsBack(schedule.oneMinusBeta2);
    }

    @Override
    void stepNative(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        MemorySegment expAvgSq = state[1];
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = load(values, at);
            FloatVector g = gradient(load(gradient, at), scale, l2, decaysGradient, p);
            FloatVector m = average(load(expAvg, at), g, oneMinusBeta1);
            FloatVector v = averageOfSquare(load(expAvgSq, at), g, oneMinusBeta2);
            store(m, expAvg, at);
            store(v, expAvgSq, at);
            store(moved(p, m.div(v.sqrt().add(epsilon)), stepSize, decay, decays), values, at);
        }
    }

    @Override
    void stepArrays(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        MemorySegment expAvgSq = state[1];
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector epsilon = all(schedule.epsilon);
        FloatVector l2 = all(schedule.l2);
        VectorMask<Float> decaysGradient = unlessZero(schedule.l2);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = loadArray(values, at);
            FloatVector g = gradient(loadArray(gradient, at), scale, l2, decaysGradient, p);
            FloatVector m = average(load(expAvg, at), g, oneMinusBeta1);
            FloatVector v = averageOfSquare(load(expAvgSq, at), g, oneMinusBeta2);
            store(m, expAvg, at);
            store(v, expAvgSq, at);
            storeArray(moved(p, m.div(v.sqrt().add(epsilon)), stepSize, decay, decays), values, at);
        }
    }
}
