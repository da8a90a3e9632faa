package io.radam;

import static io.radam.CustomCoefficients.biasCorrection;

/**
 * AdaBelief as its authors' adabelief_pytorch 0.2.1 has it, by {@link CustomAlgorithm}: Juntang Zhuang et al.,
 * "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", NeurIPS 2020.
 */
final class OwnAdaBelief {
    static final Hyperparameter<Double> BETA1 = Hyperparameter.rate("beta1", 0.9);
    static final Hyperparameter<Double> BETA2 = Hyperparameter.rate("beta2", 0.999);
    static final Hyperparameter<Double> EPSILON =
            Hyperparameter.real("epsilon", 1e-16, x -> x >= 0 && Double.isFinite(x), "finite and at least 0");
    /** Only without rectification, since the authors' rectified step does not use the maximum. */
    static final Hyperparameter<Boolean> AMSGRAD = Hyperparameter.flag("amsgrad");
    static final Hyperparameter<Boolean> RECTIFY = Hyperparameter.flag("rectify");
    static final Hyperparameter<Unrectified> UNRECTIFIED =
            Hyperparameter.choice("unrectified", Unrectified.MOMENTUM);
    /** Whether decoupled decay goes without the learning rate. */
    static final Hyperparameter<Boolean> FIXED_WEIGHT_DECAY = Hyperparameter.flag("fixedWeightDecay");

    static final CustomAlgorithm ALGORITHM = CustomAlgorithm.builder("own.adabelief")
            .hyperparameters(BETA1, BETA2, EPSILON, AMSGRAD, RECTIFY, UNRECTIFIED, FIXED_WEIGHT_DECAY)
            .defaultValue(RECTIFY, true)
            .defaultValue(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
            .state("exp_avg", true)
            .state("exp_avg_var", false)
            .state("max_exp_avg_var", false, h -> h.get(AMSGRAD) && !h.get(RECTIFY))
            .decouplesDecay()
            .coefficients(OwnAdaBelief::coefficients, "oneMinusBeta1", "oneMinusBeta2", "varEpsilon", "epsilon",
                    "stepSize", "decay", "adaptive")
            .rule(OwnAdaBelief::step)
            .build();

    private OwnAdaBelief() {
    }

    private static void coefficients(long step, Hyperparameters h, double[] c) {
        double beta2 = h.get(BETA2);
        double correction1 = biasCorrection(h.get(BETA1), step);
        double correction2 = biasCorrection(beta2, step);
        double limit = 2 / (1 - beta2) - 1;
        double rho = limit - 2.0 * step * (1 - correction2) / correction2;
        boolean rectify = h.get(RECTIFY);
        boolean adaptive = !rectify || rho >= 5;
        double rate = h.learningRate();
        double size = rate / correction1;
        if (adaptive) {
            double rectification =
                    rectify ? Math.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)) : 1;
            size = rate * Math.sqrt(correction2) * rectification / correction1;
        } else if (h.get(UNRECTIFIED) == Unrectified.SKIP) {
            size = 0;
        }
        c[0] = 1 - h.get(BETA1);
        c[1] = 1 - beta2;
        c[2] = h.get(EPSILON);
        c[3] = rectify ? h.get(EPSILON) : h.get(EPSILON) * Math.sqrt(correction2);
        c[4] = size;
        c[5] = h.get(Hyperparameters.WEIGHT_DECAY_MODE) == WeightDecay.L2 ? 0
                : h.weightDecay() * (h.get(FIXED_WEIGHT_DECAY) ? 1 : rate);
        c[6] = adaptive ? 1 : 0;
    }

    private static void step(int count, float[] c, float[] values, float[] gradient, float[][] state) {
        average(count, c[0], c[1], c[2], gradient, state[0], state[1]);
        float[] variance = state[1];
        if (state[2] != null) {
            max(count, state[1], state[2]);
            variance = state[2];
        }
        if (c[6] == 1) {
            move(count, c[4], c[3], c[5], values, state[0], variance);
        } else {
            move(count, c[4], c[5], values, state[0]);
        }
    }

    private static void average(int count, float oneMinusBeta1, float oneMinusBeta2, float epsilon, float[] g,
            float[] m, float[] s) {
        for (int i = 0; i < count; i++) {
            m[i] = Math.fma(oneMinusBeta1, g[i] - m[i], m[i]);
            // Bounded, so that no square overflows, nor what is added again and again.
            float surprise = Math.min(Math.max(g[i] - m[i], -0x1p63f), 0x1p63f);
            s[i] = Math.min(Math.fma(oneMinusBeta2, Math.fma(surprise, surprise, -s[i]), s[i]) + epsilon, 0x1p127f);
        }
    }

    private static void max(int count, float[] s, float[] most) {
        for (int i = 0; i < count; i++) {
            most[i] = Math.max(most[i], s[i]);
        }
    }

    private static void move(int count, float stepSize, float epsilon, float decay, float[] p, float[] m, float[] s) {
        for (int i = 0; i < count; i++) {
            float update = m[i] / ((float) Math.sqrt(s[i]) + epsilon);
            p[i] = moved(p[i], update, stepSize, decay);
        }
    }

    private static void move(int count, float stepSize, float decay, float[] p, float[] m) {
        for (int i = 0; i < count; i++) {
            p[i] = moved(p[i], m[i], stepSize, decay);
        }
    }

    private static float moved(float p, float update, float stepSize, float decay) {
        return decay == 0 ? Math.fma(-stepSize, update, p) : p - Math.fma(stepSize, update, decay * p);
    }
}
