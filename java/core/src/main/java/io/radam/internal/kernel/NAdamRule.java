package io.radam.internal.kernel;

import io.radam.internal.schedule.NAdamSchedule;

/** NAdam and NAdamW. */
final class NAdamRule extends Rule {
    private final NAdamSchedule schedule;

    NAdamRule(NAdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        NAdamSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        step(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.gradFactor, s.expAvgFactor, s.stepSize,
                s.epsilon, s.decay, values, gradient, state[0], state[1]);
    }

    private static void step(int count, float scale, float beta1, float oneMinusBeta1, float beta2, float oneMinusBeta2,
            float gradFactor, float expAvgFactor, float stepSize, float epsilon, float decay, float[] values,
            float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float p = values[i];
            float g = bounded(scale * gradient[i]);
            float m = average(expAvg[i], g, beta1, oneMinusBeta1);
            float v = averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
            expAvg[i] = m;
            expAvgSq[i] = v;
            float update = Math.fma(gradFactor, g, expAvgFactor * m) / ((float) Math.sqrt(v) + epsilon);
            values[i] = moved(p, update, stepSize, decay);
        }
    }

    @Override
    void stepRow(int begin, int end, float gradScale, float decay, float[] values, float[] gradient, float[][] state) {
        NAdamSchedule s = schedule;
        stepRow(begin, end, gradScale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, s.gradFactor, s.expAvgFactor,
                s.stepSize, s.epsilon, decay, values, gradient, state[0], state[1]);
    }

    private static void stepRow(int begin, int end, float scale, float beta1, float oneMinusBeta1, float beta2,
            float oneMinusBeta2, float gradFactor, float expAvgFactor, float stepSize, float epsilon, float decay,
            float[] values, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = begin; i < end; i++) {
            float p = values[i];
            float g = bounded(scale * gradient[i]);
            float m = average(expAvg[i], g, beta1, oneMinusBeta1);
            float v = averageOfSquare(expAvgSq[i], g, beta2, oneMinusBeta2);
            expAvg[i] = m;
            expAvgSq[i] = v;
            float update = Math.fma(gradFactor, g, expAvgFactor * m) / ((float) Math.sqrt(v) + epsilon);
            values[i] = p - Math.fma(stepSize, update, decay * p);
        }
    }
}
