package io.radam.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks that classify digits. Each begins with the same weights. */
final class Networks {
    private static final int HIDDEN = 32;

    private Networks() {
    }

    static NeuralNetConfiguration.Builder builder(IUpdater updater) {
        return new NeuralNetConfiguration.Builder().seed(42).updater(updater);
    }

    static MultiLayerConfiguration layers(NeuralNetConfiguration.Builder builder) {
        return builder.list().layer(hidden()).layer(output()).build();
    }

    private static DenseLayer hidden() {
        return new DenseLayer.Builder().nIn(Digits.PIXELS).nOut(HIDDEN).activation(Activation.RELU).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT).nIn(HIDDEN).nOut(Digits.CLASSES)
                .activation(Activation.SOFTMAX).build();
    }

    static MultiLayerNetwork network(NeuralNetConfiguration.Builder builder) {
        MultiLayerNetwork network = new MultiLayerNetwork(layers(builder));
        network.init();
        return network;
    }

    static MultiLayerNetwork network(IUpdater updater) {
        return network(builder(updater));
    }

    static ComputationGraphConfiguration graph(IUpdater updater) {
        return builder(updater).graphBuilder().addInputs("pixels").addLayer("hidden", hidden(), "pixels")
                .addLayer("digit", output(), "hidden").setOutputs("digit").build();
    }

    /** Trains, a step for each batch, and gives the losses. */
    static List<Double> train(MultiLayerNetwork network, List<DataSet> batches) {
        List<Double> losses = new ArrayList<>();
        for (DataSet batch : batches) {
            network.fit(batch);
            losses.add(network.score());
        }
        return losses;
    }

    static List<Double> train(ComputationGraph network, List<DataSet> batches) {
        List<Double> losses = new ArrayList<>();
        for (DataSet batch : batches) {
            network.fit(batch);
            losses.add(network.score());
        }
        return losses;
    }
}
