package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.tracker.Tracker;
import io.radam.AdamSettings;
import io.radam.Algorithm;
import io.radam.Hyperparameters;
import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bits that the optimizer without a framework has, for copies of the same values and gradients. */
class SameBitsTest {
    private static final float RATE = 3e-3f;
    private static final int STEPS = 30;

    @ParameterizedTest
    @EnumSource
    void radam(TrainerKind kind) {
        compare(kind, RAdam.Preset.AUTHORS.hyperparameters());
    }

    @ParameterizedTest
    @EnumSource
    void radamOfPyTorchWithAmsgrad(TrainerKind kind) {
        compare(kind, RAdam.Preset.PYTORCH.hyperparameters().with(AdamSettings.AMSGRAD, true));
    }

    @ParameterizedTest
    @EnumSource
    void lion(TrainerKind kind) {
        compare(kind, Algorithm.LION.defaults().withWeightDecay(0.1f));
    }

    private static void compare(TrainerKind kind, Hyperparameters hyperparameters) {
        RadamOptimizer ours =
                RadamOptimizers.of(hyperparameters).optLearningRateTracker(Tracker.fixed(RATE)).build();
        try (Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(ours))) {
            Network.initialize(trainer);
            Map<String, float[]> copies = Network.values(model.getBlock());
            Map<String, float[]> gradients = new LinkedHashMap<>();
            copies.forEach((name, values) -> gradients.put(name, new float[values.length]));
            try (Optimizer core = core(hyperparameters, copies, gradients)) {
                for (int step = 0; step < STEPS; step++) {
                    float before = copies.get("03Linear_weight")[0];
                    Network.backward(trainer, step);
                    Network.gradients(model.getBlock()).forEach((name, gradient) ->
                            System.arraycopy(gradient, 0, gradients.get(name), 0, gradient.length));
                    core.step();
                    trainer.step();

                    Map<String, float[]> actual = Network.values(model.getBlock());
                    for (String name : copies.keySet()) {
                        assertArrayEquals(copies.get(name), actual.get(name), name + " after step " + (step + 1));
                    }
                    if (step > 5) {
                        assertNotEquals(before, copies.get("03Linear_weight")[0]);
                    }
                }
            }
        }
        ours.close();
    }

    private static Optimizer core(Hyperparameters hyperparameters, Map<String, float[]> values,
            Map<String, float[]> gradients) {
        return Cores.builder(hyperparameters.withLearningRate(RATE))
                .parameters(values.keySet().stream()
                        .map(name -> Parameter.of(values.get(name), gradients.get(name))).toList())
                .build();
    }
}
