package io.radam.internal.kernel;

import static io.radam.internal.kernel.VectorRules.WIDTH;
import static io.radam.internal.kernel.VectorRules.all;
import static io.radam.internal.kernel.VectorRules.average;
import static io.radam.internal.kernel.VectorRules.bounded;
import static io.radam.internal.kernel.VectorRules.load;
import static io.radam.internal.kernel.VectorRules.loadArray;
import static io.radam.internal.kernel.VectorRules.moved;
import static io.radam.internal.kernel.VectorRules.store;
import static io.radam.internal.kernel.VectorRules.storeArray;
import static io.radam.internal.kernel.VectorRules.unlessZero;

import io.radam.internal.schedule.LionSchedule;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** {@link LionRule} by the Vector API, for the usual step. */
final class LionVectors extends VectorRule {
    private final LionSchedule schedule;

    LionVectors(LionSchedule schedule) {
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

    @Override
    void stepNative(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = load(values, at);
            FloatVector g = bounded(load(gradient, at).mul(scale));
            FloatVector m = load(expAvg, at);
            FloatVector direction = average(m, g, oneMinusBeta1);
            FloatVector update = direction.blend(1, direction.compare(VectorOperators.GT, 0))
                    .blend(-1, direction.compare(VectorOperators.LT, 0));
            store(average(m, g, oneMinusBeta2), expAvg, at);
            store(moved(p, update, stepSize, decay, decays), values, at);
        }
    }

    @Override
    void stepArrays(long offset, int count, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        FloatVector scale = all(schedule.gradScale);
        FloatVector oneMinusBeta1 = all(schedule.oneMinusBeta1);
        FloatVector oneMinusBeta2 = all(schedule.oneMinusBeta2);
        FloatVector stepSize = all(schedule.stepSize);
        FloatVector decay = all(schedule.decay);
        VectorMask<Float> decays = unlessZero(schedule.decay);
        for (int i = 0; i < count; i += WIDTH) {
            long at = offset + (long) i * Float.BYTES;
            FloatVector p = loadArray(values, at);
            FloatVector g = bounded(loadArray(gradient, at).mul(scale));
            FloatVector m = load(expAvg, at);
            FloatVector direction = average(m, g, oneMinusBeta1);
            FloatVector update = direction.blend(1, direction.compare(VectorOperators.GT, 0))
                    .blend(-1, direction.compare(VectorOperators.LT, 0));
            store(average(m, g, oneMinusBeta2), expAvg, at);
            storeArray(moved(p, update, stepSize, decay, decays), values, at);
        }
    }
}
