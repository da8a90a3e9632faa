package io.radam.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.radam.AverageDecay;
import io.radam.LossScaler;
import io.radam.OptimizerStateException;
import io.radam.ScheduleFreeAdamWSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Training by DJL's own loop, with its listeners and metrics, and what the trainer adds to it. */
class TrainerTest {
    private static final int TRAINED = 1400;

    @ParameterizedTest
    @EnumSource
    void easyTrainWithListenersAndMetrics(TrainerKind kind) throws IOException, TranslateException {
        RadamOptimizer optimizer = RadamOptimizers.radam().optLearningRateTracker(Tracker.fixed(2e-2f)).build();
        DefaultTrainingConfig config = Network.config(optimizer).addEvaluator(new Accuracy())
                .addTrainingListeners(TrainingListener.Defaults.basic());
        int epochs = 10;
        try (optimizer; Model model = Network.model(); Trainer trainer = kind.newTrainer(model, config)) {
            Metrics metrics = new Metrics();
            trainer.setMetrics(metrics);
            Network.initialize(trainer);
            EasyTrain.fit(trainer, epochs, Digits.dataset(model.getNDManager(), 0, TRAINED, Network.BATCH),
                    Digits.dataset(model.getNDManager(), TRAINED, Digits.count() - TRAINED, Network.BATCH));
            assertEquals(epochs, trainer.getTrainingResult().getEpoch());
            double accuracy = trainer.getTrainingResult().getValidateEvaluation("Accuracy");
            assertTrue(accuracy > 0.85, "accuracy " + accuracy);
            assertEquals(epochs * ((TRAINED + Network.BATCH - 1) / Network.BATCH), metrics.getMetric("step").size());
        }
    }

    /** As the README says: the average of iterates is evaluated after each epoch. */
    @ParameterizedTest
    @EnumSource
    void easyTrainWithScheduleFree(TrainerKind kind) throws IOException, TranslateException {
        RadamOptimizer optimizer = RadamOptimizers.scheduleFreeAdamW().optLearningRateTracker(Tracker.fixed(2e-2f))
                .opt(ScheduleFreeAdamWSettings.WARMUP_STEPS, 20L).build();
        Accuracy accuracy = new Accuracy();
        DefaultTrainingConfig config = Network.config(optimizer).addEvaluator(accuracy)
                .addTrainingListeners(TrainingListener.Defaults.basic());
        try (optimizer; Model model = Network.model(); Trainer trainer = kind.newTrainer(model, config)) {
            Network.initialize(trainer);
            Dataset training = Digits.dataset(model.getNDManager(), 0, TRAINED, Network.BATCH);
            Dataset validation =
                    Digits.dataset(model.getNDManager(), TRAINED, Digits.count() - TRAINED, Network.BATCH);
            for (int epoch = 0; epoch < 5; epoch++) {
                EasyTrain.fit(trainer, 1, training, null);
                optimizer.exchangeAverages(model.getBlock());
                EasyTrain.evaluateDataset(trainer, validation);
                optimizer.exchangeAverages(model.getBlock());
            }
            float right = accuracy.getAccumulator(EvaluatorTrainingListener.VALIDATE_EPOCH);
            assertTrue(right > 0.85, "accuracy " + right);
        }
    }

