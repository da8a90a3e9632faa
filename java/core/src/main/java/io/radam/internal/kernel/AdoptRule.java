package io.radam.internal.kernel;

import io.radam.internal.schedule.AdoptSchedule;

/** ADOPT. */
final class AdoptRule extends Rule {
    private final AdoptSchedule schedule;

    AdoptRule(AdoptSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdoptSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveState(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.epsilon, s.bound, gradient,
                state[0], state[1]);
        AdamRule.move(count, s.stepSize, s.decay, values, state[0]);
    }

    private static void moveState(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float epsilon, float bound, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float v = expAvgSq[i];
            float normed = bounded(g / Math.max(epsilon, (float) Math.sqrt(v)), bound);
            expAvg[i] = average(expAvg[i], normed, beta1, oneMinusBeta1);
            expAvgSq[i] = averageOfSquare(v, g, beta2, oneMinusBeta2);
        }
    }
}
