package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training as DJL's own optimizers do it: a network on real data has the same losses, step by step. */
class SameLossesTest {
    private static final int STEPS = 200;
    /** Of a loss: what sums of float32 in another order make in so many steps. */
    private static final double TOLERANCE = 2e-4;

    @ParameterizedTest
    @EnumSource
    void adam(TrainerKind kind) {
        Tracker rate = Tracker.fixed(2e-3f);
        compare(kind, Optimizer.adam().optLearningRateTracker(rate).build(),
                RadamOptimizers.adam().optLearningRateTracker(rate).build());
    }

    @ParameterizedTest
    @EnumSource
    void adamWithAllSettings(TrainerKind kind) {
        Tracker rate = Tracker.cosine().setBaseValue(4e-3f).optFinalValue(1e-3f).setMaxUpdates(STEPS).build();
        compare(kind,
                Optimizer.adam().optLearningRateTracker(rate).optBeta1(0.8f).optBeta2(0.99f).optEpsilon(1e-6f)
                        .optWeightDecays(1e-3f).setRescaleGrad(0.5f).build(),
                RadamOptimizers.adam().optLearningRateTracker(rate).optBeta1(0.8f).optBeta2(0.99f).optEpsilon(1e-6f)
                        .optWeightDecays(1e-3f).setRescaleGrad(0.5f).build());
    }

    @ParameterizedTest
    @EnumSource
    void adamW(TrainerKind kind) {
        Tracker rate = Tracker.fixed(2e-3f);
        compare(kind, Optimizer.adamW().optLearningRateTracker(rate).build(),
                RadamOptimizers.adamW().optLearningRateTracker(rate).build());
    }

    @ParameterizedTest
    @EnumSource
    void sgdWithMomentum(TrainerKind kind) {
        Tracker rate = Tracker.fixed(5e-2f);
        compare(kind, Optimizer.sgd().setLearningRateTracker(rate).optMomentum(0.9f).optWeightDecays(1e-4f).build(),
                RadamOptimizers.sgd().optLearningRateTracker(rate).optMomentum(0.9f).optWeightDecays(1e-4f).build());
    }

    private static void compare(TrainerKind kind, Optimizer djl, RadamOptimizer ours) {
        float[] expected = train(TrainerKind.DJL, djl);
        float[] actual = train(kind, ours);
        for (int i = 0; i < STEPS; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * Math.max(1, expected[i]), "the loss of step " + (i + 1));
        }
        assertTrue(actual[STEPS - 1] < 0.5 * actual[0], "it has learnt: " + actual[0] + " to " + actual[STEPS - 1]);
    }

    private static float[] train(TrainerKind kind, Optimizer optimizer) {
        try (Model model = Network.model(); Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            return Network.train(trainer, STEPS);
        }
    }
}
