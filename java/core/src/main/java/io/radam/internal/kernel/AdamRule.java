package io.radam.internal.kernel;

import io.radam.Coefficients.Mode;
import io.radam.internal.schedule.AdamSchedule;

/** Adam, AdamW and RAdam. */
final class AdamRule extends Rule {
    private final AdamSchedule schedule;

    AdamRule(AdamSchedule schedule) {
        this.schedule = schedule;
    }

    @Override
    boolean needsLargest() {
        return false;
    }

    @Override
    void step(int count, float gradScale, float largest, float[] values, float[] gradient, float[][] state) {
        AdamSchedule s = schedule;
        float scale = decayedGradient(count, gradScale, s.l2, values, gradient);
        float[] expAvg = state[0];
        float[] expAvgSq = state[1];
        float[] maxExpAvgSq = state[2];
        if (s.cautious) {
            moveMoments(count, scale, s.beta1, s.oneMinusBeta1, s.beta2, s.oneMinusBeta2, gradient, expAvg, expAvgSq);
            moveCautiously(count, scale, s.stepSize, s.epsilon, s.decay, values, gradient, expAvg, expAvgSq);
            return;
        }
        boolean adaptive = s.mode == Mode.ADAPTIVE;
        if (adaptive && maxExpAvgSq == null && !stepsBack(s.oneMinusBeta1) && !stepsBack(s.oneMinusBeta2)) {
            stepAtOnce(count, scale, s.oneMinusBeta1, s.oneMinusBeta2, s.stepSize, s.epsilon, s.decay, values, gradient,
                    expAvg, expAvgSq);
            return;
        }
        if (s.movesState(0)) {
            average(count, scale, s.beta1, s.oneMinusBeta1, gradient, expAvg);
        }
        averageOfSquare(count, scale, s.beta2, s.oneMinusBeta2, gradient, expAvgSq);
        if (maxExpAvgSq != null) {
            max(count, expAvgSq, maxExpAvgSq);
        }
        if (adaptive) {
            move(count, s.stepSize, s.epsilon, s.decay, values, expAvg, maxExpAvgSq != null ? maxExpAvgSq : expAvgSq);
        } else if (s.movesValues()) {
            move(count, s.stepSize, s.decay, values, expAvg);
        }
    }

    /** The usual step. Apart, its loops take up to half as long again. */
    private static void stepAtOnce(int count, float scale, float oneMinusBeta1, float oneMinusBeta2, float stepSize,
            float epsilon, float decay, float[] values, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float p = values[i];
            float g = bounded(scale * gradient[i]);
            float m = Math.fma(oneMinusBeta1, g - expAvg[i], expAvg[i]);
            float v = Math.fma(oneMinusBeta2, Math.fma(g, g, -expAvgSq[i]), expAvgSq[i]);
            expAvg[i] = m;
            expAvgSq[i] = v;
            values[i] = moved(p, m / ((float) Math.sqrt(v) + epsilon), stepSize, decay);
        }
    }

    private static void moveCautiously(int count, float scale, float stepSize, float epsilon, float decay,
            float[] values, float[] gradient, float[] expAvg, float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            float g = bounded(scale * gradient[i]);
            float update = expAvg[i] / ((float) Math.sqrt(expAvgSq[i]) + epsilon);
            values[i] = moved(values[i], update * mask(expAvg[i], g), stepSize, decay);
        }
    }

    private static void average(int count, float scale, float beta, float oneMinusBeta, float[] gradient,
            float[] expAvg) {
        for (int i = 0; i < count; i++) {
            expAvg[i] = average(expAvg[i], bounded(scale * gradient[i]), beta, oneMinusBeta);
        }
    }

    private static void averageOfSquare(int count, float scale, float beta, float oneMinusBeta, float[] gradient,
            float[] expAvgSq) {
        for (int i = 0; i < count; i++) {
            expAvgSq[i] = averageOfSquare(expAvgSq[i], bounded(scale * gradient[i]), beta, oneMinusBeta);
        }
    }

    /** Not {@code Math.max}: the maximum is no NaN unless v is. */
    static void max(int count, float[] expAvgSq, float[] maxExpAvgSq) {
        for (int i = 0; i < count; i++) {
            float v = expAvgSq[i];
            float max = maxExpAvgSq[i];
            maxExpAvgSq[i] = max > v ? max : v;
        }
    }

    static void move(int count, float stepSize, float epsilon, float decay, float[] values, float[] expAvg,
            float[] secondMoment) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], expAvg[i] / ((float) Math.sqrt(secondMoment[i]) + epsilon), stepSize, decay);
        }
    }

    static void move(int count, float stepSize, float decay, float[] values, float[] expAvg) {
        for (int i = 0; i < count; i++) {
            values[i] = moved(values[i], expAvg[i], stepSize, decay);
        }
    }
}
