package io.radam;

/** The rule as {@code radam_coefficients} in {@code radam.h} documents it, line by line, on one parameter in arrays. */
final class PlainReference {
    final float[] p;
    final float[] m;
    final float[] v;
    /** The running maximum; null without AMSGrad. */
    final float[] w;
    long step;

    PlainReference(int length, boolean amsgrad) {
        p = new float[length];
        m = new float[length];
        v = new float[length];
        w = amsgrad ? new float[length] : null;
    }

    void step(ParameterGroup group, float[] gradient) {
        Coefficients c = group.coefficients(++step);
        Hyperparameters h = group.hyperparameters();
        float oneMinusBeta1 = (float) (1 - h.beta1());
        float oneMinusBeta2 = (float) (1 - h.beta2());
        for (int i = 0; i < p.length; i++) {
            float g = c.gradientScale() * gradient[i];
            if (c.l2() != 0) {
                g = Math.fma(c.l2(), p[i], g);
            }
            if (c.mode() != Coefficients.Mode.SECOND_MOMENT_ONLY) {
                m[i] = oneMinusBeta1 < 0.5f
                        ? Math.fma(oneMinusBeta1, g - m[i], m[i])
                        : Math.fma((float) h.beta1(), m[i] - g, g);
            }
            v[i] = oneMinusBeta2 < 0.5f
                    ? Math.fma(oneMinusBeta2, Math.fma(g, g, -v[i]), v[i])
                    : Math.fma((float) h.beta2(), Math.fma(-g, g, v[i]), g * g);
            float s = (float) Math.sqrt(v[i]);
            if (w != null) {
                w[i] = w[i] > v[i] ? w[i] : v[i];
                s = (float) Math.sqrt(w[i]);
            }
            switch (c.mode()) {
                case ADAPTIVE -> p[i] = moved(p[i], m[i] / (s + c.epsilon()), c);
                case MOMENTUM -> p[i] = moved(p[i], m[i], c);
                case MOMENTS_ONLY, SECOND_MOMENT_ONLY -> { }
            }
        }
    }

    private static float moved(float p, float u, Coefficients c) {
        return c.decay() == 0
                ? Math.fma(-c.stepSize(), u, p)
                : p - Math.fma(c.stepSize(), u, c.decay() * p);
    }
}
