package io.radam.internal.kernel;

import io.radam.internal.schedule.AdamSchedule;
import io.radam.internal.schedule.LionSchedule;
import io.radam.internal.schedule.NAdamSchedule;
import io.radam.internal.schedule.Schedule;
import io.radam.internal.schedule.SgdSchedule;
import java.lang.foreign.MemorySegment;

/**
 * An algorithm's rule in Java. The native kernels are tested against it, and it runs where they cannot.
 * {@code radam_coefficients} in {@code radam.h} documents each rule line by line. The bits are those of the native
 * kernels, because each line is the same sequence of correctly rounded float operations.
 */
abstract sealed class Rule permits AdamRule, SgdRule, LionRule, NAdamRule {
    /** Gradients beyond this are cut to it, so that their squares are finite. */
    private static final float BOUND = 0x1p63f;

    /** The rule of a schedule's algorithm. It takes its coefficients from the schedule. */
    static Rule of(Schedule schedule) {
        return switch (schedule) {
            case AdamSchedule adam -> new AdamRule(adam);
            case SgdSchedule sgd -> new SgdRule(sgd);
            case LionSchedule lion -> new LionRule(lion);
            case NAdamSchedule nadam -> new NAdamRule(nadam);
        };
    }

    /**
     * Steps float elements.
     *
     * @param gradScale the factor of gradients, in place of the schedule's
     * @param state     the algorithm's buffers; null in place of each that the tensor does not have
     */
    abstract void step(long begin, long end, float gradScale, MemorySegment values, MemorySegment gradient,
            MemorySegment[] state);

    /** The gradient as all rules use it: with L2 decay, and bounded. */
    static float gradient(float scaled, float l2, float p) {
        float g = l2 != 0 ? Math.fma(l2, p, scaled) : scaled;
        g = -BOUND > g ? -BOUND : g; // a NaN stays
        return BOUND < g ? BOUND : g;
    }

    /** The next value of a moving average of x. {@code native/src/algorithm/parts.h} says why it has two forms. */
    static float average(float a, float x, float beta, float oneMinusBeta) {
        return stepsBack(oneMinusBeta) ? Math.fma(beta, a - x, x) : Math.fma(oneMinusBeta, x - a, a);
    }

    /** The next value of a moving average of {@code g * g}. */
    static float averageOfSquare(float a, float g, float beta, float oneMinusBeta) {
        return stepsBack(oneMinusBeta)
                ? Math.fma(beta, Math.fma(-g, g, a), g * g)
                : Math.fma(oneMinusBeta, Math.fma(g, g, -a), a);
    }

    private static boolean stepsBack(float oneMinusBeta) {
        return oneMinusBeta >= 0.5f;
    }

    /** The parameter after its update and decay. */
    static float moved(float p, float update, float stepSize, float decay) {
        return decay == 0 ? Math.fma(-stepSize, update, p) : p - Math.fma(stepSize, update, decay * p);
    }
}
