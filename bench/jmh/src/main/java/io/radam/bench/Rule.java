package io.radam.bench;

import io.radam.EpsilonPlacement;

/** The rule that is timed everywhere: Adam without weight decay, with the usual settings. */
public final class Rule {
    public static final double LEARNING_RATE = 1e-3;
    public static final double BETA1 = 0.9;
    public static final double BETA2 = 0.999;
    public static final double EPSILON = 1e-8;

    private Rule() {
    }

    /**
     * What parameter {@code i} is after so many steps on {@link Inputs}, in double.
     *
     * @param placement libraries add epsilon to different things; this is the one thing in which their Adams differ
     */
    static double expected(int i, int steps, EpsilonPlacement placement) {
        double p = Inputs.value(i);
        double m = 0;
        double v = 0;
        for (int step = 1; step <= steps; step++) {
            double g = Inputs.gradient(i, step);
            m = BETA1 * m + (1 - BETA1) * g;
            v = BETA2 * v + (1 - BETA2) * g * g;
            double rootC2 = Math.sqrt(1 - Math.pow(BETA2, step));
            double stepSize = LEARNING_RATE * rootC2 / (1 - Math.pow(BETA1, step));
            double epsilon = placement == EpsilonPlacement.PLAIN ? EPSILON : EPSILON * rootC2;
            p -= stepSize * m / (Math.sqrt(v) + epsilon);
        }
        return p;
    }

    /**
     * How far a float32 computation may be from {@link #expected}. Each step rounds p once, by up to 2^-24 of it. Its
     * update, which is at most 3.2 learning rates under these betas, may be off by 2^-15 of itself: that is what
     * {@code 1f - 0.999f} in place of {@code (float) (1 - 0.999)} makes of it, and all that is rounded besides is less.
     */
    static double tolerance(double p, int steps) {
        return steps * (0x1p-24 * Math.abs(p) + 0x1p-15 * 3.2 * LEARNING_RATE);
    }
}
