package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.Optimizer;
import io.radam.Parameter;
import io.radam.RAdam;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Networks of DL4J learn digits. */
class TrainingTest {
    private static final List<DataSet> BATCHES = Digits.batches();

    private static void assertLossesAlike(List<Double> expected, List<Double> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), 2e-5 * (1 + i) * Math.max(expected.get(i), 0.1), "loss " + i);
        }
        assertTrue(actual.getLast() < actual.getFirst() - 0.5, "it learns: " + actual);
    }

    private static void assertTrainAlike(NeuralNetConfiguration.Builder own, NeuralNetConfiguration.Builder ours) {
        assertLossesAlike(Networks.train(Networks.network(own), BATCHES),
                Networks.train(Networks.network(ours), BATCHES));
    }

    private static NeuralNetConfiguration.Builder with(IUpdater updater) {
        return Networks.builder(updater);
    }

    @Test
    void adamAsThatOfTheFramework() {
        assertTrainAlike(with(new Adam(1e-2)), with(new AdamUpdater(1e-2)));
    }

    @Test
    void trainingGoesOnFromTheStateOfTheFrameworksAdam() {
        MultiLayerNetwork own = Networks.network(new Adam(1e-2));
        Networks.train(own, BATCHES);
        MultiLayerNetwork ours = Networks.network(new AdamUpdater(1e-2));
        ours.setParams(own.params());
        ours.getUpdater().setStateViewArray(null, own.getUpdater().getStateViewArray(), false);
        ours.getLayerWiseConfigurations().setIterationCount(own.getIterationCount());
        List<Double> expected = Networks.train(own, BATCHES);
        List<Double> actual = Networks.train(ours, BATCHES);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), 2e-5 * (1 + i), "loss " + i);
        }
    }

    @Test
    void adamByASchedule() {
        ISchedule schedule = new ExponentialSchedule(ScheduleType.ITERATION, 1e-2, 0.97);
        assertTrainAlike(with(new Adam(schedule)), with(new AdamUpdater(schedule)));
    }

    @Test
    void adamWithDecayOfTheFramework() {
        assertTrainAlike(with(new Adam(1e-2)).weightDecay(0.02).l1(1e-4),
                with(new AdamUpdater(1e-2)).weightDecay(0.02).l1(1e-4));
        assertTrainAlike(with(new Adam(1e-2)).l2(1e-2), with(new AdamUpdater(1e-2)).l2(1e-2));
    }

    @Test
    void sgdWithoutState() {
        assertTrainAlike(with(new Sgd(0.5)), with(new SgdUpdater(0.5, 0)));
    }

    @Test
    void otherAlgorithmsLearn() {
        for (IUpdater updater : List.of(new RAdamUpdater(1e-2), new LionUpdater(1e-3), new SgdUpdater(0.1, 0.9),
                new FusedUpdater(RAdam.Preset.PYTORCH.hyperparameters().withLearningRate(1e-2)))) {
            MultiLayerNetwork network = Networks.network(updater);
            for (int epoch = 0; epoch < 6; epoch++) {
                Networks.train(network, BATCHES);
            }
            Evaluation evaluation = new Evaluation(Digits.CLASSES);
            BATCHES.forEach(b -> evaluation.eval(b.getLabels(), network.output(b.getFeatures())));
            assertTrue(evaluation.accuracy() > 0.85, updater + ": " + evaluation.accuracy());
        }
    }

    /** One block of all layers is stepped at once, and another configuration makes a block of its own. */
    @Test
    void aGraphAsANetwork() {
        ComputationGraph graph = new ComputationGraph(Networks.graph(new RAdamUpdater(1e-2)));
        graph.init();
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        graph.setParams(network.params());
        assertEquals(Networks.train(network, BATCHES), Networks.train(graph, BATCHES));
        assertArrayEquals(network.params().toFloatVector(), graph.params().toFloatVector());
    }

    /** Steps the gradients of the network once more, with the library itself. */
    private static final class Check extends BaseTrainingListener {
        private final float[] update;
        private final float[] gradient;
        private final Optimizer optimizer;
        private float[] before;
        private int steps;

        Check(int size) {
            update = new float[size];
            gradient = new float[size];
            optimizer = RAdam.builder().learningRate(1e-2).parameter(Parameter.of(update, gradient)).build();
        }

        @Override
        public void onGradientCalculation(Model model) {
            before = model.params().toFloatVector();
            float[] sums = model.gradient().gradient().toFloatVector();
            for (int i = 0; i < sums.length; i++) {
                gradient[i] = sums[i] / Digits.BATCH;
            }
        }

        @Override
        public void iterationDone(Model model, int iteration, int epoch) {
            java.util.Arrays.fill(update, 0);
            optimizer.step();
            for (int i = 0; i < update.length; i++) {
                before[i] += update[i];
            }
            assertArrayEquals(before, model.params().toFloatVector(), "step " + iteration);
            steps++;
        }
    }

    @Test
    void theBitsOfTheLibrary() {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        Check check = new Check((int) network.numParams());
        network.setListeners(check);
        Networks.train(network, BATCHES);
        assertEquals(BATCHES.size(), check.steps);
        check.optimizer.close();
    }
}
