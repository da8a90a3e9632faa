package io.radam.internal.kernel;

import io.radam.internal.schedule.MadgradSchedule;

/** MADGRAD. */
final class MadgradRule extends Rule {
    /** Sums beyond this are cut to it. */
    static final float LARGEST = 0x1p127f;
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
        updates(count, s.epsilon, gradient, state[0], state[1], state[2]);
        // Without momentum the authors keep no x0, so that decay moves it, too.
        move(count, s.stepSize, s.decay, s.stepSize == 1 ? 0 : s.decay, values, gradient, state[2]);
    }

    private static void sum(int count, float scale, float rate, float[] gradient, float[] gradSumSq, float[] sums) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            gradSumSq[i] = Math.min(Math.fma(rate, g * g, gradSumSq[i]), LARGEST);
            sums[i] = bounded(Math.fma(rate, g, sums[i]), LARGEST);
        }
    }

    /** Writes updates into the gradient. */
    private static void updates(int count, float epsilon, float[] gradient, float[] gradSumSq, float[] sums,
            float[] x0MinusParam) {
        for (int i = 0; i < count; i++) {
            float root = ElementFunctions.power(gradSumSq[i], THIRD, REST_OF_THIRD);
            gradient[i] = sums[i] / (root + epsilon) - x0MinusParam[i];
        }
    }

    private static void move(int count, float stepSize, float decay, float fromX0, float[] values, float[] updates,
            float[] x0MinusParam) {
        for (int i = 0; i < count; i++) {
            float moved = Math.fma(stepSize, updates[i], x0MinusParam[i]);
            float p = values[i] > -LARGEST ? values[i] : -LARGEST; // also of NaN, which Math.max would keep
            x0MinusParam[i] = bounded(fromX0 == 0 ? moved : Math.fma(fromX0, Math.min(p, LARGEST), moved), LARGEST);
            values[i] = moved(values[i], updates[i], stepSize, decay);
        }
    }
}
