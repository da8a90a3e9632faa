package io.radam.internal.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.AdamSchedule;
import java.lang.foreign.MemorySegment;

/** Adam, AdamW and RAdam. */
final class AdamRule extends Rule {
    private final AdamSchedule schedule;

    AdamRule(AdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state) {
        MemorySegment expAvg = state[0];
        MemorySegment expAvgSq = state[1];
        MemorySegment maxExpAvgSq = state[2];
        // Locals, so that the compiler knows that a store to a segment does not change them.
        boolean movesValues = schedule.movesValues();
        boolean adaptive = schedule.mode == Mode.ADAPTIVE;
        boolean movesExpAvg = schedule.movesState(0);
        boolean amsgrad = maxExpAvgSq != null;
        float l2 = schedule.l2;
        float beta1 = schedule.beta1;
        float oneMinusBeta1 = schedule.oneMinusBeta1;
        float beta2 = schedule.beta2;
        float oneMinusBeta2 = schedule.oneMinusBeta2;
        float stepSize = schedule.stepSize;
        float epsilon = schedule.epsilon;
        float decay = schedule.decay;

        for (long i = begin; i < end; i++) {
            float p = values.getAtIndex(JAVA_FLOAT, i);
            float g = gradient(gradScale * gradient.getAtIndex(JAVA_FLOAT, i), l2, p);

            float m = expAvg.getAtIndex(JAVA_FLOAT, i);
            if (movesExpAvg) {
                m = average(m, g, beta1, oneMinusBeta1);
                expAvg.setAtIndex(JAVA_FLOAT, i, m);
            }

            float v = averageOfSquare(expAvgSq.getAtIndex(JAVA_FLOAT, i), g, beta2, oneMinusBeta2);
            expAvgSq.setAtIndex(JAVA_FLOAT, i, v);

            float secondMoment = v;
            if (amsgrad) {
                float max = maxExpAvgSq.getAtIndex(JAVA_FLOAT, i);
                secondMoment = max > v ? max : v;
                maxExpAvgSq.setAtIndex(JAVA_FLOAT, i, secondMoment);
            }

            if (movesValues) {
                float update = adaptive ? m / ((float) Math.sqrt(secondMoment) + epsilon) : m;
                values.setAtIndex(JAVA_FLOAT, i, moved(p, update, stepSize, decay));
            }
        }
    }
}
