package io.radam.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.util.Pair;
import java.util.LinkedHashMap;
import java.util.Map;

/** A small network for the digits, on DJL's PyTorch engine. */
final class Network {
    static final int BATCH = 64;

    private Network() {
    }

    static Block perceptron() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(32).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(Digits.CLASSES).build());
    }

    /** A model with the same values each time. */
    static Model model() {
        Model model = Model.newInstance("digits", Device.cpu(), "PyTorch");
        model.getNDManager().getEngine().setRandomSeed(1);
        model.setBlock(perceptron());
        return model;
    }

    static DefaultTrainingConfig config(Optimizer optimizer) {
        return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()).optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()});
    }

    static void initialize(Trainer trainer) {
        trainer.initialize(new Shape(1, Digits.PIXELS));
    }

    /** Computes gradients of a batch. The loss. */
    static float backward(Trainer trainer, int step) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            NDList batch = Digits.batch(manager, step * BATCH, BATCH);
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList prediction = trainer.forward(new NDList(batch.get(0)));
                NDArray loss = trainer.getLoss().evaluate(new NDList(batch.get(1)), prediction);
                collector.backward(loss);
                float value = loss.getFloat();
                prediction.close();
                loss.close();
                return value;
            }
        }
    }

    /** Trains, one batch after the other. The losses before each step. */
    static float[] train(Trainer trainer, int steps) {
        float[] losses = new float[steps];
        for (int step = 0; step < steps; step++) {
            losses[step] = backward(trainer, step);
            trainer.step();
        }
        return losses;
    }

    static Map<String, float[]> values(Block block) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            values.put(pair.getKey(), pair.getValue().getArray().toFloatArray());
        }
        return values;
    }

    static Map<String, float[]> gradients(Block block) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        for (Pair<String, Parameter> pair : block.getParameters()) {
            try (NDArray gradient = pair.getValue().getArray().getGradient()) {
                gradients.put(pair.getKey(), gradient.toFloatArray());
            }
        }
        return gradients;
    }
}
