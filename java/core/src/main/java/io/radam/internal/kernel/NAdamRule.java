package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.internal.schedule.NAdamSchedule;
import java.lang.foreign.MemorySegment;

/** NAdam and NAdamW. */
final class NAdamRule extends Rule {
    private final NAdamSchedule schedule;

    NAdamRule(NAdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        MemorySegment expAvgSq = state[1];
        float l2 = schedule.l2;
        float beta1 = schedule.beta1;
        float oneMinusBeta1 = schedule.oneMinusBeta1;
        float beta2 = schedule.beta2;
        float oneMinusBeta2 = schedule.oneMinusBeta2;
        float gradFactor = schedule.gradFactor;
        float expAvgFactor = schedule.expAvgFactor;
        float stepSize = schedule.stepSize;
        float epsilon = schedule.epsilon;
        float decay = schedule.decay;

        for (long i = begin; i < end; i++) {
            float p = values.getAtIndex(JAVA_FLOAT, i);
            float g = gradient(gradScale * gradient.getAtIndex(JAVA_FLOAT, i), l2, p);

            float m = average(expAvg.getAtIndex(JAVA_FLOAT, i), g, beta1, oneMinusBeta1);
            expAvg.setAtIndex(JAVA_FLOAT, i, m);

            float v = averageOfSquare(expAvgSq.getAtIndex(JAVA_FLOAT, i), g, beta2, oneMinusBeta2);
            expAvgSq.setAtIndex(JAVA_FLOAT, i, v);

            float update = Math.fma(gradFactor, g, expAvgFactor * m) / ((float) Math.sqrt(v) + epsilon);
            values.setAtIndex(JAVA_FLOAT, i, moved(p, update, stepSize, decay));
        }
    }
}
