package io.radam.internal.kernel;

import io.radam.internal.schedule.DiffGradSchedule;

/** diffGrad. */
final class DiffGradRule extends Rule {
    static final float MINUS_LOG2_OF_E = -0x1.715476p+0f;
    /** Two to a lower power is lost beside 1. */
    static final float LEAST_EXPONENT = -64;

    private final DiffGradSchedule schedule;

    DiffGradRule(DiffGradSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        DiffGradSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        moveMoments(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, state[0], state[1]);
        exponents(count, scale, gradient, state[2]);
        ElementFunctions.exp2(count, gradient);
        move(count, s.epsilon, s.stepSize, s.decay, values, gradient, state[0], state[1]);
    }

    /** Writes into the gradient what 2 is raised to, for the change of it. */
    private static void exponents(int count, float scale, float[] gradient, float[] previousGrad) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float change = Math.abs(previousGrad[i] - g);
            previousGrad[i] = g;
            gradient[i] = Math.max(MINUS_LOG2_OF_E * change, LEAST_EXPONENT);
        }
    }

    private static void move(int count, float epsilon, float stepSize, float decay, float[] values, float[] powers,
            float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float update = expAvg[i] / ((1 + powers[i]) * ((float) Math.sqrt(expAvgSq[i]) + epsilon));
            values[i] = moved(values[i], update, stepSize, decay);
        }
    }
}
