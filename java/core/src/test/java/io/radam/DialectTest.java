package io.radam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dialects that no golden vector covers, against their published formulas in double. These divide by bias-corrected
 * moments, element by element, where the library has folded all that does not depend on the element into the step size:
 * the two have no arithmetic in common.
 */
class DialectTest {
    private static final int COLUMNS = 19;
    private static final int STEPS = 80;
    private static final double[][] BETAS = {{0.9, 0.999}, {0.9, 0.9999}, {0.8, 0.9}, {0, 0.99}, {0.3, 0.75}};

    /**
     * What the formulas know of an element in a step.
     *
     * @param m           first moment
     * @param v           second moment
     * @param correction1 1 - beta1^t
     * @param correction2 1 - beta2^t
     * @param rho         length of the simple moving average; tfa calls it sma, optax ro
     * @param rhoInf      its limit
     * @param p           the parameter before the step
     */
    private record Element(double m, double v, double correction1, double correction2, double rho, double rhoInf,
            double p) {
        double mHat() {
            return m / correction1;
        }

        double vHat() {
            return v / correction2;
        }

        double r() {
            return Math.sqrt((rho - 4) * (rho - 2) * rhoInf / ((rhoInf - 4) * (rhoInf - 2) * rho));
        }
    }

    private interface Formula {
        /** The parameter after the step. */
        double next(Hyperparameters h, Element x);
    }

    /**
     * {@code tfa.optimizers.RectifiedAdam} without {@code total_steps}, {@code _resource_apply_dense}:
     * https://github.com/tensorflow/addons/blob/v0.23.0/tensorflow_addons/optimizers/rectified_adam.py
     */
    private static double tensorflowAddons(Hyperparameters h, Element x) {
        double update = x.rho >= h.get(RAdamSettings.RHO_THRESHOLD) ? x.r() * x.mHat() / (Math.sqrt(x.vHat()) + h.get(AdamSettings.EPSILON)) : x.mHat();
        return x.p - h.learningRate() * (update + h.weightDecay() * x.p);
    }

    /**
     * {@code optax.radam}: {@code scale_by_radam} with its {@code eps_root} of 0; for weight decay, chained with
     * {@code add_decayed_weights} as in {@code optax.adamw}:
     * https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.radam
     */
    private static double optax(Hyperparameters h, Element x) {
        double scaled = x.mHat();
        if (x.rho >= h.get(RAdamSettings.RHO_THRESHOLD)) {
            scaled = x.mHat() * x.r() / (h.get(AdamSettings.EPSILON) + Math.sqrt(x.vHat()));
        }
        double decayed = scaled + h.weightDecay() * x.p;
        return x.p + -h.learningRate() * decayed;
    }

    /** Algorithm 2 of Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond": arXiv:1908.03265. */
    private static double paper(Hyperparameters h, Element x) {
        if (x.rho > 4) {
            double l = Math.sqrt(1 / x.vHat());
            return x.p - h.learningRate() * x.r() * x.mHat() * l;
        }
        return x.p - h.learningRate() * x.mHat();
    }

    /**
     * {@code torch.optim.RAdam} with {@code decoupled_weight_decay=True}, which the golden vectors have not:
     * https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html
     */
    private static double pytorchDecoupled(Hyperparameters h, Element x) {
        double decayed = x.p - h.learningRate() * h.weightDecay() * x.p;
        if (x.rho > 5) {
            double l = Math.sqrt(x.correction2) / (Math.sqrt(x.v) + h.get(AdamSettings.EPSILON));
            return decayed - h.learningRate() * x.mHat() * x.r() * l;
        }
        return decayed - h.learningRate() * x.mHat();
    }

