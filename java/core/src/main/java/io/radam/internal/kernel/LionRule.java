package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.internal.schedule.LionSchedule;
import java.lang.foreign.MemorySegment;

/** Lion. */
final class LionRule extends Rule {
    private final LionSchedule schedule;

    LionRule(LionSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        float beta1 = schedule.beta1;
        float oneMinusBeta1 = schedule.oneMinusBeta1;
        float beta2 = schedule.beta2;
        float oneMinusBeta2 = schedule.oneMinusBeta2;
        float stepSize = schedule.stepSize;
        float decay = schedule.decay;

        for (long i = begin; i < end; i++) {
            float p = values.getAtIndex(JAVA_FLOAT, i);
            float g = gradient(gradScale * gradient.getAtIndex(JAVA_FLOAT, i), 0, p);

            float m = expAvg.getAtIndex(JAVA_FLOAT, i);
            float update = Math.signum(average(m, g, beta1, oneMinusBeta1));
            expAvg.setAtIndex(JAVA_FLOAT, i, average(m, g, beta2, oneMinusBeta2));
            values.setAtIndex(JAVA_FLOAT, i, moved(p, update, stepSize, decay));
        }
    }
}
