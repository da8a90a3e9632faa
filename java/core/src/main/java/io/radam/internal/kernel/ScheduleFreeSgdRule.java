package io.radam.internal.kernel;

import io.radam.internal.schedule.ScheduleFreeMove;
import io.radam.internal.schedule.ScheduleFreeSgdSchedule;

/** Schedule-Free SGD. */
final class ScheduleFreeSgdRule extends Rule {
    private final ScheduleFreeSgdSchedule schedule;

    ScheduleFreeSgdRule(ScheduleFreeSgdSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        ScheduleFreeSgdSchedule s = schedule;
        scale(count, decayedGradient(count, gradScale, s.l2, values, gradient), gradient);
        bound(count, BOUND, gradient);
        move(count, s.move, s.stepSize, values, gradient, state[0]);
    }

    /** Moves parameters, and how far the newest iterates are from them. */
    static void move(int count, ScheduleFreeMove k, float stepSize, float[] values, float[] directions,
            float[] zMinusParam) {
        updates(count, k.ckp1, k.rate, k.zRate, directions, zMinusParam);
        if (k.decay != 0) {
            decay(count, !hasNan(count, values), k.zDecay, values, zMinusParam);
        }
        average(count, k.ckp1, zMinusParam);
        AdamRule.move(count, stepSize, k.decay, values, directions);
    }

    /** Puts updates in the place of directions, and moves the newest iterates. */
    private static void updates(int count, float ckp1, float rate, float zRate, float[] directions,
            float[] zMinusParam) {
        for (int i = 0; i < count; i++) {
            float direction = directions[i];
            float d = zMinusParam[i];
            directions[i] = Math.fma(rate, direction, -(ckp1 * d));
            zMinusParam[i] = bounded(Math.fma(-zRate, direction, d), LARGEST_STATE);
        }
    }

    private static void decay(int count, boolean noNan, float zDecay, float[] values, float[] zMinusParam) {
        for (int i = 0; i < count; i++) {
            zMinusParam[i] = bounded(Math.fma(-zDecay, cut(noNan, values[i]), zMinusParam[i]), LARGEST_STATE);
        }
    }

    private static void average(int count, float ckp1, float[] zMinusParam) {
        for (int i = 0; i < count; i++) {
            zMinusParam[i] = Math.fma(-ckp1, zMinusParam[i], zMinusParam[i]);
        }
    }
}
