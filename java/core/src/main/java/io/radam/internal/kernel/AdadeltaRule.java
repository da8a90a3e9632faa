package io.radam.internal.kernel;

import io.radam.internal.schedule.AdadeltaSchedule;

/** Adadelta. */
final class AdadeltaRule extends Rule {
    private final AdadeltaSchedule schedule;

    AdadeltaRule(AdadeltaSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdadeltaSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        step(count, scale, s.rho, s.oneMinusRho, s.stepSize, s.epsilon, s.decay, values, gradient, state[0], state[1]);
    }

    private static void step(int count, float scale, float rho, float oneMinusRho, float stepSize, float epsilon,
            float decay, float[] values, float[] gradient, float[] squareAvg, float[] accDelta) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float v = averageOfSquare(squareAvg[i], g, rho, oneMinusRho);
            float w = accDelta[i];
            float update = bounded((float) Math.sqrt(w + epsilon) / (float) Math.sqrt(v + epsilon) * g);
            squareAvg[i] = v;
            accDelta[i] = averageOfSquare(w, update, rho, oneMinusRho);
            values[i] = moved(values[i], update, stepSize, decay);
        }
    }
}
