package io.radam.internal.kernel;

import io.radam.internal.schedule.AdanSchedule;

/** Adan. */
final class AdanRule extends Rule {
    private final AdanSchedule schedule;

    AdanRule(AdanSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdanSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveDifferences(count, scale, s.diffScale, s.beta2, s.oneMinusBeta2, s.beta3, s.oneMinusBeta3, gradient,
                state[1], state[2], state[3]);
        move(count, s.beta1, s.oneMinusBeta1, s.diffFactor, s.epsilon, s.stepSize, s.decay, values, gradient, state[0],
                state[1], state[2]);
    }

    /** Puts the gradient as the rule uses it in place of it. */
    private static void moveDifferences(int count, float scale, float diffScale, float beta2, float oneMinusBeta2,
            float beta3, float oneMinusBeta3, float[] gradient, float[] expAvgSq, float[] expAvgDiff,
            float[] negPreGrad) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            gradient[i] = g;
            float d = diffScale * (g + negPreGrad[i]);
            negPreGrad[i] = -g;
            expAvgDiff[i] = average(expAvgDiff[i], d, beta2, oneMinusBeta2);
            expAvgSq[i] = averageOfSquare(expAvgSq[i], bounded(Math.fma(beta2, d, g)), beta3, oneMinusBeta3);
        }
    }

    private static void move(int count, float beta1, float oneMinusBeta1, float diffFactor, float epsilon,
            float stepSize, float decay, float[] values, float[] gradient, float[] expAvg, float[] expAvgSq,
            float[] expAvgDiff) {
        for (int i = 0; i < count; i++) {
            float m = average(expAvg[i], gradient[i], beta1, oneMinusBeta1);
            expAvg[i] = m;
            float numerator = Math.fma(diffFactor, expAvgDiff[i], m);
            values[i] = moved(values[i], numerator / ((float) Math.sqrt(expAvgSq[i]) + epsilon), stepSize, decay);
        }
    }
}
