package io.radam;

import static io.radam.AdamSettings.BETA1;
import static io.radam.AdamSettings.BETA2;

import io.radam.internal.kernel.PlainFunctions;

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
                case Coefficients.RMSprop c -> rmsprop(i, g, c, h);
                case Coefficients.Adagrad c -> adagrad(i, g, c);
                case Coefficients.Adamax c -> adamax(i, g, c, h);
                case Coefficients.Adadelta c -> adadelta(i, g, c, h);
                case Coefficients.AdaBelief c -> adabelief(i, g, c, h);
                case Coefficients.ADOPT c -> adopt(i, g, c, h);
                case Coefficients.Yogi c -> yogi(i, g, c, h);
                case Coefficients.QHAdam c -> qhadam(i, g, c, h);
                case Coefficients.AdEMAMix c -> ademamix(i, g, c, h);
                case Coefficients.AdaMod c -> adamod(i, g, c, h);
                case Coefficients.AdaBound c -> adabound(i, g, c, h);
                case Coefficients.DiffGrad c -> diffgrad(i, g, c, h);
                case Coefficients.Padam c -> padam(i, g, c, h);
                case Coefficients.MADGRAD c -> madgrad(i, g, c);
                case Coefficients.COCOB c -> cocob(i, g, c);
                case Coefficients.QHM c -> qhm(i, g, c, h);
                case Coefficients.Adan c -> adan(i, g, c, h);
                case Coefficients.Custom c -> throw new AssertionError("no rule of the library: " + c);
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

    private void rmsprop(int i, float g, Coefficients.RMSprop c, Hyperparameters h) {
        float[] v = state[0];
        float[] b = state[1];
        float[] a = state[2];
        v[i] = averageOfSquare(v[i], g, h.get(RMSpropSettings.ALPHA));
        float s = v[i];
        if (a != null) {
            a[i] = average(a[i], g, h.get(RMSpropSettings.ALPHA));
            s = Math.fma(-a[i], a[i], v[i]);
            if (s < 0) {
                s = 0;
            }
        }
        float q = g / ((float) Math.sqrt(s + c.epsilonInRoot()) + c.epsilon());
        if (b != null) {
            q = Math.fma(c.momentum(), b[i], q);
            b[i] = q;
        }
        move(i, q, c);
    }

    private void adagrad(int i, float g, Coefficients.Adagrad c) {
        float[] s = state[0];
        s[i] = Math.fma(g, g, s[i] + c.initialAccumulator());
        if (s[i] > 0x1p127f) {
            s[i] = 0x1p127f;
        }
        move(i, g / ((float) Math.sqrt(s[i]) + c.epsilon()), c);
    }

    private void adamax(int i, float g, Coefficients.Adamax c, Hyperparameters h) {
        float[] m = state[0];
        float[] n = state[1];
        m[i] = average(m[i], g, h.get(AdamaxSettings.BETA1));
        float decayed = (float) (double) h.get(AdamaxSettings.BETA2) * n[i];
        float magnitude = Math.abs(g) + c.epsilon();
        n[i] = magnitude > decayed ? magnitude : decayed;
        if (n[i] > 0x1p127f) {
            n[i] = 0x1p127f;
        }
        move(i, m[i] / n[i], c);
    }

    private void adadelta(int i, float g, Coefficients.Adadelta c, Hyperparameters h) {
        float[] v = state[0];
        float[] w = state[1];
        double rho = h.get(AdadeltaSettings.RHO);
        v[i] = averageOfSquare(v[i], g, rho);
        float above = (float) Math.sqrt(w[i] + c.epsilon());
        float u = above / (float) Math.sqrt(v[i] + c.epsilon()) * g;
        if (u > 0x1p63f) {
            u = 0x1p63f;
        } else if (u < -0x1p63f) {
            u = -0x1p63f;
        }
        w[i] = averageOfSquare(w[i], u, rho);
        move(i, u, c);
    }

    private void adabelief(int i, float g, Coefficients.AdaBelief c, Hyperparameters h) {
        float[] m = state[0];
        float[] s = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(AdaBeliefSettings.BETA1));
        float d = g - m[i];
        if (d > 0x1p63f) {
            d = 0x1p63f;
        } else if (d < -0x1p63f) {
            d = -0x1p63f;
        }
        s[i] = averageOfSquare(s[i], d, h.get(AdaBeliefSettings.BETA2)) + c.varEpsilon();
        if (s[i] > 0x1p127f) {
            s[i] = 0x1p127f;
        }
        float r = (float) Math.sqrt(s[i]);
        if (w != null) {
            w[i] = w[i] > s[i] ? w[i] : s[i];
            r = (float) Math.sqrt(w[i]);
        }
        move(i, c.mode() == Coefficients.Mode.ADAPTIVE ? m[i] / (r + c.epsilon()) : m[i], c);
    }

    private void adopt(int i, float g, Coefficients.ADOPT c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        boolean first = c.step() == 1;
        float root = (float) Math.sqrt(v[i]);
        float n = g / (c.epsilon() > root ? c.epsilon() : root);
        if (n > c.bound()) {
            n = c.bound();
        } else if (n < -c.bound()) {
            n = -c.bound();
        }
        m[i] = average(m[i], n, first ? 1 : h.get(AdoptSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, first ? 0 : h.get(AdoptSettings.BETA2));
        move(i, m[i], c);
    }

    private void qhadam(int i, float g, Coefficients.QHAdam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i], g, c.beta1(), c.oneMinusBeta1());
        v[i] = averageOfSquare(v[i], g, c.beta2(), c.oneMinusBeta2());
        double nu1 = h.get(QHAdamSettings.NU1);
        double nu2 = h.get(QHAdamSettings.NU2);
        float square = g * g;
        float n = Math.fma((float) nu1, m[i], (float) (1 - nu1) * g);
        float s = Math.fma((float) nu2, v[i], (float) (1 - nu2) * square);
        move(i, n / ((float) Math.sqrt(s) + c.epsilon()), c);
    }

    private void ademamix(int i, float g, Coefficients.AdEMAMix c, Hyperparameters h) {
        float[] m = state[0];
        float[] s = state[1];
        float[] v = state[2];
        m[i] = average(m[i], g, h.get(AdEMAMixSettings.BETA1));
        s[i] = average(s[i], g, c.beta3(), c.oneMinusBeta3());
        v[i] = averageOfSquare(v[i], g, h.get(AdEMAMixSettings.BETA2));
        float n = Math.fma(c.alpha(), s[i], m[i]);
        move(i, n / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private void adamod(int i, float g, Coefficients.AdaMod c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] n = state[2];
        m[i] = average(m[i], g, h.get(AdaModSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(AdaModSettings.BETA2));
        float a = c.rate() / ((float) Math.sqrt(v[i]) + c.epsilon());
        if (a > 0x1p63f) {
            a = 0x1p63f;
        }
        n[i] = average(n[i], a, h.get(AdaModSettings.BETA3));
        move(i, (a < n[i] ? a : n[i]) * m[i], c);
    }

    private void adabound(int i, float g, Coefficients.AdaBound c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(AdaBoundSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(AdaBoundSettings.BETA2));
        float r = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            r = (float) Math.sqrt(w[i]);
        }
        float a = c.rate() / (r + c.epsilon());
        if (a < c.lower()) {
            a = c.lower();
        } else if (a > c.upper()) {
            a = c.upper();
        }
        move(i, a * m[i], c);
    }

    private void diffgrad(int i, float g, Coefficients.DiffGrad c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(DiffGradSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(DiffGradSettings.BETA2));
        float x = -0x1.715476p+0f * Math.abs(w[i] - g);
        float e = 1 + PlainFunctions.exp2(x < -64 ? -64 : x);
        w[i] = g;
        move(i, m[i] / (e * ((float) Math.sqrt(v[i]) + c.epsilon())), c);
    }

    private void padam(int i, float g, Coefficients.Padam c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] w = state[2];
        m[i] = average(m[i], g, h.get(PadamSettings.BETA1));
        v[i] = averageOfSquare(v[i], g, h.get(PadamSettings.BETA2));
        float r = (float) Math.sqrt(v[i]);
        if (w != null) {
            w[i] = w[i] > v[i] ? w[i] : v[i];
            r = (float) Math.sqrt(w[i]);
        }
        move(i, m[i] / PlainFunctions.power(r + c.epsilon(), c.power(), 0), c);
    }

    private void madgrad(int i, float g, Coefficients.MADGRAD c) {
        float[] v = state[0];
        float[] s = state[1];
        float[] d = state[2];
        float square = g * g;
        v[i] = cut(Math.fma(c.rate(), square, v[i]), 0x1p127f);
        s[i] = cut(Math.fma(c.rate(), g, s[i]), 0x1p127f);
        float u = s[i] / (PlainFunctions.power(v[i], 0x1.555556p-2f, -0x1.555556p-27f) + c.epsilon()) - d[i];
        d[i] = Math.fma(c.stepSize(), u, d[i]);
        if (c.decay() != 0 && c.stepSize() != 1) {
            d[i] = Math.fma(c.decay(), Float.isNaN(p[i]) ? -0x1p127f : cut(p[i], 0x1p127f), d[i]);
        }
        d[i] = cut(d[i], 0x1p127f);
        move(i, u, c);
    }

    private void cocob(int i, float gradient, Coefficients.COCOB c) {
        float[] s = state[0];
        float[] n = state[1];
        float[] l = state[2];
        float[] r = state[3];
        float g = cut(c.rate() * gradient, 0x1p63f);
        float last = c.epsilon() > l[i] ? c.epsilon() : l[i];
        float before = cocobOffset(i, last, c);
        float magnitude = Math.abs(g);
        l[i] = last > magnitude ? last : magnitude;
        s[i] = cut(s[i] - g, 0x1p127f);
        n[i] = cut(n[i] + magnitude, 0x1p127f);
        float reward = Math.fma(-g, before, r[i]);
        r[i] = reward <= 0 ? 0 : cut(reward, 0x1p126f);
        move(i, before - cocobOffset(i, l[i], c), c);
    }

    private float cocobOffset(int i, float largest, Coefficients.COCOB c) {
        float sum = state[1][i] + largest;
        float product = c.alpha() * largest;
        float share = cut(state[0][i] / (sum > product ? sum : product), 1);
        return share * cut((state[3][i] + largest) / largest, 0x1p126f);
    }

    /** A NaN stays NaN. */
    private static float cut(float x, float most) {
        return x > most ? most : x < -most ? -most : x;
    }

    private void qhm(int i, float g, Coefficients.QHM c, Hyperparameters h) {
        float[] b = state[0];
        double nu = h.get(QHMSettings.NU);
        b[i] = average(b[i], g, h.get(QHMSettings.MOMENTUM));
        move(i, Math.fma((float) nu, b[i], (float) (1 - nu) * g), c);
    }

    private void adan(int i, float g, Coefficients.Adan c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        float[] e = state[2];
        float[] w = state[3];
        float d = c.diffScale() * (g + w[i]);
        double beta2 = h.get(AdanSettings.BETA2);
        m[i] = average(m[i], g, h.get(AdanSettings.BETA1));
        e[i] = average(e[i], d, beta2);
        float x = Math.fma((float) beta2, d, g);
        if (x > 0x1p63f) {
            x = 0x1p63f;
        } else if (x < -0x1p63f) {
            x = -0x1p63f;
        }
        v[i] = averageOfSquare(v[i], x, h.get(AdanSettings.BETA3));
        w[i] = -g;
        move(i, Math.fma(c.diffFactor(), e[i], m[i]) / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private void yogi(int i, float g, Coefficients.Yogi c, Hyperparameters h) {
        float[] m = state[0];
        float[] v = state[1];
        m[i] = average(m[i] + c.initialAccumulator(), g, h.get(YogiSettings.BETA1));
        v[i] += c.initialAccumulator();
        float part = (float) (1 - h.get(YogiSettings.BETA2));
        float distance = Math.fma(g, g, -v[i]);
        if (distance > 0) {
            v[i] = Math.fma(part, g * g, v[i]);
        } else if (distance < 0) {
            v[i] = Math.fma(part, -(g * g), v[i]);
        } else if (distance != 0) {
            v[i] = distance;
        }
        move(i, m[i] / ((float) Math.sqrt(v[i]) + c.epsilon()), c);
    }

    private static float averageOfSquare(float a, float g, double beta) {
        return averageOfSquare(a, g, (float) beta, (float) (1 - beta));
    }

    private static float averageOfSquare(float a, float g, float beta, float oneMinusBeta) {
        return oneMinusBeta < 0.5f
                ? Math.fma(oneMinusBeta, Math.fma(g, g, -a), a)
                : Math.fma(beta, Math.fma(-g, g, a), g * g);
    }

    private static float average(float a, float x, double beta) {
        return average(a, x, (float) beta, (float) (1 - beta));
    }

    private static float average(float a, float x, float beta, float oneMinusBeta) {
        return oneMinusBeta < 0.5f ? Math.fma(oneMinusBeta, x - a, a) : Math.fma(beta, a - x, x);
    }

    private void move(int i, float u, Coefficients c) {
        p[i] = c.decay() == 0
                ? Math.fma(-c.stepSize(), u, p[i])
                : p[i] - Math.fma(c.stepSize(), u, c.decay() * p[i]);
    }
}
