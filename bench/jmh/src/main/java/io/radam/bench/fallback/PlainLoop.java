package io.radam.bench.fallback;

/** The step of each algorithm as a plain loop over arrays, which C2 turns into vector instructions. */
enum PlainLoop {
    ADAM {
        @Override
        void step(float[] values, float[] gradient, float[] first, float[] second) {
            for (int i = 0; i < values.length; i++) {
                float g = gradient[i];
                float m = Math.fma(0.1f, g - first[i], first[i]);
                float v = Math.fma(0.001f, Math.fma(g, g, -second[i]), second[i]);
                first[i] = m;
                second[i] = v;
                values[i] = Math.fma(-1e-6f, m / ((float) Math.sqrt(v) + 1e-8f), values[i]);
            }
        }
    },
    NADAM {
        @Override
        void step(float[] values, float[] gradient, float[] first, float[] second) {
            for (int i = 0; i < values.length; i++) {
                float g = gradient[i];
                float m = Math.fma(0.1f, g - first[i], first[i]);
                float v = Math.fma(0.001f, Math.fma(g, g, -second[i]), second[i]);
                first[i] = m;
                second[i] = v;
                float update = Math.fma(0.1f, g, 0.9f * m) / ((float) Math.sqrt(v) + 1e-8f);
                values[i] = Math.fma(-1e-6f, update, values[i]);
            }
        }
    },
    SGD {
        @Override
        void step(float[] values, float[] gradient, float[] first, float[] second) {
            for (int i = 0; i < values.length; i++) {
                float b = Math.fma(0.9f, first[i], gradient[i]);
                first[i] = b;
                values[i] = Math.fma(-1e-6f, b, values[i]);
            }
        }
    },
    LION {
        @Override
        void step(float[] values, float[] gradient, float[] first, float[] second) {
            for (int i = 0; i < values.length; i++) {
                float g = gradient[i];
                float m = first[i];
                first[i] = Math.fma(0.01f, g - m, m);
                values[i] = Math.fma(-1e-6f, Math.signum(Math.fma(0.1f, g - m, m)), values[i]);
            }
        }
    };

    abstract void step(float[] values, float[] gradient, float[] first, float[] second);
}
