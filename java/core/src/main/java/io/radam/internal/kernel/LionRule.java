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
        if (s.cautious) {
            // In two loops, since averages have a condition each.
            moveCautiously(count, scale, s.beta1, s.oneMinusBeta1, s.stepSize, s.decay, values, gradient, state[0]);
            average(count, scale, s.beta2, s.oneMinusBeta2, gradient, state[0]);
            return;
        }
        step(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.stepSize, s.decay, values, gradient,
                state[0]);
    }

    private static void moveCautiously(int count, float scale, float beta1, float oneMinusBeta1, float stepSize,
            float decay, float[] values, float[] gradient, float[] expAvg) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient[i];
            float update = Math.signum(average(expAvg[i], g, beta1, oneMinusBeta1));
            values[i] = moved(values[i], update * mask(update, g), stepSize, decay);
        }
    }

    private static void average(int count, float scale, float beta, float oneMinusBeta, float[] gradient,
            float[] expAvg) {
        for (int i = 0; i < count; i++) {
            expAvg[i] = average(expAvg[i], scale * gradient[i], beta, oneMinusBeta);
        }
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
