package io.radam;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Hyperparameters that may still be changed, and need not be valid. */
public final class HyperparameterDraft {
    private static final List<Hyperparameters> PRESETS = Stream.of(
            Arrays.stream(RAdam.Preset.values()).map(RAdam.Preset::hyperparameters),
            Arrays.stream(Adam.Preset.values()).map(Adam.Preset::hyperparameters),
            Arrays.stream(AdamW.Preset.values()).map(AdamW.Preset::hyperparameters)).flatMap(s -> s).toList();
    private static final double[] LEARNING_RATES = {0, 1e-8, 1e-3, 1e-3, 0.02, 1, 30};
    private static final double[] BETAS = {0, 0.1, 0.25, 0.4, Math.nextDown(0.5), 0.5, 0.6, 2 / 3.0, 0.75, 0.9, 0.95,
        0.99, 0.999, 0.9999, 0.999999};
    private static final double[] EPSILONS = {0, 1e-30, 1e-16, 1e-8, 1e-7, 1e-3, 1};
    private static final double[] WEIGHT_DECAYS = {0, 1e-10, 1e-4, 0.01, 0.5, 2};
    private static final double[] SCALES = {1, 1, 0.5, 1 / 3.0, 1e-6, 1 / 65536.0, 1000};
    private static final double[] THRESHOLDS = {4, 4.5, 5, 5, 6, 30};
    private static final long[] STEPS = {0, 0, 1, 3, 10, 2000};

    public boolean rectify;
    public double learningRate;
    public double beta1;
    public double beta2;
    public double epsilon;
    public EpsilonPlacement epsilonPlacement;
    public double weightDecay;
    public WeightDecay weightDecayMode;
    public boolean maximize;
    public double gradientScale;
    public Unrectified unrectified;
    public double rhoThreshold;
    public boolean rectifyAtThreshold;
    public long warmupSteps;
    public long frozenSteps;

    public HyperparameterDraft(Hyperparameters h) {
        rectify = h.rectify();
        learningRate = h.learningRate();
        beta1 = h.beta1();
        beta2 = h.beta2();
        epsilon = h.epsilon();
        epsilonPlacement = h.epsilonPlacement();
        weightDecay = h.weightDecay();
        weightDecayMode = h.weightDecayMode();
        maximize = h.maximize();
        gradientScale = h.gradientScale();
        unrectified = h.unrectified();
        rhoThreshold = h.rhoThreshold();
        rectifyAtThreshold = h.rectifyAtThreshold();
        warmupSteps = h.warmupSteps();
        frozenSteps = h.frozenSteps();
    }

    /** A preset of which some settings were changed to others that users choose, or to the ends of their range. */
    public static Hyperparameters randomValid(RandomGenerator random) {
        while (true) {
            HyperparameterDraft draft = random(random);
            try {
                return draft.build();
            } catch (InvalidHyperparameterException e) {
                // One of the few that never rectify: once more.
            }
        }
    }

    /** Valid, unless it never rectifies. */
    private static HyperparameterDraft random(RandomGenerator random) {
        HyperparameterDraft draft = new HyperparameterDraft(PRESETS.get(random.nextInt(PRESETS.size())));
        int changes = random.nextInt(8);
        for (int i = 0; i < changes; i++) {
            draft.changeOne(random);
        }
        return draft;
    }

    private void changeOne(RandomGenerator random) {
        switch (random.nextInt(13)) {
            case 0 -> rectify = !rectify;
            case 1 -> learningRate = near(random, LEARNING_RATES);
            case 2 -> beta1 = Math.min(near(random, BETAS), Math.nextDown(1.0));
            case 3 -> beta2 = Math.min(near(random, BETAS), Math.nextDown(1.0));
            case 4 -> epsilon = near(random, EPSILONS);
            case 5 -> epsilonPlacement = any(random, EpsilonPlacement.values());
            case 6 -> {
                weightDecay = near(random, WEIGHT_DECAYS);
                weightDecayMode = any(random, WeightDecay.values());
            }
            case 7 -> maximize = !maximize;
            case 8 -> gradientScale = near(random, SCALES);
            case 9 -> unrectified = any(random, Unrectified.values());
            case 10 -> {
                rhoThreshold = Math.max(4, near(random, THRESHOLDS));
                rectifyAtThreshold = random.nextBoolean();
            }
            case 11 -> warmupSteps = STEPS[random.nextInt(STEPS.length)];
            default -> frozenSteps = STEPS[random.nextInt(STEPS.length)];
        }
    }

    /** One of the choices, or a number with a full mantissa close to it. */
    private static double near(RandomGenerator random, double[] choices) {
        double choice = choices[random.nextInt(choices.length)];
        return random.nextBoolean() ? choice : choice * random.nextDouble(0.97, 1.03);
    }

    private static <T> T any(RandomGenerator random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Fails where the hyperparameters are not valid. */
    public Hyperparameters build() {
        return new Hyperparameters(rectify, learningRate, beta1, beta2, epsilon, epsilonPlacement, weightDecay,
                weightDecayMode, maximize, gradientScale, unrectified, rhoThreshold, rectifyAtThreshold, warmupSteps,
                frozenSteps);
    }
}
