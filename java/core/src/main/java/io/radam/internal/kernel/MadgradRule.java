package io.radam.internal.kernel;

import io.radam.internal.schedule.MadgradSchedule;

/** MADGRAD. */
final class MadgradRule extends Rule {
    /** 1/3 as a sum. */
    static final float THIRD = 0x1.555556p-2f;
    static final float REST_OF_THIRD = -0x1.555556p-27f;

    private final MadgradSchedule schedule;

    MadgradRule(MadgradSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        MadgradSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        sum(count, scale, s.rate, gradient, state[0], state[1]);
        System.arraycopy(state[0], 0, gradient, 0, count);
        ElementFunctions.power(count, THIRD, REST_OF_THIRD, gradient);
        updates(count, s.epsilon, gradient, state[1], state[2]);
        // Without momentum the authors keep no x0, so that decay moves it, too.
        float decay = s.stepSize == 1 ? 0 : s.decay;
        boolean noNan = decay == 0 || !hasNan(count, values);
        moveDistances(count, s.stepSize, decay, noNan, values, gradient, state[2]);
        AdamRule.move(count, s.stepSize, s.decay, values, gradient);
    }

    private static void sum(int count, float scale, float rate, float[] gradient, float[] gradSumSq, float[] sums) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            gradSumSq[i] = Math.min(Math.fma(rate, g * g, gradSumSq[i]), LARGEST_STATE);
            sums[i] = bounded(Math.fma(rate, g, sums[i]), LARGEST_STATE);
        }
    }

    /** Writes updates in place of the roots. */
    private static void updates(int count, float epsilon, float[] roots, float[] sums, float[] x0MinusParam) {
        for (int i = 0; i < count; i++) {
            roots[i] = sums[i] / (roots[i] + epsilon) - x0MinusParam[i];
        }
    }

    private static void moveDistances(int count, float stepSize, float decay, boolean noNan, float[] values,
            float[] updates, float[] x0MinusParam) {
        for (int i = 0; i < count; i++) {
            float moved = Math.fma(stepSize, updates[i], x0MinusParam[i]);
            moved = decay == 0 ? moved : Math.fma(decay, cut(noNan, values[i]), moved);
            x0MinusParam[i] = bounded(moved, LARGEST_STATE);
        }
    }
}
