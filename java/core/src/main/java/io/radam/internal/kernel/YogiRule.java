package io.radam.internal.kernel;

import io.radam.internal.schedule.YogiSchedule;

/** Yogi. */
final class YogiRule extends Rule {
    private final YogiSchedule schedule;

    YogiRule(YogiSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        YogiSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveState(count, scale, s.beta1, s.oneMinusBeta1, s.oneMinusBeta2, s.initialAccumulator, gradient, state[0],
                state[1]);
        AdamRule.move(count, s.stepSize, s.epsilon, s.decay, values, state[0], state[1]);
    }

    private static void moveState(int count, float scale, float beta1, float oneMinusBeta1, float oneMinusBeta2,
            float initialAccumulator, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            expAvg[i] = average(expAvg[i] + initialAccumulator, g, beta1, oneMinusBeta1);
            float v = expAvgSq[i] + initialAccumulator;
            expAvgSq[i] = Math.fma(oneMinusBeta2, Math.signum(Math.fma(g, g, -v)) * (g * g), v);
        }
    }
}
