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
        denominators(count, s.epsilon, state[2] != null ? state[2] : state[1], gradient);
        ElementFunctions.power(count, s.power, 0, gradient);
        move(count, s.stepSize, s.decay, values, state[0], gradient);
    }

    private static void denominators(int count, float epsilon, float[] secondMoment, float[] to) {
        for (int i = 0; i < count; i++) {
            to[i] = (float) Math.sqrt(secondMoment[i]) + epsilon;
        }
    }

    private static void move(int count, float stepSize, float decay, float[] values, float[] expAvg,
            float[] powers) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], expAvg[i] / powers[i], stepSize, decay);
        }
    }
}
