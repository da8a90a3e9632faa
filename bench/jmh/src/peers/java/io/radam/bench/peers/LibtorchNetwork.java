package io.radam.bench.peers;

import io.radam.bench.Models;
import io.radam.bench.NetworkTrainer.Epochs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kSame;

/** Networks of PyTorch for Java. */
final class LibtorchNetwork implements Epochs {
    /** Frees what is made from here on: the garbage collector would not know how large it is. */
    private final PointerScope scope = new PointerScope();
    private final Network network;
    private final List<Tensor> images = new ArrayList<>();
    private final List<Tensor> labels = new ArrayList<>();
    private final LibtorchSteps.Stepper stepper;

    LibtorchNetwork(String name, Function<TensorVector, LibtorchSteps.Stepper> toStepper) {
        torch.manual_seed(1);
        for (Digits.Batch batch : Digits.batches()) {
            Tensor pixels = torch.tensor(batch.pixels());
            images.add(name.equals("mlp") ? pixels.view(Digits.BATCH, Digits.PIXELS)
                    : pixels.view(Digits.BATCH, 1, Digits.SIDE, Digits.SIDE));
            labels.add(torch.tensor(Arrays.stream(batch.labels()).asLongStream().toArray()));
        }
        network = name.equals("mlp") ? new Perceptron() : new Convolutions();
        stepper = toStepper.apply(network.parameters());
    }

    private abstract static class Network extends Module {
        abstract Tensor forward(Tensor x);
    }

    private static final class Perceptron extends Network {
        private final List<LinearImpl> hidden = new ArrayList<>();
        private final LinearImpl last;

        Perceptron() {
            long before = Digits.PIXELS;
            for (int layer = 0; layer < Models.MLP_LAYERS; layer++) {
                hidden.add(register_module("linear" + layer, new LinearImpl(before, Models.MLP_WIDTH)));
                before = Models.MLP_WIDTH;
            }
            last = register_module("last", new LinearImpl(before, Digits.CLASSES));
        }

        @Override
        Tensor forward(Tensor x) {
            Tensor y = x;
            for (LinearImpl layer : hidden) {
                y = torch.relu(layer.forward(y));
            }
            return last.forward(y);
        }
    }

    private static final class Convolutions extends Network {
        private final List<Conv2dImpl> convolutions = new ArrayList<>();
        private final LinearImpl last;

        Convolutions() {
            long before = 1;
            long pixels = Digits.PIXELS;
            for (int channels : Models.DIGITS_CHANNELS) {
                Conv2dOptions options = new Conv2dOptions(before, channels, new LongPointer(3, 3));
                options.padding().put(new kSame());
                convolutions.add(register_module("convolution" + channels, new Conv2dImpl(options)));
                before = channels;
                pixels /= 4;
            }
            last = register_module("last", new LinearImpl(before * pixels, Digits.CLASSES));
        }

        @Override
        Tensor forward(Tensor x) {
            Tensor y = x;
            for (Conv2dImpl convolution : convolutions) {
                y = torch.max_pool2d(torch.relu(convolution.forward(y)), 2, 2);
            }
            return last.forward(y.flatten(1, -1));
        }
    }

    @Override
    public double run() {
        double sum = 0;
        for (int i = 0; i < images.size(); i++) {
            try (PointerScope _ = new PointerScope()) {
                stepper.zeroGrad();
                Tensor loss = torch.cross_entropy_loss(network.forward(images.get(i)), labels.get(i));
                loss.backward();
                stepper.step();
                sum += loss.item_float();
            }
        }
        return sum / images.size();
    }

    @Override
    public void close() {
        stepper.close();
        scope.close();
    }
}
