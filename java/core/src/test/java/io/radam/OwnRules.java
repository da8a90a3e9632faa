package io.radam;

import static io.radam.CustomCoefficients.biasCorrection;

/** Two algorithms of the library once more, by {@link CustomAlgorithm}: they must have the native bits. */
final class OwnRules {
    static final CustomAlgorithm ADAM = CustomAlgorithm.builder("own.adam")
            .hyperparameters(AdamSettings.BETA1, AdamSettings.BETA2, AdamSettings.EPSILON, AdamSettings.AMSGRAD)
            .state("exp_avg", true)
            .state("exp_avg_sq", false)
            .state("max_exp_avg_sq", false, h -> h.get(AdamSettings.AMSGRAD))
            .decouplesDecay()
            .coefficients((step, h, c) -> {
                double root = Math.sqrt(biasCorrection(h.get(AdamSettings.BETA2), step));
                c[0] = 1 - h.get(AdamSettings.BETA1);
                c[1] = 1 - h.get(AdamSettings.BETA2);
                c[2] = h.get(AdamSettings.EPSILON) * root;
                c[3] = h.learningRate() * root / biasCorrection(h.get(AdamSettings.BETA1), step);
                c[4] = decoupledDecay(h);
            }, "oneMinusBeta1", "oneMinusBeta2", "epsilon", "stepSize", "decay")
            .rule((count, c, values, gradient, state) -> {
                moments(count, c[0], c[1], gradient, state[0], state[1]);
                if (state[2] != null) {
                    max(count, state[1], state[2]);
                }
                move(count, c[3], c[2], c[4], values, state[0], state[2] != null ? state[2] : state[1]);
            })
            .build();

    static final CustomAlgorithm LION = CustomAlgorithm.builder("own.lion")
            .hyperparameters(LionSettings.BETA1, LionSettings.BETA2)
            .defaultValue(Hyperparameters.LEARNING_RATE, 1e-4)
            .defaultValue(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
            .state("exp_avg", true)
            .decouplesDecay()
            .coefficients((step, h, c) -> {
                c[0] = 1 - h.get(LionSettings.BETA1);
                c[1] = 1 - h.get(LionSettings.BETA2);
                c[2] = h.learningRate();
                c[3] = decoupledDecay(h);
            }, "oneMinusBeta1", "oneMinusBeta2", "stepSize", "decay")
            .rule((count, c, values, gradient, state) ->
                    lion(count, c[0], c[1], c[2], c[3], values, gradient, state[0]))
            .build();

    private OwnRules() {
    }

    private static double decoupledDecay(Hyperparameters h) {
        return h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.L2 ? 0 : h.learningRate() * h.weightDecay();
    }

    private static void moments(int count, float oneMinusBeta1, float oneMinusBeta2, float[] g, float[] m, float[] v) {
        for (int i = 0; i < count; i++) {
            m[i] = Math.fma(oneMinusBeta1, g[i] - m[i], m[i]);
            v[i] = Math.fma(oneMinusBeta2, Math.fma(g[i], g[i], -v[i]), v[i]);
        }
    }

    private static void max(int count, float[] v, float[] most) {
        for (int i = 0; i < count; i++) {
            most[i] = Math.max(most[i], v[i]);
        }
    }

    private static void move(int count, float stepSize, float epsilon, float decay, float[] p, float[] m, float[] v) {
        for (int i = 0; i < count; i++) {
            p[i] = moved(p[i], m[i] / ((float) Math.sqrt(v[i]) + epsilon), stepSize, decay);
        }
    }

    private static void lion(int count, float oneMinusBeta1, float oneMinusBeta2, float stepSize, float decay,
            float[] p, float[] g, float[] m) {
        for (int i = 0; i < count; i++) {
            float update = Math.signum(Math.fma(oneMinusBeta1, g[i] - m[i], m[i]));
            m[i] = Math.fma(oneMinusBeta2, g[i] - m[i], m[i]);
            p[i] = moved(p[i], update, stepSize, decay);
        }
    }

    private static float moved(float p, float update, float stepSize, float decay) {
        return decay == 0 ? Math.fma(-stepSize, update, p) : p - Math.fma(stepSize, update, decay * p);
    }
}
