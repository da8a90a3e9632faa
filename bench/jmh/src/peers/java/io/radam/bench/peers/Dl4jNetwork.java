package io.radam.bench.peers;

import io.radam.bench.Models;
import io.radam.bench.NetworkTrainer.Epochs;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of DL4J. */
final class Dl4jNetwork implements Epochs {
    private final MultiLayerNetwork network;
    private final List<DataSet> batches = new ArrayList<>();

    Dl4jNetwork(String name, IUpdater updater) {
        for (Digits.Batch batch : Digits.batches()) {
            INDArray labels = Nd4j.zeros(Digits.BATCH, Digits.CLASSES);
            for (int i = 0; i < Digits.BATCH; i++) {
                labels.putScalar(i, batch.labels()[i], 1);
            }
            batches.add(new DataSet(Nd4j.createFromArray(batch.pixels()).reshape(Digits.BATCH, Digits.PIXELS), labels));
        }
        NeuralNetConfiguration.ListBuilder layers =
                new NeuralNetConfiguration.Builder().seed(1).updater(updater).list();
        if (name.equals("mlp")) {
            mlp(layers);
        } else {
            convolutions(layers);
        }
        layers.layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(Digits.CLASSES).activation(Activation.SOFTMAX)
                .build());
        network = new MultiLayerNetwork(layers.build());
        network.init();
    }

    private static void mlp(NeuralNetConfiguration.ListBuilder layers) {
        layers.setInputType(InputType.feedForward(Digits.PIXELS));
        for (int layer = 0; layer < Models.MLP_LAYERS; layer++) {
            layers.layer(new DenseLayer.Builder().nOut(Models.MLP_WIDTH).activation(Activation.RELU).build());
        }
    }

    private static void convolutions(NeuralNetConfiguration.ListBuilder layers) {
        layers.setInputType(InputType.convolutionalFlat(Digits.SIDE, Digits.SIDE, 1));
        for (int channels : Models.DIGITS_CHANNELS) {
            layers.layer(new ConvolutionLayer.Builder(3, 3).nOut(channels).convolutionMode(ConvolutionMode.Same)
                    .activation(Activation.RELU).build());
            layers.layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).stride(2, 2)
                    .build());
        }
    }

    @Override
    public double run() {
        double sum = 0;
        for (DataSet batch : batches) {
            network.fit(batch);
            sum += network.score();
        }
        return sum / batches.size();
    }

    @Override
    public void close() {
        network.close();
    }
}
