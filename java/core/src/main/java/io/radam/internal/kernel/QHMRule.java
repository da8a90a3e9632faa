package io.radam.internal.kernel;

import io.radam.internal.schedule.QHMSchedule;

/** QHM. */
final class QHMRule extends Rule {
    private final QHMSchedule schedule;

    QHMRule(QHMSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return true;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        QHMSchedule s = schedule;
        float scale = boundedGradient(count, gradScale, largest, s.l2, values, gradient);
        step(count, scale, s.momentum, s.oneMinusMomentum, s.nu, s.oneMinusNu, s.stepSize, s.decay, values, gradient,
                state[0]);
    }

    private static void step(int count, float scale, float momentum, float oneMinusMomentum, float nu,
            float oneMinusNu, float stepSize, float decay, float[] values, float[] gradient, float[] momentumBuffer) {
        for (int i = 0; i < count; i++) {
            float g = scale * gradient[i];
            float b = average(momentumBuffer[i], g, momentum, oneMinusMomentum);
            momentumBuffer[i] = b;
            values[i] = moved(values[i], Math.fma(nu, b, oneMinusNu * g), stepSize, decay);
        }
    }
}