    /** Every setting that a formula knows, away from its default, and an epsilon that shows. */
    private static RAdam.Builder unusual(RAdam.Preset preset) {
        return RAdam.builder(preset).learningRate(0.02).epsilon(1e-2).weightDecay(0.05).rhoThreshold(5.5);
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Backend backend : Backend.available()) {
            for (double[] betas : BETAS) {
                add(cases, backend, betas, "tensorflow_addons", DialectTest::tensorflowAddons,
                        RAdam.builder(RAdam.Preset.TENSORFLOW_ADDONS));
                add(cases, backend, betas, "tensorflow_addons, unusual", DialectTest::tensorflowAddons,
                        unusual(RAdam.Preset.TENSORFLOW_ADDONS));
                add(cases, backend, betas, "optax", DialectTest::optax, RAdam.builder(RAdam.Preset.OPTAX));
                add(cases, backend, betas, "optax, unusual", DialectTest::optax, unusual(RAdam.Preset.OPTAX));
                add(cases, backend, betas, "paper", DialectTest::paper, RAdam.builder(RAdam.Preset.PAPER));
                add(cases, backend, betas, "pytorch, decoupled", DialectTest::pytorchDecoupled,
                        RAdam.builder(RAdam.Preset.PYTORCH).weightDecay(0.05).weightDecayMode(WeightDecay.DECOUPLED));
            }
        }
        return cases.stream();
    }

    private static void add(List<Arguments> cases, Backend backend, double[] betas, String name, Formula formula,
            RAdam.Builder builder) {
        builder.betas(betas[0], betas[1]).backend(backend);
        String full = name + ", betas " + betas[0] + " " + betas[1] + ", on " + backend.name();
        cases.add(argumentSet(full, full, formula, builder));
    }

    /** The defaults in the documentation of each, at the addresses above; optax has no default learning rate. */
    @Test
    void presetsHaveTheDocumentedDefaults() {
        Hyperparameters optax = Algorithm.ADAM.defaults().toBuilder().set(RAdamSettings.RECTIFY, true)
                .set(Hyperparameters.LEARNING_RATE, 1e-3).set(AdamSettings.BETA1, 0.9).set(AdamSettings.BETA2, 0.999)
                .set(AdamSettings.EPSILON, 1e-8).set(AdamSettings.EPSILON_PLACEMENT, EpsilonPlacement.BIAS_CORRECTED)
                .set(Hyperparameters.WEIGHT_DECAY, 0.0).set(Hyperparameters.WEIGHT_DECAY_MODE, WeightDecay.DECOUPLED)
                .set(RAdamSettings.UNRECTIFIED, Unrectified.MOMENTUM).set(RAdamSettings.RHO_THRESHOLD, 5.0)
                .set(RAdamSettings.RECTIFY_AT_THRESHOLD, true).build();
        assertEquals(optax, RAdam.Preset.OPTAX.hyperparameters());
        assertEquals(optax.with(AdamSettings.EPSILON, 1e-7), RAdam.Preset.TENSORFLOW_ADDONS.hyperparameters());
        Hyperparameters paper = RAdam.Preset.PAPER.hyperparameters();
        assertEquals(4, paper.get(RAdamSettings.RHO_THRESHOLD));
        assertFalse(paper.get(RAdamSettings.RECTIFY_AT_THRESHOLD));
        assertEquals(0, paper.get(AdamSettings.EPSILON));
        assertEquals(0, paper.weightDecay());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void followsTheFormula(String name, Formula formula, RAdam.Builder builder) {
        RandomGenerator random = new SplittableRandom(0xd1a1ec7);
        double[] p = numbers(random);
        double[] m = new double[COLUMNS];
        double[] v = new double[COLUMNS];
        try (Trajectory trajectory = new Trajectory(name, p, parameter -> builder.parameter(parameter).build())) {
            Hyperparameters h = trajectory.optimizer().groups().getFirst().hyperparameters();
            double rhoInf = 2 / (1 - h.get(AdamSettings.BETA2)) - 1;
            for (int t = 1; t <= STEPS; t++) {
                double[] g = numbers(random);
                double[] next = new double[COLUMNS];
                double power2 = Math.pow(h.get(AdamSettings.BETA2), t);
                double rho = rhoInf - 2 * t * power2 / (1 - power2);
                for (int i = 0; i < COLUMNS; i++) {
                    m[i] = h.get(AdamSettings.BETA1) * m[i] + (1 - h.get(AdamSettings.BETA1)) * g[i];
                    v[i] = h.get(AdamSettings.BETA2) * v[i] + (1 - h.get(AdamSettings.BETA2)) * g[i] * g[i];
                    next[i] = formula.next(h, new Element(m[i], v[i], 1 - Math.pow(h.get(AdamSettings.BETA1), t), 1 - power2, rho,
                            rhoInf, p[i]));
                }
                trajectory.step(g, next);
                p = next;
            }
            trajectory.finish(Map.of("exp_avg", m, "exp_avg_sq", v));
        }
    }

    /** Normal draws from 1e-6 to 1e3, each the value of a float. */
    private static double[] numbers(RandomGenerator random) {
        double[] numbers = new double[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            numbers[i] = (float) (random.nextGaussian() * Math.pow(10, -6 + 9.0 * i / (COLUMNS - 1)));
        }
        return numbers;
    }
}
