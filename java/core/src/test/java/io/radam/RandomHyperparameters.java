package io.radam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/** Hyperparameters that users choose, or at the ends of their range. */
public final class RandomHyperparameters {
    private static final List<Hyperparameters> PRESETS =
            Presets.all().stream().map(Presets.Row::hyperparameters).toList();
    private static final double[] RATES = {0, 0.1, 0.25, 0.4, Math.nextDown(0.5), 0.5, 0.6, 2 / 3.0, 0.75, 0.9, 0.95,
        0.99, 0.999, 0.9999, 0.999999, Math.nextDown(1.0)};
    private static final Map<String, double[]> REALS = Map.ofEntries(
            Map.entry("learningRate", new double[] {0, 1e-8, 1e-3, 1e-3, 0.02, 1, 30}),
            Map.entry("beta1", RATES), Map.entry("beta2", RATES), Map.entry("momentum", RATES),
            Map.entry("beta3", RATES),
            // A rate of RMSprop, and a factor of AdEMAMix and COCOB.
            Map.entry("alpha", DoubleStream.concat(DoubleStream.of(RATES), DoubleStream.of(2, 5, 8, 100, 0x1p63)).toArray()),
            Map.entry("rho", RATES),
            Map.entry("epsilon", new double[] {0, 1e-30, 1e-16, 1e-8, 1e-7, 1e-3, 1}),
            Map.entry("weightDecay", new double[] {0, 1e-10, 1e-4, 0.01, 0.5, 2}),
            Map.entry("gradientScale", new double[] {1, 1, 0.5, 1 / 3.0, 1e-6, 1 / 65536.0, 1000}),
            Map.entry("rhoThreshold", new double[] {4, 4.5, 5, 5, 6, 30}),
            Map.entry("finalLearningRate", new double[] {1e-30, 1e-3, 0.1, 0.1, 10, 1e20}),
            Map.entry("baseLearningRate", new double[] {1e-30, 1e-3, 1e-3, 0.02, 1e20}),
            Map.entry("partial", new double[] {1e-30, 0.01, 0.125, 0.25, 0.3, 0.5, 0.5}),
            Map.entry("gamma", new double[] {1e-30, 1e-3, 1e-3, 0.1, 0.9, Math.nextDown(1.0)}),
            Map.entry("r", new double[] {0, 0, 0.5, 1, 3.7, 16}),
            Map.entry("weightLrPower", new double[] {0, 1, 2, 2, 16}),
            Map.entry("innerMomentum", RATES),
            Map.entry("maxParamNorm", new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 10, 1, 1e-3}),
            Map.entry("trustCoefficient", new double[] {1e-3, 1e-3, 0.02, 1, 1e-30, 1e30}),
            Map.entry("clipThreshold", new double[] {1, 1, 0.5, 0.01, 100}),
            Map.entry("beta", RATES), Map.entry("autoClipFactor", new double[] {0, 0, 0.5, 1, 10}),
            Map.entry("delta", new double[] {0, 0.1, 0.1, 0.5, 2, 1e30}),
            Map.entry("wdRatio", new double[] {0, 0.1, 0.1, 1, 3}),
            Map.entry("hypergradLr", new double[] {0, 1e-8, 1e-6, 1e-4, 0.1, 1e30}),
            Map.entry("nu", new double[] {0, 0.1, 0.7, 0.7, 1}),
            Map.entry("nu1", new double[] {0, 0.1, 0.7, 0.7, 1, 1}), Map.entry("nu2", new double[] {0, 0.5, 0.9, 1, 1}),
            Map.entry("dampening", new double[] {0, 0, 0.1, 0.5, 1}),
            Map.entry("momentumDecay", new double[] {0, 1e-9, 1e-4, 4e-3, 4e-3, 0.02, 0.75, 30, 1e6}),
            Map.entry("learningRateDecay", new double[] {0, 1e-9, 1e-4, 0.01, 0.5, 3, 1e300}),
            Map.entry("initialAccumulator", new double[] {0, 1e-30, 0.1, 0.1, 1, 1e9}));
    private static final long[] STEPS = {0, 0, 1, 3, 10, 2000};

    private RandomHyperparameters() {
    }

    /** Hyperparameters of any algorithm. */
    public static Hyperparameters any(RandomGenerator random) {
        return of(Algorithm.values()[random.nextInt(Algorithm.values().length)], random);
    }

    /** A preset of which some settings were changed. */
    public static Hyperparameters of(Algorithm algorithm, RandomGenerator random) {
        List<Hyperparameters> presets = PRESETS.stream().filter(h -> h.algorithm() == algorithm).toList();
        while (true) {
            Hyperparameters.Builder builder = presets.get(random.nextInt(presets.size())).toBuilder();
            List<Hyperparameter<?>> all = new ArrayList<>(algorithm.hyperparameters());
            int changes = random.nextInt(8);
            for (int i = 0; i < changes; i++) {
                change(builder, all.get(random.nextInt(all.size())), random);
            }
            try {
                return builder.build();
            } catch (InvalidHyperparameterException e) {
                // It never rectifies, has Nesterov without momentum, or an alpha of another algorithm: draw again.
            }
        }
    }

    /** Other hyperparameters that need the same state. */
    public static Hyperparameters like(Hyperparameters some, RandomGenerator random) {
        while (true) {
            Hyperparameters others = of(some.algorithm(), random);
            if (others.state().equals(some.state())) {
                return others;
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> void change(Hyperparameters.Builder builder, Hyperparameter<T> h, RandomGenerator random) {
        Object value;
        if (h.type() == Double.class) {
            value = near(random, (Hyperparameter<Double>) h);
        } else if (h.type() == Long.class) {
            value = STEPS[random.nextInt(STEPS.length)];
        } else if (h.type() == Boolean.class) {
            value = random.nextBoolean();
        } else {
            value = h.type().getEnumConstants()[random.nextInt(h.type().getEnumConstants().length)];
        }
        builder.set(h, h.type().cast(value));
    }

    /** One of the choices, or a number with a full mantissa close to it, if that is in range. */
    private static double near(RandomGenerator random, Hyperparameter<Double> h) {
        double[] choices = REALS.get(h.name());
        double choice = choices[random.nextInt(choices.length)];
        double value = random.nextBoolean() ? choice : choice * random.nextDouble(0.97, 1.03);
        try {
            h.check(value);
            return value;
        } catch (InvalidHyperparameterException e) {
            return choice;
        }
    }
}
