package io.radam.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import io.radam.bench.Models;
import io.radam.bench.NetworkTrainer.Epochs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Networks of the Deep Java Library. */
final class DjlNetwork implements Epochs {
    private final Model model = Model.newInstance("network", Device.cpu(), "PyTorch");
    private final List<NDArray> images = new ArrayList<>();
    private final List<NDArray> labels = new ArrayList<>();
    private final Trainer trainer;

    /** @param toTrainer gives a trainer whose loss is softmax cross entropy */
    DjlNetwork(String name, Function<Model, Trainer> toTrainer) {
        Shape image = name.equals("mlp") ? new Shape(Digits.PIXELS) : new Shape(1, Digits.SIDE, Digits.SIDE);
        NDManager manager = model.getNDManager();
        manager.getEngine().setRandomSeed(1);
        for (Digits.Batch batch : Digits.batches()) {
            images.add(manager.create(batch.pixels(), new Shape(Digits.BATCH).addAll(image)));
            labels.add(manager.create(batch.labels()));
        }
        model.setBlock(name.equals("mlp") ? mlp() : convolutions());
        trainer = toTrainer.apply(model);
        trainer.initialize(new Shape(Digits.BATCH).addAll(image));
    }

    private static SequentialBlock mlp() {
        SequentialBlock block = new SequentialBlock();
        for (int layer = 0; layer < Models.MLP_LAYERS; layer++) {
            block.add(Linear.builder().setUnits(Models.MLP_WIDTH).build()).add(Activation::relu);
        }
        return block.add(Linear.builder().setUnits(Digits.CLASSES).build());
    }

    private static SequentialBlock convolutions() {
        SequentialBlock block = new SequentialBlock();
        for (int channels : Models.DIGITS_CHANNELS) {
            block.add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(channels)
                    .optPadding(new Shape(1, 1)).build()).add(Activation::relu)
                    .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        }
        return block.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(Digits.CLASSES).build());
    }

    @Override
    public double run() {
        double sum = 0;
        for (int i = 0; i < images.size(); i++) {
            // What is made in the scope is closed with it: not the state, which the first step makes.
            try (NDScope scope = new NDScope(); GradientCollector collector = trainer.newGradientCollector()) {
                NDList prediction = trainer.forward(new NDList(images.get(i)));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels.get(i)), prediction);
                collector.backward(loss);
                sum += loss.getFloat();
                scope.suppressNotUsedWarning();
            }
            trainer.step();
        }
        return sum / images.size();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
