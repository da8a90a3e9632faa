package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamaxSchedule;

/** Adamax. */
final class AdamaxRule extends Rule {
    /** Norms beyond this are cut to it, so that 8-bit state can hold them. */
    static final float LARGEST = 0x1p127f;

    private final AdamaxSchedule schedule;

    AdamaxRule(AdamaxSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdamaxSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveState(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.epsilon, gradient, state[0], state[1]);
        move(count, s.stepSize, s.decay, values, state[0], state[1]);
    }

    /** Not {@code Math.max}: a gradient that is NaN makes no maximum NaN. */
    private static void moveState(int count, float scale, float beta1, float oneMinusBeta1, float beta2, float epsilon,
            float[] gradient, float[] expAvg, float[] expInf) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            expAvg[i] = average(expAvg[i], g, beta1, oneMinusBeta1);
            float decayed = beta2 * expInf[i];
            float magnitude = Math.abs(g) + epsilon;
            expInf[i] = Math.min(LARGEST, magnitude > decayed ? magnitude : decayed);
        }
    }

    private static void move(int count, float stepSize, float decay, float[] values, float[] expAvg, float[] expInf) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], expAvg[i] / expInf[i], stepSize, decay);
        }
    }
}
