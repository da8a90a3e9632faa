package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.LionSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;

/**
 * An algorithm's rule in Java: the reference that the native kernels are tested against, and what runs where they cannot.
 * {@code radam_coefficients} in {@code radam.h} documents each rule line by line. The bits are those of the native kernels
 * because each line is the same sequence of correctly rounded float operations.
 */
abstract sealed class Rule permits AdamRule, SgdRule, LionRule {
    /** Gradients beyond this are cut to it, so that their squares are finite. */
    private static final float BOUND = 0x1p63f;

    /** The rule that goes with a schedule, and takes its coefficients from there. */
    static Rule of(Schedule schedule) {
        return switch (schedule) {
            case AdamSchedule adam -> new AdamRule(adam);
            case SgdSchedule sgd -> new SgdRule(sgd);
            case LionSchedule lion -> new LionRule(lion);
        };
    }

    /**
     * Steps float elements.
     *
     * @param gradScale what gradients are multiplied by, in place of the schedule's
     * @param state     the algorithm's buffers; null each that is not there
     */
    abstract void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state);

    /** The gradient as all rules see it. */
    static float gradient(float scaled, float l2, float p) {
        float g = l2 != 0 ? Math.fma(l2, p, scaled) : scaled;
        g = -BOUND > g ? -BOUND : g; // a NaN stays
        return BOUND < g ? BOUND : g;
    }

    /** A moving average's next value. */
    static float average(float a, float x, float beta, float oneMinusBeta) {
        return oneMinusBeta < 0.5f ? Math.fma(oneMinusBeta, x - a, a) : Math.fma(beta, a - x, x);
    }

    /** The parameter once it was moved by an update. */
    static float moved(float p, float update, float stepSize, float decay) {
        return decay == 0 ? Math.fma(-stepSize, update, p) : p - Math.fma(stepSize, update, decay * p);
    }
}
