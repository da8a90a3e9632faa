package io.radam.internal.kernel;

import io.radam.internal.schedule.RMSpropSchedule;

/** RMSprop, centered or not, with momentum or without. */
final class RMSpropRule extends Rule {
    private final RMSpropSchedule schedule;

    RMSpropRule(RMSpropSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        RMSpropSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        if (state[1] == null && state[2] == null) {
            step(count, scale, s.alpha, s.oneMinusAlpha, s.stepSize, s.epsilon, s.epsilonInRoot, s.decay, values,
                    gradient, state[0]);
            return;
        }
        if (state[2] == null) {
            divide(count, scale, s.alpha, s.oneMinusAlpha, s.epsilon, s.epsilonInRoot, gradient, state[0]);
        } else {
            divideCentered(count, scale, s.alpha, s.oneMinusAlpha, s.epsilon, s.epsilonInRoot, gradient, state[0],
                    state[2]);
        }
        if (state[1] == null) {
            move(count, s.stepSize, s.decay, values, gradient);
        } else {
            move(count, s.momentum, s.stepSize, s.decay, values, gradient, state[1]);
        }
    }

    private static void step(int count, float scale, float alpha, float oneMinusAlpha, float stepSize, float epsilon,
            float epsilonInRoot, float decay, float[] values, float[] gradient, float[] squareAvg) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float v = averageOfSquare(squareAvg[i], g, alpha, oneMinusAlpha);
            squareAvg[i] = v;
            values[i] = moved(values[i], g / ((float) Math.sqrt(v + epsilonInRoot) + epsilon), stepSize, decay);
        }
    }

    /** Puts the quotient in place of the gradient. */
    private static void divide(int count, float scale, float alpha, float oneMinusAlpha, float epsilon,
            float epsilonInRoot, float[] gradient, float[] squareAvg) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float v = averageOfSquare(squareAvg[i], g, alpha, oneMinusAlpha);
            squareAvg[i] = v;
            gradient[i] = g / ((float) Math.sqrt(v + epsilonInRoot) + epsilon);
        }
    }

    private static void divideCentered(int count, float scale, float alpha, float oneMinusAlpha, float epsilon,
            float epsilonInRoot, float[] gradient, float[] squareAvg, float[] gradAvg) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float v = averageOfSquare(squareAvg[i], g, alpha, oneMinusAlpha);
            float a = average(gradAvg[i], g, alpha, oneMinusAlpha);
            squareAvg[i] = v;
            gradAvg[i] = a;
            float variance = Math.max(0, Math.fma(-a, a, v));
            gradient[i] = g / ((float) Math.sqrt(variance + epsilonInRoot) + epsilon);
        }
    }

    private static void move(int count, float stepSize, float decay, float[] values, float[] quotient) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], quotient[i], stepSize, decay);
        }
    }

    private static void move(int count, float momentum, float stepSize, float decay, float[] values, float[] quotient,
            float[] momentumBuffer) {
        for (int i = 0; i < count; i++) {
            float b = Math.fma(momentum, momentumBuffer[i], quotient[i]);
            momentumBuffer[i] = b;
            values[i] = moved(values[i], b, stepSize, decay);
        }
    }
}
