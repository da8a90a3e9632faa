package io.radam.internal.kernel;

import io.radam.internal.schedule.AdEMAMixSchedule;

/** AdEMAMix. */
final class AdEMAMixRule extends Rule {
    private final AdEMAMixSchedule schedule;

    AdEMAMixRule(AdEMAMixSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdEMAMixSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveFast(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[2]);
        moveSlow(count, s.beta3, s.oneMinusBeta3, gradient, state[1]);
        move(count, s.alpha, s.epsilon, s.stepSize, s.decay, values, state[0], state[1], state[2]);
    }

    /** Puts the gradient as the rule uses it in place of it. */
    private static void moveFast(int count, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float[] gradient, float[] expAvgFast, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            gradient[i] = g;
            expAvgFast[i] = average(expAvgFast[i], g, beta1, oneMinusBeta1);
            expAvgSq[i] = averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
        }
    }

    private static void moveSlow(int count, float beta3, float oneMinusBeta3, float[] gradient, float[] expAvgSlow) {
        for (int i = 0; i < count; i++) {
            expAvgSlow[i] = average(expAvgSlow[i], gradient[i], beta3, oneMinusBeta3);
        }
    }

    private static void move(int count, float alpha, float epsilon, float stepSize, float decay, float[] values,
            float[] expAvgFast, float[] expAvgSlow, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float numerator = Math.fma(alpha, expAvgSlow[i], expAvgFast[i]);
            values[i] = moved(values[i], numerator / ((float) Math.sqrt(expAvgSq[i]) + epsilon), stepSize, decay);
        }
    }
}
