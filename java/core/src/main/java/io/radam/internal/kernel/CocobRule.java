package io.radam.internal.kernel;

import io.radam.internal.schedule.CocobSchedule;

/** COCOB. */
final class CocobRule extends Rule {
    /** Sums beyond this are cut to it. */
    static final float LARGEST = 0x1p127f;
    /** Rewards, and what they are worth, beyond this are cut to it. */
    static final float LARGEST_REWARD = 0x1p126f;

    private final CocobSchedule schedule;

    CocobRule(CocobSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        CocobSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        bound(count, scale, s.rate, gradient);
        updates(count, s.alpha, s.epsilon, gradient, state[0], state[1], state[2], state[3]);
        move(count, s.stepSize, s.decay, values, gradient);
    }

    private static void bound(int count, float scale, float rate, float[] gradient) {
        for (int i = 0; i < count; i++) {
            gradient[i] = bounded(rate * bounded(scale * gradient[i]));
        }
    }

    /** Writes updates into the gradient. */
    private static void updates(int count, float alpha, float epsilon, float[] gradient, float[] sums, float[] norms,
            float[] largest, float[] rewards) {
        for (int i = 0; i < count; i++) {
            float g = gradient[i];
            float last = max(epsilon, largest[i]);
            float before = offset(sums[i], norms[i], rewards[i], last, alpha);
            float next = max(last, Math.abs(g));
            float sum = bounded(sums[i] - g, LARGEST);
            float norm = Math.min(norms[i] + Math.abs(g), LARGEST);
            float reward = Math.min(Math.max(Math.fma(-g, before, rewards[i]), 0), LARGEST_REWARD);
            largest[i] = next;
            sums[i] = sum;
            norms[i] = norm;
            rewards[i] = reward;
            gradient[i] = before - offset(sum, norm, reward, next, alpha);
        }
    }

    /** How far the parameter is from where it began. */
    private static float offset(float sum, float norm, float reward, float largest, float alpha) {
        float wealth = Math.min((reward + largest) / largest, LARGEST_REWARD);
        return bounded(sum / max(norm + largest, alpha * largest), 1) * wealth;
    }

    /** Not {@code Math.max}: b where either is NaN. */
    private static float max(float a, float b) {
        return a > b ? a : b;
    }

    private static void move(int count, float stepSize, float decay, float[] values, float[] updates) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], updates[i], stepSize, decay);
        }
    }
}
