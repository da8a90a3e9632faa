package io.radam.internal.kernel;

import io.radam.internal.schedule.PadamSchedule;

/** Padam. */
final class PadamRule extends Rule {
    private final PadamSchedule schedule;

    PadamRule(PadamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        PadamSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveMoments(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[1]);
        if (state[2] != null) {
            AdamRule.max(count, state[1], state[2]);
        }
        move(count, s.power, s.epsilon, s.stepSize, s.decay, values, state[0], state[2] != null ? state[2] : state[1]);
    }

    private static void move(int count, float power, float epsilon, float stepSize, float decay, float[] values,
            float[] expAvg, float[] secondMoment) {
        for (int i = 0; i < count; i++) {
            float below = ElementFunctions.power((float) Math.sqrt(secondMoment[i]) + epsilon, power, 0);
            values[i] = moved(values[i], expAvg[i] / below, stepSize, decay);
        }
    }
}
