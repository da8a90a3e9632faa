package io.radam.internal.kernel;

import io.radam.internal.schedule.ScheduleFreeMove;
import io.radam.internal.schedule.ScheduleFreeSgdSchedule;

/** Schedule-Free SGD. */
final class ScheduleFreeSgdRule extends Rule {
    /** State beyond this is cut to it. */
    private static final float LARGEST = 0x1p127f;

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
        move(count, k.ckp1, k.rate, k.zRate, k.decay, k.zDecay, stepSize, values, directions, zMinusParam);
    }

    private static void move(int count, float ckp1, float rate, float zRate, float decay, float zDecay, float stepSize,
            float[] values, float[] directions, float[] zMinusParam) {
        for (int i = 0; i < count; i++) {
            float update = Math.fma(rate, directions[i], -(ckp1 * zMinusParam[i]));
            float d = bounded(Math.fma(-zRate, directions[i], zMinusParam[i]), LARGEST);
            float p = values[i] > -LARGEST ? values[i] : -LARGEST; // also of NaN, which Math.max would keep
            d = decay == 0 ? d : bounded(Math.fma(-zDecay, Math.min(p, LARGEST), d), LARGEST);
            zMinusParam[i] = Math.fma(-ckp1, d, d);
            values[i] = moved(values[i], update, stepSize, decay);
        }
    }
}
