package io.radam.paper.rates;

import io.radam.OptimizerBuilder;
import io.radam.demo.Batches;
import io.radam.demo.Digits;
import io.radam.demo.Network;
import io.radam.paper.Made;
import io.radam.pytorch.TorchOptimizer;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains the demo's network on its digits. libtorch's generator decides the beginning and the order of images. */
final class DigitsTraining {
    /** Counted up when the code changes in a way that changes numbers. */
    private static final int FORMAT = 2;
    private static final int BATCH = 64;

    private final Batches training;
    private final Batches test;
    private final int epochs;

    DigitsTraining(int epochs) throws IOException {
        Digits digits = Digits.load();
        training = Batches.of(digits.training());
        test = Batches.of(digits.test());
        this.epochs = epochs;
    }

    int steps() {
        return epochs * stepsPerEpoch();
    }

    private int stepsPerEpoch() {
        return (int) training.size() / BATCH;
    }

    /** What decides the accuracies of the seeds. */
    String made(Method method, double learningRate, List<Long> seeds) {
        return "format=" + FORMAT + " epochs=" + epochs + " batch=" + BATCH + " seeds=" + seeds + " "
                + Made.by(builder(method, learningRate));
    }

    private OptimizerBuilder<?, ?> builder(Method method, double learningRate) {
        return method.builder(steps()).learningRate(learningRate);
    }

    long testImages() {
        return test.size();
    }

    /** Trains, and returns the part of the test images that are right in the end: NaN if a score is not finite. */
    double accuracy(Method method, double learningRate, long seed, Runnable afterEpoch) {
        try (PointerScope _ = new PointerScope()) {
            torch.manual_seed(seed);
            Network network = new Network();
            try (TorchOptimizer optimizer = TorchOptimizer.of(builder(method, learningRate), network)) {
                for (int epoch = 0; epoch < epochs; epoch++) {
                    train(network, optimizer);
                    afterEpoch.run();
                }
            }
            return accuracy(network);
        }
    }

    private void train(Network network, TorchOptimizer optimizer) {
        try (PointerScope _ = new PointerScope()) {
            Batches shuffled = training.shuffled();
            for (int i = 0; i < stepsPerEpoch(); i++) {
                try (PointerScope _ = new PointerScope()) {
                    Batches batch = shuffled.batch(i, BATCH);
                    optimizer.zero_grad();
                    torch.cross_entropy_loss(network.forward(batch.images()), batch.labels()).backward();
                    optimizer.step();
                }
            }
        }
    }

    private double accuracy(Network network) {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            Tensor scores = network.forward(test.images());
            if (!torch.isfinite(scores).all().item_bool()) {
                return Double.NaN;
            }
            Tensor best = torch.argmax(scores, new LongOptional(1), false);
            return (double) best.eq(test.labels()).sum().item_long() / test.size();
        }
    }
}
