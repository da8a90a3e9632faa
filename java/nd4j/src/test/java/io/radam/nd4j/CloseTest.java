package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.radam.InvalidParameterException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;

/** Networks and arrays are closed in any order, twice, and while a step runs. */
class CloseTest {
    private static GradientUpdater<?> updater(BaseMultiLayerUpdater<?> of) {
        return of.getUpdaterBlocks().getFirst().getGradientUpdater();
    }

    private static void assertRefused(String what, GradientUpdater<?> updater, INDArray gradient) {
        InvalidParameterException e =
                assertThrows(InvalidParameterException.class, () -> updater.applyUpdater(gradient, 1, 0));
        assertTrue(e.getMessage().contains("the " + what + " is closed"), e.getMessage());
    }

    @Test
    void aClosedNetworkIsNotTrained() {
        MultiLayerNetwork network = Networks.network(new RAdamUpdater(1e-2));
        GradientUpdater<?> updater = updater((BaseMultiLayerUpdater<?>) network.getUpdater());
        INDArray gradient = Nd4j.ones(DataType.FLOAT, network.numParams());
        INDArray own = network.getFlattenedGradients();
        updater.applyUpdater(gradient, 0, 0);
        for (int times = 0; times < 2; times++) {
            network.close();
            assertRefused("state", updater, gradient);
            assertRefused("gradient", updater, own);
        }
    }

    @Test
    void aClosedGraphIsNotTrained() {
        ComputationGraph graph = new ComputationGraph(Networks.graph(new RAdamUpdater(1e-2)));
        graph.init();
        GradientUpdater<?> updater = updater(graph.getUpdater());
        INDArray gradient = Nd4j.ones(DataType.FLOAT, graph.numParams());
        updater.applyUpdater(gradient, 0, 0);
        for (int times = 0; times < 2; times++) {
            graph.close();
            assertRefused("state", updater, gradient);
        }
    }

    @Test
    void arraysInAnyOrder() {
        for (boolean gradientFirst : new boolean[] {true, false}) {
            INDArray state = Nd4j.zeros(DataType.FLOAT, 8);
            INDArray gradient = Nd4j.ones(DataType.FLOAT, 4);
            GradientUpdater<?> updater = new RAdamUpdater(1e-2).instantiate(state, true);
            updater.applyUpdater(gradient, 0, 0);
            for (INDArray array : gradientFirst ? List.of(gradient, state) : List.of(state, gradient)) {
                array.close();
                array.close();
                assertRefused(gradient.wasClosed() ? "gradient" : "state", updater, gradient);
            }
        }
    }

    @Test
    void closingWhileAStepRuns(@TempDir Path folder) throws IOException, InterruptedException {
        String output = Children.java(folder, CloseWhileStepping.class.getName());
        assertTrue(output.contains("all steps were made"), output);
    }
}
