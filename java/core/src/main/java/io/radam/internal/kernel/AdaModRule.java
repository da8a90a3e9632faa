package io.radam.internal.kernel;

import io.radam.internal.schedule.AdaModSchedule;

/** AdaMod. */
final class AdaModRule extends Rule {
    private final AdaModSchedule schedule;

    AdaModRule(AdaModSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdaModSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveMoments(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[1]);
        move(count, s.beta3, s.oneMinusBeta3, s.rate, s.epsilon, s.stepSize, s.decay, values, state[0], state[1],
                state[2]);
    }

    private static void move(int count, float beta3, float oneMinusBeta3, float rate, float epsilon, float stepSize,
            float decay, float[] values, float[] expAvg, float[] expAvgSq, float[] expAvgLr) {
        for (int i = 0; i < count; i++) {
            float own = Math.min(rate / ((float) Math.sqrt(expAvgSq[i]) + epsilon), BOUND);
            float mean = average(expAvgLr[i], own, beta3, oneMinusBeta3);
            expAvgLr[i] = mean;
            values[i] = moved(values[i], Math.min(own, mean) * expAvg[i], stepSize, decay);
        }
    }
}
