package io.radam.internal.kernel;

import io.radam.internal.schedule.AdaBoundSchedule;

/** AdaBound, and with a third buffer AMSBound. */
final class AdaBoundRule extends Rule {
    private final AdaBoundSchedule schedule;

    AdaBoundRule(AdaBoundSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdaBoundSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveMoments(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[1]);
        if (state[2] != null) {
            AdamRule.max(count, state[1], state[2]);
        }
        move(count, s.rate, s.lower, s.upper, s.epsilon, s.stepSize, s.decay, values, state[0],
                state[2] != null ? state[2] : state[1]);
    }

    private static void move(int count, float rate, float lower, float upper, float epsilon, float stepSize,
            float decay, float[] values, float[] expAvg, float[] secondMoment) {
        for (int i = 0; i < count; i++) {
            float own = rate / ((float) Math.sqrt(secondMoment[i]) + epsilon);
            values[i] = moved(values[i], Math.min(Math.max(own, lower), upper) * expAvg[i], stepSize, decay);
        }
    }
}