    @Test
    void clippingByNormIsOfAllParametersTogether() {
        RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(1)).build();
        try (optimizer; Model model = Network.model();
             RadamTrainer trainer = new RadamTrainer(model, Network.config(optimizer)).optMaxGradientNorm(0.01)) {
            Network.initialize(trainer);
            assertNull(trainer.lastStep());
            Network.backward(trainer, 0);
            double squares = 0;
            for (float[] gradient : Network.gradients(model.getBlock()).values()) {
                for (float x : gradient) {
                    squares += (double) x * x;
                }
            }
            Map<String, float[]> before = Network.values(model.getBlock());
            trainer.step();
            assertEquals(Math.sqrt(squares), trainer.lastStep().statistics().norm(), 1e-6 * Math.sqrt(squares));
            double moved = 0;
            for (Map.Entry<String, float[]> after : Network.values(model.getBlock()).entrySet()) {
                for (int i = 0; i < after.getValue().length; i++) {
                    double difference = (double) after.getValue()[i] - before.get(after.getKey())[i];
                    moved += difference * difference;
                }
            }
            assertEquals(0.01, Math.sqrt(moved), 1e-5);
        }
    }

    @Test
    void lossScalingGivesTheSameTraining() {
        float[] plain;
        float[] scaled;
        try (RadamOptimizer optimizer = RadamOptimizers.adam().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            plain = Network.train(trainer, 50);
        }
        LossScaler scaler = new LossScaler(1024, 2, 0.5, 10);
        try (RadamOptimizer optimizer = RadamOptimizers.adam().build(); Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer)).optLossScaler(scaler)) {
            Network.initialize(trainer);
            scaled = Network.train(trainer, 50);
        }
        assertArrayEquals(plain, scaled, 1e-5f);
        assertEquals(1024 * 32, scaler.scale(), "doubled five times");
    }

    @Test
    void aStepThatOverflowsIsSkipped() {
        LossScaler scaler = new LossScaler(0x1p126, 2, 0.5, 2000);
        RadamOptimizer optimizer = RadamOptimizers.adam().build();
        try (optimizer; Model model = Network.model();
             RadamTrainer trainer = new RadamTrainer(model, Network.config(optimizer)).optLossScaler(scaler)) {
            Network.initialize(trainer);
            Map<String, float[]> before = Network.values(model.getBlock());
            model.getBlock().getParameters().valueAt(0).getArray().muli(1e4f);
            Network.backward(trainer, 0);
            trainer.step();
            assertFalse(trainer.lastStep().applied());
            assertEquals(0x1p125, scaler.scale());
            assertArrayEquals(before.get("03Linear_weight"),
                    Network.values(model.getBlock()).get("03Linear_weight"));
            Network.gradients(model.getBlock()).forEach((name, gradient) ->
                    assertArrayEquals(new float[gradient.length], gradient, name));
        }
    }

    @Test
    void averagesFollowTheValues() {
        RadamOptimizer optimizer = RadamOptimizers.sgd().optLearningRateTracker(Tracker.fixed(0.1f))
                .optAverages(AverageDecay.constant(0.5)).build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = new RadamTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            float[] first = Network.values(model.getBlock()).get("01Linear_weight");
            Network.train(trainer, 1);
            float[] second = Network.values(model.getBlock()).get("01Linear_weight");
            optimizer.exchangeAverages(model.getBlock());
            float[] average = Network.values(model.getBlock()).get("01Linear_weight");
            for (int i = 0; i < first.length; i++) {
                assertEquals((first[i] + second[i]) / 2, average[i], 1e-7f);
            }
            optimizer.exchangeAverages(model.getBlock());
            assertArrayEquals(second, Network.values(model.getBlock()).get("01Linear_weight"));
        }
    }

    /** The average of iterates takes the place of the values, which come back to the bit. */
    @ParameterizedTest
    @EnumSource
    void scheduleFreeEvaluatesTheAverageOfIterates(TrainerKind kind) throws IOException {
        RadamOptimizer optimizer =
                RadamOptimizers.scheduleFreeSgd().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        try (optimizer; Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            Network.train(trainer, 1);
            float[] first = Network.values(model.getBlock()).get("01Linear_weight");
            Network.train(trainer, 1);
            float[] values = Network.values(model.getBlock()).get("01Linear_weight");
            optimizer.exchangeAverages(model.getBlock());
            float[] average = Network.values(model.getBlock()).get("01Linear_weight");
            // The average of two iterates x = (z1 + z2) / 2, and y = 0.9 x + 0.1 z2.
            for (int i = 0; i < values.length; i++) {
                assertEquals(first[i] + (values[i] - first[i]) / 1.1f, average[i], 1e-6f);
            }
            OptimizerStateException refused =
                    assertThrows(OptimizerStateException.class, () -> Network.train(trainer, 1));
            assertTrue(refused.getMessage().contains("exchangeAverages"), refused.getMessage());
            assertThrows(OptimizerStateException.class,
                    () -> optimizer.load(Path.of("none.safetensors"), model.getBlock()));
            assertArrayEquals(average, Network.values(model.getBlock()).get("01Linear_weight"));
            optimizer.exchangeAverages(model.getBlock());
            assertArrayEquals(values, Network.values(model.getBlock()).get("01Linear_weight"));
            Network.train(trainer, 1);
        }
    }

    /** A rate of its own for each parameter, as DJL's interface allows: here none for one. */
    @ParameterizedTest
    @EnumSource
    void eachParameterMayHaveItsOwnRate(TrainerKind kind) {
        try (Model model = Network.model()) {
            Parameter still = model.getBlock().getParameters().valueAt(0);
            ParameterTracker tracker = (id, update) -> id.equals(still.getId()) ? 0 : 1e-3f * update;
            RadamOptimizer optimizer = RadamOptimizers.adam().optLearningRateTracker(tracker).build();
            try (optimizer; Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
                Network.initialize(trainer);
                Map<String, float[]> before = Network.values(model.getBlock());
                Network.train(trainer, 2);
                Map<String, float[]> after = Network.values(model.getBlock());
                assertArrayEquals(before.get("01Linear_weight"), after.get("01Linear_weight"));
                assertNotEquals(before.get("03Linear_weight")[0], after.get("03Linear_weight")[0]);
            }
        }
    }

    /** The tracker counts from there, and the bias correction from the first step. */
    @ParameterizedTest
    @EnumSource
    void optBeginNumUpdateIsForTheTracker(TrainerKind kind) {
        List<Integer> asked = new ArrayList<>();
        Tracker tracker = new Tracker() {
            @Override
            public float getNewValue(int update) {
                asked.add(update);
                return 1e-2f;
            }
        };
        float[] expected = losses(kind, RadamOptimizers.adam().optLearningRateTracker(Tracker.fixed(1e-2f)));
        assertArrayEquals(expected,
                losses(kind, RadamOptimizers.adam().optLearningRateTracker(tracker).optBeginNumUpdate(100)));
        assertEquals(List.of(101, 102, 103), asked.stream().distinct().toList());
    }

    private static float[] losses(TrainerKind kind, RadamOptimizer.Builder builder) {
        try (RadamOptimizer optimizer = builder.build(); Model model = Network.model();
             Trainer trainer = kind.newTrainer(model, Network.config(optimizer))) {
            Network.initialize(trainer);
            return Network.train(trainer, 3);
        }
    }
}
