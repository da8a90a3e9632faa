package io.radam.internal.kernel;

import io.radam.internal.schedule.AdagradSchedule;

/** Adagrad. */
final class AdagradRule extends Rule {
    /** Sums beyond this are cut to it, so that they stay finite. */
    static final float LARGEST_SUM = 0x1p127f;

    private final AdagradSchedule schedule;

    AdagradRule(AdagradSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdagradSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        step(count, scale, s.initialAccumulator, s.stepSize, s.epsilon, s.decay, values, gradient, state[0]);
    }

    private static void step(int count, float scale, float initialAccumulator, float stepSize, float epsilon,
            float decay, float[] values, float[] gradient, float[] sum) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float s = Math.min(LARGEST_SUM, Math.fma(g, g, sum[i] + initialAccumulator));
            sum[i] = s;
            values[i] = moved(values[i], g / ((float) Math.sqrt(s) + epsilon), stepSize, decay);
        }
    }
}
