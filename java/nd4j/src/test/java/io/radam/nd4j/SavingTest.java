package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.AdamSettings;
import io.radam.InvalidHyperparameterException;
import io.radam.RAdam;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.deeplearning4j.util.NetworkUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.StepSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Networks and configurations that are saved, read, and copied. */
class SavingTest {
    private static final List<DataSet> BATCHES = Digits.batches();
    private static final List<DataSet> BEFORE = BATCHES.subList(0, 12);
    private static final List<DataSet> AFTER = BATCHES.subList(12, 20);

    static List<IUpdater> updaters() {
        return List.of(new RAdamUpdater(1e-2), new AdamUpdater(1e-2), new LionUpdater(1e-3), new SgdUpdater(0.1, 0.9),
                new SgdUpdater(0.1, 0), new AdamUpdater(new StepSchedule(ScheduleType.ITERATION, 1e-2, 0.5, 10)),
                new FusedUpdater(RAdam.Preset.OPTAX.hyperparameters().with(AdamSettings.AMSGRAD, true)));
    }

    private static void assertGoesOn(MultiLayerNetwork expected, MultiLayerNetwork actual) {
        assertEquals(expected.getIterationCount(), actual.getIterationCount());
        assertEquals(Networks.train(expected, AFTER), Networks.train(actual, AFTER));
        assertArrayEquals(expected.params().toFloatVector(), actual.params().toFloatVector());
        if (expected.getUpdater().getStateViewArray() != null) {
            assertArrayEquals(expected.getUpdater().getStateViewArray().toFloatVector(),
                    actual.getUpdater().getStateViewArray().toFloatVector());
        }
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void aSavedNetworkGoesOn(IUpdater updater, @TempDir Path folder) throws IOException {
        MultiLayerNetwork network = Networks.network(updater);
        Networks.train(network, BEFORE);
        Path file = folder.resolve("network.zip");
        ModelSerializer.writeModel(network, file.toFile(), true);
        assertGoesOn(network, ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true));
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void aCloneGoesOn(IUpdater updater) {
        MultiLayerNetwork network = Networks.network(updater);
        Networks.train(network, BEFORE);
        MultiLayerNetwork clone = network.clone();
        float[] before = clone.params().toFloatVector();
        Networks.train(network, BEFORE.subList(0, 1));
        assertArrayEquals(before, clone.params().toFloatVector(), "the clone's memory is its own");
        Networks.train(clone, BEFORE.subList(0, 1));
        assertGoesOn(network, clone);
    }

    /** The state is what is saved: without it, training goes on otherwise. */
    @Test
    void withoutItsStateItGoesOnOtherwise(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        Networks.train(network, BEFORE);
        Path file = folder.resolve("network.zip");
        ModelSerializer.writeModel(network, file.toFile(), false);
        MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
        assertNotEquals(Networks.train(network, AFTER), Networks.train(restored, AFTER));
    }

    @Test
    void aSavedGraphGoesOn(@TempDir Path folder) throws IOException {
        ComputationGraph graph = new ComputationGraph(Networks.graph(new RAdamUpdater(1e-2)));
        graph.init();
        Networks.train(graph, BEFORE);
        Path file = folder.resolve("graph.zip");
        ModelSerializer.writeModel(graph, file.toFile(), true);
        ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        ComputationGraph clone = graph.clone();
        assertEquals(0, clone.getIterationCount(), "the framework's clones of graphs forget it");
        clone.getConfiguration().setIterationCount(graph.getIterationCount());
        List<Double> losses = Networks.train(graph, AFTER);
        assertEquals(losses, Networks.train(restored, AFTER));
        assertEquals(losses, Networks.train(clone, AFTER));
        assertArrayEquals(graph.params().toFloatVector(), restored.params().toFloatVector());
    }

    @ParameterizedTest
    @MethodSource("updaters")
    void configurationsAreReadAsTheyWere(IUpdater updater) throws Exception {
        MultiLayerConfiguration configuration = Networks.layers(Networks.builder(updater));
        for (MultiLayerConfiguration read : List.of(MultiLayerConfiguration.fromJson(configuration.toJson()),
                MultiLayerConfiguration.fromYaml(configuration.toYaml()), configuration.clone())) {
            assertEquals(configuration, read);
            IUpdater copy = ((BaseLayer) read.getConf(0).getLayer()).getIUpdater();
            assertEquals(updater, copy);
            assertEquals(updater.hashCode(), copy.hashCode());
            assertEquals(updater.toString(), copy.toString());
            assertEquals(updater.getLearningRate(25, 3), copy.getLearningRate(25, 3));
        }
        ComputationGraphConfiguration graph = Networks.graph(updater);
        assertEquals(graph, ComputationGraphConfiguration.fromJson(graph.toJson()));
        assertEquals(graph, ComputationGraphConfiguration.fromYaml(graph.toYaml()));
        assertEquals(updater, serialized(updater));
        assertEquals(updater, updater.clone());
    }

    private static Object serialized(Object object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    @Test
    void allThatDiffersMakesConfigurationsDiffer() {
        assertNotEquals(new RAdamUpdater(1e-2), new RAdamUpdater(1e-3));
        assertNotEquals(new RAdamUpdater(1e-2), new AdamUpdater(1e-2));
        assertNotEquals(new SgdUpdater(0.1, 0.9), new SgdUpdater(0.1, 0.5));
        assertNotEquals(new AdamUpdater(1e-2), new AdamUpdater(new StepSchedule(ScheduleType.EPOCH, 1e-2, 0.5, 10)));
        IUpdater changed = new AdamUpdater(1e-2).clone();
        changed.setLrAndSchedule(0.5, null);
        assertEquals(0.5, changed.getLearningRate(0, 0));
        assertNotEquals(changed, new AdamUpdater(1e-2));
    }

    @Test
    void wrongValuesInJsonAreReported() {
        String json = Networks.layers(Networks.builder(new RAdamUpdater(1e-2))).toJson();
        assertTrue(json.contains("\"beta1\" : \"0.9\""), json);
        for (String[] change : new String[][] {{"\"beta1\" : \"0.9\"", "\"beta1\" : \"1.5\""},
                {"\"beta1\" : \"0.9\"", "\"beta\" : \"0.9\""},
                {"\"weightDecay\" : \"0.0\"", "\"weightDecay\" : \"0.1\""}}) {
            RuntimeException e = assertThrows(RuntimeException.class,
                    () -> MultiLayerConfiguration.fromJson(json.replace(change[0], change[1])));
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertEquals(InvalidHyperparameterException.class, cause.getClass(), e.toString());
        }
    }

    /** The framework rearranges the state, if layers get learning rates of their own. */
    @Test
    void learningRatesOfLayersKeepTheState() {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        Networks.train(network, BEFORE);
        MultiLayerNetwork apart = network.clone();
        NetworkUtils.setLearningRate(apart, 0, 2e-2);
        NetworkUtils.setLearningRate(apart, 0, 1e-2);
        assertGoesOn(network, apart);
        NetworkUtils.setLearningRate(apart, 0, 0);
        float[] before = apart.getLayer(0).params().toFloatVector();
        Networks.train(apart, AFTER);
        assertArrayEquals(before, apart.getLayer(0).params().toFloatVector());
    }
}
