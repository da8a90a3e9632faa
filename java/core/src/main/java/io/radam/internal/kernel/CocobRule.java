package io.radam.internal.kernel;

import io.radam.internal.schedule.CocobSchedule;

/** COCOB. */
final class CocobRule extends Rule {
    /** Sums beyond this are cut to it. */
    static final float LARGEST = 0x1p127f;
    /** Rewards, and what they are worth, beyond this are cut to it. */
    static final float LARGEST_REWARD = 0x1p126f;

    private static final Spares<float[]> OFFSETS = new Spares<>(() -> new float[BlockKernel.MOST]);

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
        float[] offsets = OFFSETS.take();
        updates(count, s.alpha, s.epsilon, gradient, state[0], state[1], state[2], state[3], offsets);
        OFFSETS.giveBack(offsets);
        AdamRule.move(count, s.stepSize, s.decay, values, gradient);
    }

    private static void bound(int count, float scale, float rate, float[] gradient) {
        for (int i = 0; i < count; i++) {
            gradient[i] = bounded(rate * bounded(scale * gradient[i]));
        }
    }

    /** Writes updates into the gradient. */
    private static void updates(int count, float alpha, float epsilon, float[] gradient, float[] sums, float[] norms,
            float[] largest, float[] rewards, float[] offsets) {
        boolean noNan = !Float.isNaN(least(count, norms, largest));
        max(count, epsilon, largest);
        offsets(count, noNan, alpha, sums, norms, largest, rewards, offsets);
        moveState(count, noNan, gradient, offsets, sums, norms, largest, rewards);
        offsets(count, noNan, alpha, sums, norms, largest, rewards, gradient);
        subtract(count, offsets, gradient);
    }

    /** NaN if any is. */
    private static float least(int count, float[] norms, float[] largest) {
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            least = Math.min(least, Math.min(norms[i], largest[i]));
        }
        return least;
    }

    /** b where either is NaN. {@code Math.max}, of which C2 has vectors, is the same where only b may be. */
    private static float max(boolean noNan, float a, float b) {
        return noNan ? Math.max(a, b) : a > b ? a : b;
    }

    private static void max(int count, float epsilon, float[] largest) {
        for (int i = 0; i < count; i++) {
            largest[i] = Math.max(epsilon, largest[i]);
        }
    }

    /** How far parameters are from where they began. */
    private static void offsets(int count, boolean noNan, float alpha, float[] sums, float[] norms, float[] largest,
            float[] rewards, float[] offsets) {
        for (int i = 0; i < count; i++) {
            float wealth = Math.min((rewards[i] + largest[i]) / largest[i], LARGEST_REWARD);
            float share = sums[i] / max(noNan, norms[i] + largest[i], alpha * largest[i]);
            offsets[i] = bounded(share, 1) * wealth;
        }
    }

    private static void moveState(int count, boolean noNan, float[] gradient, float[] offsets, float[] sums,
            float[] norms, float[] largest, float[] rewards) {
        for (int i = 0; i < count; i++) {
            float g = gradient[i];
            largest[i] = max(noNan, largest[i], Math.abs(g));
            sums[i] = bounded(sums[i] - g, LARGEST);
            norms[i] = Math.min(norms[i] + Math.abs(g), LARGEST);
            rewards[i] = Math.min(Math.max(Math.fma(-g, offsets[i], rewards[i]), 0), LARGEST_REWARD);
        }
    }

    private static void subtract(int count, float[] from, float[] numbers) {
        for (int i = 0; i < count; i++) {
            numbers[i] = from[i] - numbers[i];
        }
    }
}
