package io.radam.internal.kernel;

import io.radam.internal.schedule.CustomSchedule;

/** The rule of an algorithm of the user's own. It gets gradients as the other rules make them for themselves. */
final class UserRule extends Rule {
    private final CustomSchedule schedule;

    UserRule(CustomSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        float scale = decayedGradient(count, gradScale, schedule.l2, values, gradient);
        scaleAndBound(count, scale, gradient);
        schedule.algorithm.rule().step(count, schedule.own, values, gradient, state);
    }

    private static void scaleAndBound(int count, float scale, float[] gradient) {
        for (int i = 0; i < count; i++) {
            gradient[i] = bounded(scale * gradient[i]);
        }
    }
}
