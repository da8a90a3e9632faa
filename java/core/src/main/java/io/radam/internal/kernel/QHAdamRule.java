package io.radam.internal.kernel;

import io.radam.internal.schedule.QHAdamSchedule;

/** QHAdam. */
final class QHAdamRule extends Rule {
    private final QHAdamSchedule schedule;

    QHAdamRule(QHAdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        QHAdamSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveState(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[1]);
        move(count, s.nu1, s.oneMinusNu1, s.nu2, s.oneMinusNu2, s.epsilon, s.stepSize, s.decay, values, gradient,
                state[0], state[1]);
    }

    /** Puts the gradient as the rule uses it in place of it. */
    private static void moveState(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            gradient[i] = g;
            expAvg[i] = average(expAvg[i], g, beta1, oneMinusBeta1);
            expAvgSq[i] = averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
        }
    }

    private static void move(int count, float nu1, float oneMinusNu1, float nu2, float oneMinusNu2, float epsilon,
            float stepSize, float decay, float[] values, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = gradient[i];
            float numerator = Math.fma(nu1, expAvg[i], oneMinusNu1 * g);
            float radicand = Math.fma(nu2, expAvgSq[i], oneMinusNu2 * (g * g));
            values[i] = moved(values[i], numerator / ((float) Math.sqrt(radicand) + epsilon), stepSize, decay);
        }
    }
}
