package io.radam;

import static io.radam.AdamSettings.BETA1;
import static io.radam.AdamSettings.BETA2;

/**
 * The rules as {@code radam_coefficients} in {@code radam.h} documents them, line by line, on one parameter in arrays.
 */
final class PlainReference {
    final float[] p;
    /** The algorithm's buffers; null in place of each that does not exist. */
    final float[][] state;
    long step;

    PlainReference(int length, Hyperparameters h) {
        p = new float[length];
        state = h.state().stream().map(buffer -> buffer == null ? null : new float[length]).toArray(float[][]::new);
    }

    void step(ParameterGroup group, float[] gradient) {
        Coefficients coefficients = group.coefficients(++step);
        Hyperparameters h = group.hyperparameters();
        for (int i = 0; i < p.length; i++) {
            float g = coefficients.gradientScale() * gradient[i];
            if (coefficients.l2() != 0) {
                g = Math.fma(coefficients.l2(), p[i], g);
            }
            if (g > 0x1p63f) {
                g = 0x1p63f;
            } else if (g < -0x1p63f) {
                g = -0x1p63f;
            }
            switch (coefficients) {
                case Coefficients.Adam c -> adam(i, g, c, h);
                case Coefficients.SGD c -> sgd(i, g, c);
                case Coefficients.Lion c -> lion(i, g, c, h);
                case Coefficients.NAdam c -> nadam(i, g, c, h);
            }
        }
    }

    private void adam(int i, float g, Coefficients.Adam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        if (c.mode() != Coefficients.Mode.SECOND_MOMENT_ONLY) {
            m[i] = average(m[i], g, h.get(BETA1));
        }
        v[i] = averageOfSquare(v[i], g, h.get(BETA2));
        float s = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            s = (float) Math.sqrt(w[i]);
        }
        switch (c.mode()) {
            case ADAPTIVE -> move(i, m[i] / (s + c.epsilon()), c);
            case MOMENTUM -> move(i, m[i], c);
            case MOMENTS_ONLY, SECOND_MOMENT_ONLY -> { }
        }
    }

    private void sgd(int i, float g, Coefficients.SGD c) {
        float[] b = state[0];
        if (b == null) {
            move(i, g, c);
            return;
        }
        b[i] = Math.fma(c.momentum(), b[i], c.oneMinusDampening() * g);
        move(i, c.nesterov() == 0 ? b[i] : Math.fma(c.nesterov(), b[i], g), c);
    }

    private void lion(int i, float g, Coefficients.Lion c, Hyperparameters h) {
        float[] m = state[0];
        float x = average(m[i], g, h.get(LionSettings.BETA1));
        move(i, x > 0 ? 1 : x < 0 ? -1 : x, c);
        m[i] = average(m[i], g, h.get(LionSettings.BETA2));
    }

    private void nadam(int i, float g, Coefficients.NAdam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i], g, h.get(NAdamSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(NAdamSettings.BETA2));
        float n = Math.fma(c.gradientFactor(), g, c.expAvgFactor() * m[i]);
        move(i, n / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private static float averageOfSquare(float a, float g, double beta) {
        float oneMinusBeta = (float) (1 - beta);
        return oneMinusBeta < 0.5f
                ? Math.fma(oneMinusBeta, Math.fma(g, g, -a), a)
                : Math.fma((float) beta, Math.fma(-g, g, a), g * g);
    }

    private static float average(float a, float x, double beta) {
        float oneMinusBeta = (float) (1 - beta);
        return oneMinusBeta < 0.5f ? Math.fma(oneMinusBeta, x - a, a) : Math.fma((float) beta, a - x, x);
    }

    private void move(int i, float u, Coefficients c) {
        p[i] = c.decay() == 0
                ? Math.fma(-c.stepSize(), u, p[i])
                : p[i] - Math.fma(c.stepSize(), u, c.decay() * p[i]);
    }
}
