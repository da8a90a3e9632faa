package io.radam.internal.kernel;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.ScheduleFreeAdamWSchedule;

/** Schedule-Free AdamW and RAdam. */
final class ScheduleFreeAdamWRule extends Rule {
    private final ScheduleFreeAdamWSchedule schedule;

    ScheduleFreeAdamWRule(ScheduleFreeAdamWSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        ScheduleFreeAdamWSchedule s = schedule;
        scale(count, decayedGradient(count, gradScale, s.l2, values, gradient), gradient);
        bound(count, BOUND, gradient);
        moveSecondMoment(count, s.beta2, s.oneMinusBeta2, gradient, state[1]);
        if (state[2] != null) {
            average(count, s.innerMomentum, s.oneMinusInnerMomentum, gradient, state[2]);
        }
        if (s.mode == Mode.ADAPTIVE) {
            divide(count, s.epsilon, gradient, state[1]);
        }
        ScheduleFreeSgdRule.move(count, s.move, s.stepSize, values, gradient, state[0]);
    }

    private static void moveSecondMoment(int count, float beta2, float oneMinusBeta2, float[] gradient,
            float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            expAvgSq[i] = averageOfSquare(expAvgSq[i], gradient[i], beta2, oneMinusBeta2);
        }
    }

    /** Puts the averages in the place of gradients, too. */
    private static void average(int count, float beta, float oneMinusBeta, float[] gradient, float[] expAvg) {
        for (int i = 0; i < count; i++) {
            expAvg[i] = average(expAvg[i], gradient[i], beta, oneMinusBeta);
            gradient[i] = expAvg[i];
        }
    }

    private static void divide(int count, float epsilon, float[] gradient, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            gradient[i] = bounded(gradient[i] / ((float) Math.sqrt(expAvgSq[i]) + epsilon));
        }
    }
}
