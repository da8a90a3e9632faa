package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;

/** Stochastic gradient descent. */
final class SgdRule extends Rule {
    private final SgdSchedule schedule;

    SgdRule(SgdSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment momentumBuffer = state[0];
        float l2 = schedule.l2;
        float momentum = schedule.momentum;
        float oneMinusDampening = schedule.oneMinusDampening;
        float nesterov = schedule.nesterov;
        float stepSize = schedule.stepSize;
        float decay = schedule.decay;

        for (long i = begin; i < end; i++) {
            float p = values.getAtIndex(JAVA_FLOAT, i);
            float g = gradient(gradScale * gradient.getAtIndex(JAVA_FLOAT, i), l2, p);

            float update = g;
            if (momentumBuffer != null) {
                float b = Math.fma(momentum, momentumBuffer.getAtIndex(JAVA_FLOAT, i), oneMinusDampening * g);
                momentumBuffer.setAtIndex(JAVA_FLOAT, i, b);
                update = nesterov == 0 ? b : Math.fma(nesterov, b, g);
            }
            values.setAtIndex(JAVA_FLOAT, i, moved(p, update, stepSize, decay));
        }
    }
}
