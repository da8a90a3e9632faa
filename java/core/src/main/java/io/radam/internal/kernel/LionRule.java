package io.radam.internal.kernel;

import io.radam.internal.schedule.LionSchedule;

/** Lion. */
final class LionRule extends Rule {
    private final LionSchedule schedule;

    LionRule(LionSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return true;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        LionSchedule s = schedule;
        float scale = boundedGradient(count, gradScale, largest, 0, values, gradient);
        step(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.stepSize, s.decay, values, gradient,
                state[0]);
    }

    private static void step(int count, float scale, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2,
            float stepSize, float decay, float[] values, float[] gradient, float[] expAvg) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient[i];
            float m = expAvg[i];
            float update = Math.signum(average(m, g, beta1, oneMinusBeta1));
            expAvg[i] = average(m, g, beta2, oneMinusBeta2);
            values[i] = moved(values[i], update, stepSize, decay);
        }
    }
}
