package io.radam.internal.kernel;

import io.radam.internal.schedule.SgdSchedule;

/** Stochastic gradient descent. */
final class SgdRule extends Rule {
    private final SgdSchedule schedule;

    SgdRule(SgdSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return true;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        SgdSchedule s = schedule;
        if (s.averagesGradient) {
            average(count, gradScale, 1 - s.nesterov, s.nesterov, gradient, state[1]);
        }
        float scale = boundedGradient(count, gradScale, largest, s.l2, values, gradient);
        if (state[0] == null) {
            step(count, scale, s.stepSize, s.decay, values, gradient);
        } else if (s.keepsUpdate) {
            step(count, scale, s.momentum, s.oneMinusDampening, s.nesterov, s.stepSize, values, gradient, state[0],
                    state[1]);
        } else {
            step(count, scale, s.momentum, s.oneMinusDampening, s.averagesGradient ? 0 : s.nesterov, s.stepSize,
                    s.decay, values, gradient, state[0]);
        }
    }

    private static void average(int count, float scale, float beta, float oneMinusBeta, float[] gradient,
            float[] expAvg) {
        for (int i = 0; i < count; i++) {
            expAvg[i] = average(expAvg[i], bounded(scale * gradient[i]), beta, oneMinusBeta);
        }
    }

    private static void step(int count, float scale, float stepSize, float decay, float[] values, float[] gradient) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], scale * gradient[i], stepSize, decay);
        }
    }

    private static void step(int count, float scale, float momentum, float oneMinusDampening, float nesterov,
            float stepSize, float decay, float[] values, float[] gradient, float[] momentumBuffer) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient[i];
            float b = Math.fma(momentum, momentumBuffer[i], oneMinusDampening * g);
            momentumBuffer[i] = b;
            values[i] = moved(values[i], nesterov == 0 ? b : Math.fma(nesterov, b, g), stepSize, decay);
        }
    }

    private static void step(int count, float scale, float momentum, float oneMinusDampening, float nesterov,
            float stepSize, float[] values, float[] gradient, float[] momentumBuffer, float[] lastUpdate) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient[i];
            float b = Math.fma(momentum, momentumBuffer[i], oneMinusDampening * g);
            float update = Math.fma(nesterov, b, g);
            momentumBuffer[i] = b;
            lastUpdate[i] = update;
            values[i] = Math.fma(-stepSize, update, values[i]);
        }
    }

    @Override
    void stepRow(int begin, int end, float gradScale, float decay, float[] values, float[] gradient, float[][] state) {
        SgdSchedule s = schedule;
        if (state[0] == null) {
            stepRow(begin, end, gradScale, s.stepSize, decay, values, gradient);
        } else {
            stepRow(begin, end, gradScale, s.momentum, s.oneMinusDampening, s.nesterov, s.stepSize, decay, values,
                    gradient, state[0]);
        }
    }

    private static void stepRow(int begin, int end, float scale, float stepSize, float decay, float[] values,
            float[] gradient) {
        for (int i = begin; i < end; i++) {
            float p = values[i];
            values[i] = p - Math.fma(stepSize, bounded(scale * gradient[i]), decay * p);
        }
    }

    private static void stepRow(int begin, int end, float scale, float momentum, float oneMinusDampening,
            float nesterov, float stepSize, float decay, float[] values, float[] gradient, float[] momentumBuffer) {
        for (int i = begin; i < end; i++) {
            float p = values[i];
            float g = bounded(scale * gradient[i]);
            float b = Math.fma(momentum, momentumBuffer[i], oneMinusDampening * g);
            momentumBuffer[i] = b;
            values[i] = p - Math.fma(stepSize, nesterov == 0 ? b : Math.fma(nesterov, b, g), decay * p);
        }
    }
}
